import { isRecord } from '../../base/guards.js';
import { compareTexts } from '../../base/order.js';
import { plural } from '../../base/plural.js';
import { valueAt } from '../shape/part.js';
import { referencesIn } from './references.js';

/** What a namespace of a cluster has, as its API server returns it. */
export interface LiveObjects {
  readonly jobs: readonly unknown[];
  readonly pods: readonly unknown[];
  readonly claims: readonly unknown[];
  /** EndpointSlices. */
  readonly slices: readonly unknown[];
}

/** More of one kind than these are only counted. */
const MOST = 5;

/** What runs in a namespace or is in use there, as sentences. */
export function liveUses(live: LiveObjects): readonly string[] {
  const pods = live.pods.filter(isAlive);
  return [
    ...sentences('Job', live.jobs.filter(isActive).map(nameOf), 'running'),
    ...sentences('Pod', pods.filter((pod) => !isOwnedBy(pod, 'Job')).map(nameOf), 'running'),
    ...sentences('Claim', mounted(live, pods), 'bound and mounted'),
    ...sentences('Service', serving(live.slices), 'sending to ready endpoints'),
  ];
}

/** What uses one object of a namespace: running jobs of a cron job, or pods that name it. */
export function liveUsesOf(
  live: LiveObjects,
  { kind, name }: { readonly kind: string; readonly name: string },
): readonly string[] {
  if (kind === 'CronJob') {
    const own = live.jobs.filter((job) => isActive(job) && isOwnedBy(job, kind, name));
    return sentences('Job', own.map(nameOf), 'running');
  }
  const pods = live.pods.filter((pod) => isAlive(pod) && names(pod, kind, name));
  return sentences('Pod', pods.map(nameOf), 'running and uses it');
}

function names(pod: unknown, kind: string, name: string): boolean {
  const manifest = { value: { ...Object(pod), kind: 'Pod' }, unknown: undefined };
  return referencesIn({ manifest, pods: [manifest] }).some(
    (each) => each.kind === kind && each.name === name,
  );
}

/** Claims that are bound and that a pod mounts, which may still write. */
function mounted({ claims }: LiveObjects, pods: readonly unknown[]): readonly string[] {
  const bound = claims.filter((claim) => valueAt(claim, '/status/phase') === 'Bound').map(nameOf);
  return bound.filter((name) => pods.some((pod) => names(pod, 'PersistentVolumeClaim', name)));
}

function serving(slices: readonly unknown[]): readonly string[] {
  return slices.flatMap((slice) => {
    const service = valueAt(slice, '/metadata/labels/kubernetes.io~1service-name');
    const endpoints = valueAt(slice, '/endpoints');
    const isReady = (each: unknown) => valueAt(each, '/conditions/ready') !== false;
    const isServing = Array.isArray(endpoints) && endpoints.some(isReady);
    return isServing && typeof service === 'string' ? [service] : [];
  });
}

function isActive(job: unknown): boolean {
  const active = valueAt(job, '/status/active');
  return typeof active === 'number' && active > 0;
}

/** A pod that has finished keeps nothing open. */
function isAlive(pod: unknown): boolean {
  return !['Succeeded', 'Failed'].includes(String(valueAt(pod, '/status/phase')));
}

function isOwnedBy(object: unknown, kind: string, name?: string): boolean {
  const owners = valueAt(object, '/metadata/ownerReferences');
  return (
    Array.isArray(owners) &&
    owners.some(
      (each) =>
        isRecord(each) && each['kind'] === kind && (name === undefined || each['name'] === name),
    )
  );
}

function nameOf(object: unknown): string {
  return String(valueAt(object, '/metadata/name') ?? '');
}

function sentences(what: string, found: readonly string[], how: string): readonly string[] {
  const names = [...new Set(found)].sort(compareTexts);
  const more = names.length - MOST;
  const shown = names.slice(0, MOST).map((name) => `${what} ${name} is ${how}.`);
  return more > 0
    ? [...shown, `So ${more === 1 ? 'is' : 'are'} ${plural(more, `more ${what.toLowerCase()}`)}.`]
    : shown;
}
