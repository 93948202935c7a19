import { AROUND_LIVE } from './around.js';
import {
  addLease,
  applyOldPlan,
  approveAndDelete,
  approveNamesake,
  approveOneself,
  approveUnasked,
  deleteTemplates,
  deployTwice,
  destroy,
  destroyAll,
  endSoon,
  forgeLease,
  forget,
  OTHER_UID,
  planInTheFuture,
  remove,
  removeWithLock,
  rename,
  replace,
} from './attempts.js';
import { renameObject, shrinkGuard } from './edits.js';
import type { Row } from './row.js';
import {
  annotations,
  applied,
  approval,
  byCode,
  byRequest,
  byTerraform,
  deletes,
  edited,
  kubectlDelete,
  on,
  patches,
  plan,
  planned,
  reviewed,
  reviewedOrNot,
  STRIPPED,
  synthesized,
  terraform,
} from './rows.js';
import { BOTH, PROJECT, SECRET, TEMPLATE } from './subjects.js';
import { LIVE_TRANSITIONS } from './transitions.js';

const UNDECLARED = /is no longer declared, and nobody asked for its deletion/;
const REFUSED = /nstance cannot be destroyed/;
const NOT_REQUESTED = /is not soft-deleted: request its deletion/;
const TAKEN_OUT = /guard-removed|member-removed/;
const ONLY_DEPLOYMENT = /only a deployment may/;
const ONLY_SERVER = /only the API server may write/;
const LABELS = /labels .* can't be changed/;

const OWNER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '0-0-0' };
const OWNED = { metadata: { ownerReferences: [OWNER] } };
const SHORTER = annotations({ 'reprieve.dev/period': '30m' });

const BY_DEPLOYMENT = on(BOTH, [
  ...byCode([
    ['remove the code', 'lock', UNDECLARED, synthesized(remove)],
    ...reviewedOrNot(
      'remove code and lock entry',
      { gate: TAKEN_OUT, cluster: NOT_REQUESTED },
      removeWithLock,
    ),
    ['rename it without `movedFrom`, lock entry removed', 'gate', TAKEN_OUT, reviewed(rename)],
    ['change a field that forces a replacement', 'guard', REFUSED, planned(edited(renameObject))],
  ]),
  ...byTerraform([
    ['`-target` destroy of a member', 'guard', REFUSED, plan('-destroy -target=MEMBER')],
    ['`-replace` a member', 'guard', REFUSED, plan('-replace=MEMBER')],
    ['taint a member', 'guard', REFUSED, planned(terraform('taint MEMBER'))],
    ['`state rm`, then apply', 'cluster', /already exists/, applied(terraform('state rm MEMBER'))],
  ]),
  ...byCode([
    ['a `removed` block that forgets it', 'gate', /forgotten/, reviewed(forget)],
    ['a `removed` block that destroys it', 'cluster', NOT_REQUESTED, applied(destroy)],
  ]),
  ...byTerraform([
    ['apply a plan that is too old', 'apply', /This plan is older than 1s/, applyOldPlan],
    ['plan on a machine whose clock is ahead', 'gate', /plan-from-future/, planInTheFuture],
  ]),
  ...byCode([
    [
      'ask for a hard deletion and approve it oneself',
      'request',
      /asked for this deletion as .* and can't approve it too/,
      synthesized(approveOneself),
    ],
    [
      'a hard deletion with the approval of a namesake',
      'apply',
      /does not name the object that is there/,
      applied(approveNamesake),
    ],
  ]),
]);

const ONCE = [
  ...on(
    [PROJECT],
    byTerraform([
      ['`terraform destroy`', 'guard', REFUSED, plan('-destroy')],
      ['`cdktf destroy`', 'guard', REFUSED, destroyAll],
    ]),
  ),
  ...on(
    [SECRET],
    byCode([
      ['take a member out of the guard', 'gate', /member-removed/, reviewed(edited(shrinkGuard))],
    ]),
  ),
  ...on(
    [PROJECT],
    byTerraform([
      ['two deployments at once', 'state', /Error acquiring the state lock/, deployTwice],
    ]),
  ),
];

const BY_REQUEST = byRequest(
  ['developer', 'cluster-admin'],
  [
    ['`kubectl delete secret`', SECRET, NOT_REQUESTED, kubectlDelete('secret db')],
    [
      '`kubectl delete cronjob --cascade=orphan`',
      TEMPLATE,
      NOT_REQUESTED,
      kubectlDelete('cronjob nightly --cascade=orphan'),
    ],
    ['`kubectl delete namespace`', PROJECT, NOT_REQUESTED, kubectlDelete('namespace billing')],
    [
      '`kubectl delete --all`',
      PROJECT,
      NOT_REQUESTED,
      kubectlDelete('secrets,configmaps,cronjobs --all'),
    ],
    ['delete whole collections by the API', PROJECT, NOT_REQUESTED, deleteTemplates],
    ['`kubectl replace --force`', SECRET, NOT_REQUESTED, replace],
    [
      'delete what lies undeclared in the namespace',
      PROJECT,
      /it goes with the project/,
      deletes('/secrets/bystander'),
    ],
    ['strip the protecting label', SECRET, LABELS, patches(STRIPPED)],
    ['strip it through `/status`', PROJECT, LABELS, patches(STRIPPED, '/status')],
    ['strip a template’s through `/status`', TEMPLATE, LABELS, patches(STRIPPED, '/status')],
    ['empty a secret', SECRET, ONLY_DEPLOYMENT, patches({ data: { username: '', password: '' } })],
    [
      'change a template',
      TEMPLATE,
      ONLY_DEPLOYMENT,
      patches({ spec: { jobTemplate: { spec: { backoffLimit: 5 } } } }),
    ],
    ['own it by something that is gone', SECRET, /can have no owner/, patches(OWNED)],
    ['shorten the period', PROJECT, /never gets shorter/, patches(SHORTER)],
    ['set a deadline that is near', PROJECT, /the deadline has to be .* or later/, endSoon],
    ['forge the clock’s lease', PROJECT, ONLY_SERVER, forgeLease],
    ['put up a lease that is ahead', PROJECT, ONLY_SERVER, addLease],
    [
      'approve in the cluster without being an approver',
      PROJECT,
      /may not approve/,
      approveUnasked,
    ],
  ],
);

const BY_APPROVER = byRequest(
  ['approver'],
  [
    [
      'approve in the cluster for another object',
      SECRET,
      /for this very object/,
      patches(approval(`bob ${OTHER_UID} 2099-01-01T00:00:00Z live`)),
    ],
    ['approve in the cluster and delete oneself', SECRET, NOT_REQUESTED, approveAndDelete],
  ],
);

/** While the project lives. */
export const LIVE: readonly Row[] = [
  ...BY_DEPLOYMENT,
  ...ONCE,
  ...BY_REQUEST,
  ...BY_APPROVER,
  ...LIVE_TRANSITIONS,
  ...AROUND_LIVE,
];
