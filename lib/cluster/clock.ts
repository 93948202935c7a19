import type { ClusterClock } from '../files/documents.js';
import { text, texts, WHO } from './cel.js';
import type { AdmissionPolicy, Manifest, Parameter } from './manifest.js';
import { MANAGED_BY } from './manifest.js';
import type { ClusterRules } from './rules.js';

/** What a policy needs to know the time. CEL itself has no clock. */
export interface Clock {
  readonly parameter: Parameter;
  /** The expression of the time. */
  readonly now: string;
}

const NAMESPACE = 'kube-system';
const IDENTITY = { 'apiserver.kubernetes.io/identity': 'kube-apiserver' } as const;
const TICK = { 'reprieve.dev/clock': 'tick' } as const;

/**
 * The names of the config maps that are the time where `clock: tick` was chosen. There are two, so
 * that one is always there while the other is made anew: without any, nothing could be reclaimed.
 */
export const TICK_NAMES = ['reprieve-tick', 'reprieve-tick-2'] as const;

/**
 * `lease`: every API server renews a lease of its own each 10 seconds; the time of its last renewal
 * is the time, at most that much late, which denies. With several servers, all of them have to
 * agree, so that one which stopped denies too.
 *
 * `tick`: no object can be created in the past or future, so a config map's age is a lower bound of
 * the time that nobody can forge. It has to be made anew before anything can be reclaimed. Only
 * deletions ask for it: an update carries its own time (`written.ts`).
 *
 * @see https://kubernetes.io/docs/concepts/architecture/leases/#api-server-identity
 */
export const CLOCKS: Readonly<Record<ClusterClock, Clock>> = {
  lease: {
    parameter: {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      namespace: NAMESPACE,
      by: { labels: IDENTITY },
    },
    now: 'timestamp(params.spec.renewTime)',
  },
  tick: {
    parameter: { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, by: { labels: TICK } },
    now: 'timestamp(params.metadata.creationTimestamp)',
  },
};

const IN_NAMESPACE = { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } };

/** Only the API server renews its lease, whatever rights others have. Impersonation gets through. */
export function clockPolicy(): AdmissionPolicy {
  return {
    name: 'clock.reprieve.dev',
    match: {
      operations: ['CREATE', 'UPDATE', 'DELETE'],
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases', 'leases/*'],
      objects: { matchLabels: IDENTITY },
      namespaces: IN_NAMESPACE,
    },
    variables: {},
    validations: [
      {
        expression: `${WHO} == "system:apiserver"`,
        message:
          '"only the API server may write its identity lease, which is the clock of every reclamation"',
      },
    ],
  };
}

/**
 * Ticks are made anew by those who are named, one by one, and stay as they were made; the last one
 * can't be deleted.
 */
export function tickPolicies({ pipelines, admins = [] }: ClusterRules): readonly AdmissionPolicy[] {
  const made = [
    `${WHO} in ${texts([...pipelines, ...admins])}`,
    // A collection's deletion names nothing, so that it would get past the policies below.
    `request.operation == "DELETE" ? request.?name.orValue("") != "" : object.metadata.name in ${texts(TICK_NAMES)}`,
  ];
  const kept = [
    'object.metadata.?labels == oldObject.metadata.?labels',
    'object.metadata.?ownerReferences.orValue([]).size() == 0',
    'object.metadata.?finalizers.orValue([]).size() == 0',
  ];
  const guard: AdmissionPolicy = {
    name: 'tick.reprieve.dev',
    match: {
      operations: ['CREATE', 'UPDATE', 'DELETE'],
      apiGroups: [''],
      resources: ['configmaps'],
      objects: { matchLabels: TICK },
      namespaces: IN_NAMESPACE,
    },
    variables: {},
    validations: [
      {
        expression: `request.operation == "UPDATE" ? (${kept.join(' && ')}) : ${made.map((each) => `(${each})`).join(' && ')}`,
        message:
          '"the tick is the clock of every reclamation: only a pipeline or an admin of reprieve.yaml makes it anew, by npx reprieve cluster tick"',
      },
    ],
  };
  return [guard, ...TICK_NAMES.map((each, index) => lastTickPolicy(each, index))];
}

/** A tick goes only while the other one is there: its parameter. */
function lastTickPolicy(name: string, index: number): AdmissionPolicy {
  const other = TICK_NAMES[1 - index] ?? '';
  return {
    name: `tick-${index + 1}.reprieve.dev`,
    match: {
      operations: ['DELETE'],
      apiGroups: [''],
      resources: ['configmaps'],
      names: [name],
      objects: { matchLabels: TICK },
      namespaces: IN_NAMESPACE,
    },
    parameter: { ...CLOCKS.tick.parameter, by: { name: other } },
    variables: {},
    validations: [
      {
        expression: '!has(params.metadata.deletionTimestamp)',
        message: text(`${other} is going already: a tick has to stay`),
      },
    ],
  };
}

/** The config maps whose age is the time. `reprieve cluster tick` makes them anew. */
export function tickManifests(): readonly Manifest[] {
  return TICK_NAMES.map((name) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: NAMESPACE, labels: { ...MANAGED_BY, ...TICK } },
  }));
}

/** Where a tick is. */
export function tickPath(name: string): string {
  return `/api/v1/namespaces/${NAMESPACE}/configmaps/${name}`;
}
