import type { Person, Row } from './row.js';
import { type Ask, byRequest } from './rows.js';
import { NAMESPACE, PROJECT } from './subjects.js';
import { DEFINITION, PROBE, WEBHOOK, WEBHOOKS, widgets } from './surroundings.js';

/** What is tried on the cluster around a project, while it lives and while it is soft-deleted. */

const PROJECTS = /this could change what is protected/;
const CLOCK = /could change the API servers' leases, which are the clock/;
const DEFINES = /defines a kind of which objects are protected/;

const puts =
  (rules: readonly object[], more: object = {}): Ask =>
  (world, as) =>
    world.post(as, WEBHOOKS, webhook('attempt', rules, more));

function webhook(name: string, rules: readonly object[], more: object = {}) {
  const [first] = WEBHOOK.webhooks;
  return { ...WEBHOOK, metadata: { name }, webhooks: [{ ...first, ...more, rules }] };
}

const rule = (apiGroup: string, resource: string) => ({
  ...{ apiGroups: [apiGroup], resources: [resource] },
  ...{ apiVersions: ['*'], operations: ['CREATE', 'UPDATE'] },
});
const outside = (namespace: string) => ({
  namespaceSelector: {
    matchExpressions: [
      { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [namespace] },
    ],
  },
});

const finalize: Ask = async (world, as) => {
  const namespace = await world.plane.get<{ spec: object }>(NAMESPACE);
  return world.put(as, `${NAMESPACE}/finalize`, { ...namespace, spec: { finalizers: [] } });
};

/** Anybody is refused, whatever rights they have. */
const BY_ANYBODY = byRequest(
  ['developer', 'cluster-admin', 'pipeline', 'approver'],
  [
    ['put up a webhook that changes secrets', PROJECT, PROJECTS, puts([rule('', 'secrets')])],
    ['put up a webhook that changes namespaces', PROJECT, PROJECTS, puts([rule('', 'namespaces')])],
    [
      'put up a webhook that changes everything outside of kube-system',
      PROJECT,
      PROJECTS,
      puts([rule('*', '*/*')], outside('kube-system')),
    ],
    [
      'put up a webhook that changes the API servers’ leases',
      PROJECT,
      CLOCK,
      puts([rule('coordination.k8s.io', 'leases')]),
    ],
    [
      'point a webhook on pods at namespaces',
      PROJECT,
      PROJECTS,
      (world, as) =>
        world.patch(as, `${WEBHOOKS}/pods`, {
          webhooks: webhook('pods', [rule('', 'namespaces')]).webhooks,
        }),
    ],
    [
      'delete the definition of a protected custom kind',
      PROJECT,
      DEFINES,
      (world, as) => world.delete(as, DEFINITION),
    ],
    [
      'narrow the schema of a protected custom kind',
      PROJECT,
      DEFINES,
      (world, as) => world.patch(as, DEFINITION, { spec: widgets({}).spec }),
    ],
    [
      'delete the probe by which the policies’ time is told',
      PROJECT,
      /reprieve-clock lease/,
      (world, as) => world.delete(as, PROBE),
    ],
  ],
);

const finalized = (person: Person, says: RegExp) =>
  byRequest([person], [['take the namespace’s finalizer away', PROJECT, says, finalize]]);

export const AROUND_LIVE: readonly Row[] = [
  ...BY_ANYBODY,
  ...finalized('developer', /only a deployment may/),
  ...finalized('cluster-admin', /only a deployment may/),
  ...finalized('pipeline', /is not being deleted: its spec can't be changed/),
];

export const AROUND_DELETED: readonly Row[] = [
  ...BY_ANYBODY,
  ...(['developer', 'cluster-admin', 'pipeline'] as const).flatMap((person) =>
    finalized(person, /can't be changed before it is restored/),
  ),
];
