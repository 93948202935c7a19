import { isRecord } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { isAtLeastVersion, OLDEST_VERSION } from '../model/pod-security.js';

/** What holds from several versions of Kubernetes on: `{ $since: { "1.25": A, "1.31": B } }`. */
const SINCE = '$since';

/** Deeper than any policy is. */
const DEEPEST = 256;

/**
 * A policy's schemas and parameters as they are in a version of Kubernetes: each `$since` is replaced by
 * what the newest version in it says that isn't newer than this one.
 */
export function atVersion<T>(id: string, tree: T, version: string): Checked<T>;
export function atVersion(id: string, tree: unknown, version: string): Checked<unknown> {
  if (!hasSince(tree, 0)) return { value: tree, problems: [] };
  const problems = new Problems();
  const fault = (what: string, path: string) => problems.add(unusable(id, what, path));
  return problems.result(resolved(tree, version, '', fault));
}

/** Whether a policy differs between versions. */
export function hasVersions(tree: unknown): boolean {
  return hasSince(tree, 0);
}

type Tell = (what: string, path: string) => void;

function resolved(tree: unknown, version: string, path: string, tell: Tell): unknown {
  if (Array.isArray(tree)) {
    return tree.map((each, index) => resolved(each, version, `${path}.${index}`, tell));
  }
  if (!isRecord(tree)) return tree;
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (!Object.hasOwn(tree, SINCE)) {
    const entries = Object.entries(tree);
    return Object.fromEntries(
      entries.map(([key, each]) => [key, resolved(each, version, below(key), tell)]),
    );
  }
  const versions = tree[SINCE];
  const what = faultOf(tree, versions);
  if (what !== undefined || !isRecord(versions)) {
    tell(what ?? 'has no versions', path);
    return true;
  }
  const known = Object.keys(versions).filter((each) => isAtLeastVersion(version, each));
  const newest = known.reduce((a, b) => (isAtLeastVersion(a, b) ? a : b), OLDEST_VERSION);
  return resolved(versions[newest], version, `${below(SINCE)}.${newest}`, tell);
}

function faultOf(around: object, versions: unknown): string | undefined {
  if (Object.keys(around).length > 1) return 'has other keys beside it';
  if (!isRecord(versions)) return 'is no object of versions';
  const wrong = Object.keys(versions).find((each) => !/^1\.[1-9]\d?$/.test(each));
  if (wrong !== undefined) return `has the key ${quote(wrong)}, which is no version such as "1.31"`;
  const isTotal = Object.hasOwn(versions, OLDEST_VERSION);
  return isTotal ? undefined : `lacks "${OLDEST_VERSION}", the oldest version that is known`;
}

function hasSince(tree: unknown, depth: number): boolean {
  if (depth > DEEPEST) return false;
  if (Array.isArray(tree)) return tree.some((each) => hasSince(each, depth + 1));
  if (!isRecord(tree)) return false;
  return (
    Object.hasOwn(tree, SINCE) || Object.values(tree).some((each) => hasSince(each, depth + 1))
  );
}

function unusable(id: string, what: string, path: string): Problem {
  return {
    code: 'policy/since',
    message: `In policy ${quote(id)}, \`$since\` ${what}.`,
    remedy: `Write { $since: { "${OLDEST_VERSION}": …, "1.31": … } }: what holds from each version of Kubernetes on.`,
    path,
  };
}
