import { approvedAsAnother, approvedBeforeRestore, startsAt } from './attempts.js';
import type { Row } from './row.js';
import {
  annotations,
  approval,
  byRequest,
  deletes,
  inSeconds,
  labels,
  patches,
  posts,
  STRIPPED,
} from './rows.js';
import { BOTH, BYSTANDERS, OWNED_KINDS, PROJECT, SECRET, TEMPLATE } from './subjects.js';

const EVERYBODY = ['developer', 'cluster-admin'] as const;
const ONLY_DEPLOYMENT = /only a deployment may/;
const NOT_BEGUN = /can't begin the deletion of/;
const FROZEN = /can't be changed before it is restored/;
const STARTS = /nothing new starts in it/;
const NEVER = '9999-01-01T00:00:00Z';

const LONGER = annotations({ 'reprieve.dev/period': '999999h' });
const SHORTER = annotations({ 'reprieve.dev/period': '30m' });
const HELD = { metadata: { finalizers: ['example.org/hold'] } };
const OWNED = {
  metadata: {
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '0-0-0' }],
  },
};
const EMPTIED = { data: null };
const UNTRACKED = { metadata: { managedFields: [{}] } };
/** As many updates of a time to come as the API server keeps. */
const HIDDEN = {
  metadata: {
    managedFields: Array.from({ length: 10 }, (_, index) => ({
      manager: `m${index}`,
      operation: 'Update',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:metadata': { 'f:labels': { 'f:reprieve.dev/protected': {} } } },
      time: '2099-01-01T00:00:00Z',
    })),
  },
};
const RECORD = /is left to the API server/;
const REVISED = annotations({ 'reprieve.dev/data-revision': '99' });
const UNREVISED = annotations({ 'reprieve.dev/data-revision': null });
const REVISION_KEPT = /the revision of a secret is written by a deployment/;
const OPENED = { spec: { ingress: [{}] } };
const RENAMED = annotations({ 'reprieve.dev/project-name': 'other' });
const RESTORED = {
  metadata: {
    labels: { 'reprieve.dev/state': 'active' },
    annotations: { 'reprieve.dev/reclaim-after': null },
  },
};
const ends = (deadline: string) => annotations({ 'reprieve.dev/reclaim-after': deadline });
const NETWORK = OWNED_KINDS.network;
const DEPLOYMENT = {
  metadata: { name: 'new' },
  spec: {
    selector: { matchLabels: { app: 'new' } },
    template: {
      metadata: { labels: { app: 'new' } },
      spec: { containers: [{ name: 'new', image: 'example.org/new:1' }] },
    },
  },
};

