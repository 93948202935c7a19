import { memberOf } from '../../base/guards.js';
import { kindOf, type StoredKind } from '../../encryption/kinds.js';
import { objectText, type StoredObject } from '../../encryption/stored-object.js';
import type { Api } from '../../engine/api.js';
import { type Io, say } from '../terminal/io.js';

/** An object that is written again, and the version that it has so far. */
interface Pending {
  readonly resource: string;
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

/** What became of all of them. */
export interface Rewritten {
  /** Written, since their stored bytes were not current. */
  readonly written: number;
  /** Left as they are by the API server: they were current. */
  readonly current: number;
  /** Deleted meanwhile. */
  readonly gone: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly name: string;
  readonly status: number;
  readonly message: string;
}

/** So many requests at once: a rotation is no reason to be slow for others. */
const AT_ONCE = 4;
const ATTEMPTS = 5;
/** After so many failures the rest is not tried. */
const MAX_FAILURES = 50;

/**
 * Writes objects again as they are: those that etcd showed to be stale, or, where it can't be
 * read, all. No content reaches this process.
 */
export async function rewrite(
  io: Io,
  api: Api,
  kinds: readonly StoredKind[],
  stale: readonly StoredObject[] | undefined,
): Promise<Rewritten> {
  const total = { written: 0, current: 0, gone: 0, failures: [] as Failure[] };
  for (const kind of stale === undefined ? kinds : kindsIn(stale)) {
    const pending = await pendingOf(api, kind, stale, total.failures);
    let done = 0;
    const progress = progressOf(io, kind.resource, pending.length);
    await atOnce(pending, async (each) => {
      if (total.failures.length >= MAX_FAILURES) return;
      const outcome = await rewriteOne(api, each);
      if (typeof outcome === 'string') total[outcome] += 1;
      else total.failures.push(outcome);
      done += 1;
      progress(done);
    });
  }
  if (total.failures.length >= MAX_FAILURES) say(io, `Stopped after ${MAX_FAILURES} failures.`);
  return total;
}

/** The kinds of these objects; of some, the API's path is not known. */
function kindsIn(stale: readonly StoredObject[]): readonly (StoredKind | Unknown)[] {
  const resources = [...new Set(stale.map(({ resource }) => resource))];
  return resources.map((resource) => kindOf(resource) ?? { resource });
}

/** A kind by what is known of it. */
type Unknown = Pick<StoredKind, 'resource'>;

async function rewriteOne(api: Api, { path, name, version }: Pending) {
  for (let attempt = 1; ; attempt += 1) {
    const { status, message, resourceVersion } = await api.rewrite(path);
    if (status === 404) return 'gone';
    if (status < 300) return resourceVersion === version ? 'current' : 'written';
    // Somebody else was writing it: what they wrote may be stale, too.
    if (status !== 409 || attempt === ATTEMPTS) return { name, status, message };
    await new Promise((done) => setTimeout(done, attempt * 200));
  }
}

async function pendingOf(
  api: Api,
  kind: StoredKind | Unknown,
  stale: readonly StoredObject[] | undefined,
  failures: Failure[],
): Promise<readonly Pending[]> {
  const own = stale?.filter(({ resource }) => resource === kind.resource);
  const base = 'plural' in kind ? (kind.api ?? (await apiOf(api, kind))) : undefined;
  if (base === undefined || !('plural' in kind)) {
    // What was declared and is not there needs nothing; what is stored does.
    for (const each of own ?? []) {
      const message = 'The API server has no such kind: remove the object from etcd, or its kind.';
      failures.push({ name: objectText(each), status: 0, message });
    }
    return [];
  }
  const found =
    own?.map(({ namespace, name, revision }) => ({ namespace, name, resourceVersion: revision })) ??
    (await api.list(`${base}/${kind.plural}`));
  return found.map(({ namespace, name, resourceVersion }) => {
    const where = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    return {
      resource: kind.resource,
      path: `${base}${where}/${kind.plural}/${encodeURIComponent(name)}`,
      name: `${kind.resource} ${namespace === '' ? name : `${namespace}/${name}`}`,
      version: resourceVersion,
    };
  });
}

/** Where the API has a kind: not every version of its group does. Undefined where none has it. */
async function apiOf(api: Api, { resource, plural }: StoredKind): Promise<string | undefined> {
  const group = resource.slice(plural.length + 1);
  const listed = memberOf(await api.json(`/apis/${group}`), 'versions');
  for (const each of Array.isArray(listed) ? listed.slice(0, 20) : []) {
    const version = memberOf(each, 'groupVersion');
    if (typeof version !== 'string' || !/^[a-z0-9./-]+$/.test(version)) continue;
    const kinds = memberOf(await api.json(`/apis/${version}`), 'resources');
    const isThere = Array.isArray(kinds) && kinds.some((it) => memberOf(it, 'name') === plural);
    if (isThere) return `/apis/${version}`;
  }
  return undefined;
}

async function atOnce<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const open = [...items].reverse();
  const worker = async () => {
    for (let item = open.pop(); item !== undefined; item = open.pop()) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** A line for each tenth of what there is, so that a log stays short. */
function progressOf(io: Io, resource: string, count: number): (done: number) => void {
  const step = Math.max(1, Math.ceil(count / 10));
  return (done) => {
    if (done % step === 0 || done === count) say(io, `${resource}: ${done} of ${count}`);
  };
}
