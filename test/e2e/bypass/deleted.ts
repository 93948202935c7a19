import { AROUND_DELETED } from './around.js';
import {
  approveAsAnother,
  backdateState,
  declareNamesake,
  deleteAsServiceAccount,
  deleteTemplates,
  forgeLeaseAsServer,
  RESTORED_AND_EMPTY,
  removeEverything,
  removeFromCode,
  removePolicy,
  requestAgain,
  requestEarlier,
  shortenPeriod,
} from './attempts.js';
import { backdateTombstone, noneLeft } from './edits.js';
import type { Row } from './row.js';
import {
  annotations,
  applied,
  apply,
  byCode,
  byRequest,
  byTerraform,
  deletes,
  edited,
  on,
  patches,
  plan,
  planned,
  posts,
  reviewed,
  reviewedOrNot,
  STRIPPED,
  synthesized,
  terraform,
} from './rows.js';
import { BOTH, PROJECT, SECRET, TEMPLATE } from './subjects.js';
import { DELETED_TRANSITIONS } from './transitions.js';

const REFUSED = /nstance cannot be destroyed/;
const UNKNOWN = /kept-while-soft-deleted/;
const UNCHANGED = /No changes/;
const EARLY = /is recoverable until/;
const FROZEN = /can't be changed before it is restored/;
/** Two policies stand against it, and either may be asked first. */
const NAMESAKE = /would be created as something that is being deleted|nothing new starts in it/;
const BEFORE_DEADLINE = { gate: /before-deadline/, cluster: EARLY };

const forgotten = terraform('state rm MEMBER');
const POD = { metadata: { name: 'x' }, spec: { containers: [{ name: 'x', image: 'x' }] } };
const endsAt = (time: string) => annotations({ 'reprieve.dev/reclaim-after': time });

const ON_MEMBERS = on(
  BOTH,
  byTerraform([
    ['`-target` destroy of a member', 'guard', REFUSED, plan('-destroy -target=MEMBER')],
    ['`-replace` a member', 'guard', UNKNOWN, plan('-replace=MEMBER')],
    [
      '`-replace` a member with `-target`, which leaves the protection out',
      'cluster',
      EARLY,
      apply('-replace=MEMBER -target=MEMBER'),
    ],
    ['taint a member', 'guard', UNKNOWN, planned(terraform('taint MEMBER'))],
    ['`state rm`, then plan an empty namesake', 'guard', UNKNOWN, planned(forgotten)],
    [
      '`state rm`, then create an empty namesake with `-target`',
      'cluster',
      NAMESAKE,
      applied(forgotten, '-target=MEMBER'),
    ],
    [
      '`state rm`, then plan an empty namesake with `-target`',
      'gate',
      /under-tombstone/,
      reviewed(forgotten, '-target=MEMBER'),
    ],
  ]),
);

const ON_PROJECT = on(
  [PROJECT],
  [
    ...byTerraform([
      ['`terraform destroy`', 'guard', REFUSED, plan('-destroy')],
      [
        'delete the tombstone',
        'guard',
        REFUSED,
        (world) => world.plan('-destroy', `-target=${world.record('Tombstone')}`),
      ],
    ]),
    ...byCode([
      ['backdate the request', 'clock', UNCHANGED, planned(requestEarlier)],
      [
        'edit the tombstone in what was synthesized',
        'clock',
        UNCHANGED,
        planned(edited(backdateTombstone)),
      ],
      [
        'shorten the period of a running clock',
        'cluster',
        /a reclamation period never gets shorter/,
        applied(shortenPeriod),
      ],
      ['remove the code', 'lock', UNCHANGED, planned(removeFromCode)],
      ...reviewedOrNot(
        'remove code, lock entry and request',
        { gate: /guard-removed/, cluster: EARLY },
        removeEverything,
      ),
      ...reviewedOrNot('set the members’ `count` to 0', BEFORE_DEADLINE, edited(noneLeft)),
    ]),
    ...byTerraform(
      reviewedOrNot('turn the clock back in the state file', BEFORE_DEADLINE, backdateState),
    ),
    ...byCode([
      [
        'use its namespace for a new project',
        'lock',
        /The namespace `billing` belongs to several projects/,
        synthesized(declareNamesake),
      ],
    ]),
  ],
);

/** Its outcome stays, as it is what the next rows are tried on. */
const AGAIN: Row = {
  attempt: 'withdraw the request and make it again',
  of: 'project',
  by: 'code',
  answer: 'clock',
  says: /begins anew/,
  run: (world) => requestAgain(world, PROJECT),
};

const BY_REQUEST = byRequest(
  ['developer', 'cluster-admin'],
  [
    ['delete it', BOTH, EARLY, deletes()],
    ['delete whole collections', PROJECT, EARLY, deleteTemplates],
    [
      'delete what lies undeclared in the namespace',
      PROJECT,
      /goes with its project, which is recoverable until/,
      deletes('/secrets/bystander'),
    ],
    [
      'move the deadline nearer',
      SECRET,
      /a deadline never comes nearer/,
      patches(endsAt('2020-01-01T00:00:00Z')),
    ],
    ['write a deadline that can’t be read', SECRET, /has to be a time/, patches(endsAt('now'))],
    ['change a secret', SECRET, FROZEN, patches({ data: { password: 'eA==' } })],
    [
      'take the deadline away and empty it in one update',
      SECRET,
      FROZEN,
      patches(RESTORED_AND_EMPTY),
    ],
    ['let a template run by its schedule', TEMPLATE, FROZEN, patches({ spec: { suspend: false } })],
    ['strip the protecting label', SECRET, /labels .* can't be changed/, patches(STRIPPED)],
    ['start a pod', PROJECT, /nothing new starts in it/, posts(POD, '/pods')],
  ],
);

/** Those who may carry out a hard deletion are named: an account of the approver's is not. */
const BY_SERVICE_ACCOUNT = byRequest(
  ['approver'],
  [
    [
      'approve as a person, delete with the token of a service account of theirs (`cluster.deleters`)',
      SECRET,
      EARLY,
      deleteAsServiceAccount,
    ],
  ],
);

/** While the project is soft-deleted. */
export const DELETED: readonly Row[] = [
  ...ON_MEMBERS,
  ...ON_PROJECT,
  AGAIN,
  ...BY_REQUEST,
  ...DELETED_TRANSITIONS,
  ...AROUND_DELETED,
  ...BY_SERVICE_ACCOUNT,
];

/** What nobody answers: tried without effect, by the API server's dry run. */
export const OPEN: readonly Row[] = [
  ...byRequest(
    ['cluster-admin'],
    [
      [
        'impersonate the API server and forge the clock’s lease (not with `clock: tick`)',
        PROJECT,
        /patched, by a dry run/,
        forgeLeaseAsServer,
      ],
      ['impersonate an approver', PROJECT, /annotated \(server dry run\)/, approveAsAnother],
      ['take the admission policies away', PROJECT, /deleted \(server dry run\)/, removePolicy],
    ],
    'nobody',
  ),
];