/** Of every kind that a project has, while it lives. */
const LIVE_REQUESTS = byRequest(EVERYBODY, [
  ['raise the period so far that no deployment can follow', BOTH, ONLY_DEPLOYMENT, patches(LONGER)],
  ['begin the clock unreviewed', [...BOTH, TEMPLATE], NOT_BEGUN, startsAt(7200)],
  ['begin it through `/status`', TEMPLATE, NOT_BEGUN, startsAt(7200, '/status')],
  ['begin it with a deadline that never comes', SECRET, NOT_BEGUN, startsAt(NEVER)],
  ['add a finalizer that holds up the reclaim', BOTH, /a finalizer could hold up/, patches(HELD)],
  ['give a project an owner', PROJECT, /can have no owner/, patches(OWNED)],
  ['open a network policy', NETWORK, ONLY_DEPLOYMENT, patches(OPENED)],
  ['loosen the limits of containers', OWNED_KINDS.limits, ONLY_DEPLOYMENT, patches({ spec: null })],
  [
    'raise a quota',
    OWNED_KINDS.quota,
    ONLY_DEPLOYMENT,
    patches({ spec: { hard: { pods: '9999' } } }),
  ],
  [
    'give others the rights of a role binding',
    OWNED_KINDS.binding,
    ONLY_DEPLOYMENT,
    patches({ subjects: [{ kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' }] }),
  ],
  ['rename the project', PROJECT, ONLY_DEPLOYMENT, patches(RENAMED)],
  ['make a secret immutable', SECRET, ONLY_DEPLOYMENT, patches({ immutable: true })],
  [
    'allow a shorter period without being an approver',
    PROJECT,
    /may not approve/,
    patches(annotations({ 'reprieve.dev/shorter-period-approved': 'ann x 1h 30m' })),
  ],
  ['delete an undeclared object, of any kind', BYSTANDERS, /it goes with the project/, deletes()],
  [
    'call an undeclared object temporary',
    BYSTANDERS[0],
    /is decided when it is created/,
    patches(labels({ 'reprieve.dev/protected': 'false' })),
  ],
  [
    'approve the end of an undeclared object in another’s name',
    BYSTANDERS,
    /it goes with the project/,
    approvedAsAnother,
  ],
  ['hide when it was written', BOTH, /can't be emptied/, patches(UNTRACKED)],
  ['hide it behind writes of a time to come', BOTH, RECORD, patches(HIDDEN)],
  ['raise the revision of a secret, alone', SECRET, ONLY_DEPLOYMENT, patches(REVISED)],
  [
    'raise the revision of a secret, with its content',
    SECRET,
    ONLY_DEPLOYMENT,
    patches({ ...REVISED, data: { password: 'eA==' } }),
  ],
  ['give an undeclared object an owner', BYSTANDERS[0], /is decided when/, patches(OWNED)],
  [
    'put an undeclared object under protection',
    BYSTANDERS[0],
    /can't put this under protection/,
    patches(labels({ 'reprieve.dev/protected': 'true' })),
  ],
]);

const LIVE_PIPELINE = byRequest(
  ['pipeline'],
  [
    ['delete it', BOTH, /is not soft-deleted/, deletes()],
    ['empty a config map', OWNED_KINDS.settings, /can't be emptied/, patches(EMPTIED)],
    ['shorten the period', BOTH, /never gets shorter/, patches(SHORTER)],
    ['strip the protecting label', BOTH, /labels .* can't be changed/, patches(STRIPPED)],
    ['set a deadline that is near', BOTH, /has to be .* or later/, startsAt(60)],
    ['hide when it was written', BOTH, /can't be emptied/, patches(UNTRACKED)],
    ['raise the revision of a secret, alone', SECRET, /with the same content/, patches(REVISED)],
    ['take the revision of a secret away', SECRET, /with the same content/, patches(UNREVISED)],
    ['add a finalizer', BOTH, /a finalizer could hold up/, patches(HELD)],
    ['give it an owner', BOTH, /can have no owner/, patches(OWNED)],
    [
      'approve in the cluster',
      SECRET,
      /may not approve/,
      patches(approval('deploy x 2099-01-01T00:00:00Z live')),
    ],
  ],
);

const LIVE_APPROVER = byRequest(
  ['approver'],
  [
    [
      'approve and change it in one update',
      SECRET,
      // Two policies refuse it; either may be the first.
      /nothing else can be changed together with this|may not approve this, or not like this/,
      patches({ ...approval('bob'), data: { password: 'eA==' } }),
    ],
    [
      'approve for a deadline that it does not have',
      SECRET,
      /for this very object/,
      async (world, as, { path }) => {
        const value = `bob ${await world.uid(path)} ${inSeconds(600)} ${NEVER}`;
        return world.patch(as, path, approval(value));
      },
    ],
    ['begin the clock unreviewed', SECRET, NOT_BEGUN, startsAt(7200)],
    ['delete it', BOTH, /is not soft-deleted/, deletes()],
  ],
);

export const LIVE_TRANSITIONS: readonly Row[] = [
  ...LIVE_REQUESTS,
  ...LIVE_PIPELINE,
  ...LIVE_APPROVER,
];

const UNSAID = /can't change the deadline or the period/;
const CLEARED = /can't restore/;

const DELETED_REQUESTS = byRequest(EVERYBODY, [
  ['raise the period so far that no deployment can follow', BOTH, UNSAID, patches(LONGER)],
  ['move the deadline to where it never comes', BOTH, UNSAID, patches(ends(NEVER))],
  [
    'take the deadline away, unreviewed',
    [...BOTH, TEMPLATE, NETWORK, OWNED_KINDS.binding],
    CLEARED,
    patches(RESTORED),
  ],
  [
    'take the deadline of a network policy away and open it',
    NETWORK,
    CLEARED,
    patches({ ...RESTORED, ...OPENED }),
  ],
  ['open a network policy', NETWORK, FROZEN, patches(OPENED)],
  ['raise a quota', OWNED_KINDS.quota, FROZEN, patches({ spec: { hard: { pods: '9' } } })],
  ['add a finalizer that holds up the reclaim', BOTH, /a finalizer could hold up/, patches(HELD)],
  ['hide when it was written', BOTH, /can't be emptied/, patches(UNTRACKED)],
  ['hide it behind writes of a time to come', BOTH, RECORD, patches(HIDDEN)],
  [
    'raise the revision of a secret, alone or with its content',
    SECRET,
    REVISION_KEPT,
    patches({ ...REVISED, data: { password: 'eA==' } }),
  ],
  [
    'approve the end of an undeclared object in another’s name',
    BYSTANDERS[0],
    // Its mark is frozen before it could be used.
    /goes with its project/,
    approvedAsAnother,
  ],
  ['label it', BOTH, FROZEN, patches(labels({ team: 'other' }))],
  ['delete an undeclared object, of any kind', BYSTANDERS, /goes with its project/, deletes()],
  ['label an undeclared object', BYSTANDERS, FROZEN, patches(labels({ team: 'other' }))],
  [
    'change an undeclared deployment',
    BYSTANDERS[1],
    FROZEN,
    patches({ spec: { minReadySeconds: 5 } }),
  ],
  [
    'scale an undeclared deployment',
    BYSTANDERS[1],
    STARTS,
    patches({ spec: { replicas: 3 } }, '/scale'),
  ],
  [
    'create a deployment',
    PROJECT,
    STARTS,
    (world, as) => world.post(as, '/apis/apps/v1/namespaces/billing/deployments', DEPLOYMENT),
  ],
  ['create a config map', PROJECT, STARTS, posts({ metadata: { name: 'new' } }, '/configmaps')],
  [
    'create a service',
    PROJECT,
    STARTS,
    posts({ metadata: { name: 'new' }, spec: { ports: [{ port: 80 }] } }, '/services'),
  ],
]);

const DELETED_PIPELINE = byRequest(
  ['pipeline'],
  [
    ['delete it', BOTH, /is recoverable until/, deletes()],
    ['change a secret', SECRET, FROZEN, patches({ data: { password: 'eA==' } })],
    ['raise the revision of a secret, alone', SECRET, REVISION_KEPT, patches(REVISED)],
    [
      'raise the revision of a secret, with its content',
      SECRET,
      REVISION_KEPT,
      patches({ ...REVISED, data: { password: 'eA==' } }),
    ],
    [
      'take the deadline away and empty it in one update',
      OWNED_KINDS.settings,
      /can't be emptied/,
      patches({ ...RESTORED, ...EMPTIED }),
    ],
    [
      'move the deadline nearer',
      BOTH,
      /a deadline never comes nearer/,
      patches(ends('2020-01-01T00:00:00Z')),
    ],
    ['strip the protecting label', BOTH, /labels .* can't be changed/, patches(STRIPPED)],
    ['add a finalizer', BOTH, /a finalizer could hold up/, patches(HELD)],
    ['shorten the period', BOTH, /never gets shorter/, patches(SHORTER)],
  ],
);

const DELETED_APPROVER = byRequest(
  ['approver'],
  [
    [
      'approve as if the project were alive',
      BOTH,
      /for this very object/,
      async (world, as, { path }) =>
        world.patch(as, path, approval(`bob ${await world.uid(path)} ${inSeconds(600)} live`)),
    ],
    [
      'use an approval that was given before a restore',
      SECRET,
      /is recoverable until/,
      approvedBeforeRestore,
    ],
  ],
);

export const DELETED_TRANSITIONS: readonly Row[] = [
  ...DELETED_REQUESTS,
  ...DELETED_PIPELINE,
  ...DELETED_APPROVER,
];
