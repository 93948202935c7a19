import { nearest } from '../base/nearest.js';
import { covers } from '../policy/waivers.js';
import type { CodeSource } from '../review/review.js';
import { withoutIndex } from '../state/address.js';

/** What is at hand of a stack: as its constructs made it, and as it was checked. */
export interface SeenStack {
  readonly stack: string;
  /** By address without an index, as synthesis notes them. */
  readonly sources: ReadonlyMap<string, CodeSource>;
  /** Of the resources that were checked. */
  readonly addresses: Iterable<string>;
  /** Of what the project's own files declare. */
  readonly paths: Iterable<string>;
}

/** A path that leads to nothing in its stack. */
export interface MissingPath {
  /** What it most likely means. */
  readonly meant: string | undefined;
}

/** Undefined where a path leads somewhere, or where nobody can say: the code isn't at hand. */
export function missingPath(path: string, seen: SeenStack): MissingPath | undefined {
  const { stack, sources } = seen;
  const rest = path.slice(stack.length + 1);
  // What is in a module is only in a plan.
  if (sources.size === 0 || rest.startsWith('module.')) return undefined;
  const addresses = new Set([...sources.keys(), ...[...seen.addresses].map(withoutIndex)]);
  const paths = [...[...sources.values()].map((each) => each.path), ...seen.paths];
  const isThere = [path, `${stack}/${withoutIndex(rest)}`].some(
    (each) =>
      paths.some((known) => covers({ path: each }, { stack, address: '', path: known })) ||
      [...addresses].some((address) => covers({ path: each }, { stack, address })),
  );
  if (isThere) return undefined;
  return { meant: meantIn(path, [...paths, ...[...addresses].map((each) => `${stack}/${each}`)]) };
}

/** Only names at the place where the path goes astray are compared, of which there are few. */
function meantIn(path: string, paths: readonly string[]): string | undefined {
  const known = new Set(paths.flatMap(withParents));
  const parts = path.split('/');
  const lost = parts.findIndex((_, index) => !known.has(parts.slice(0, index + 1).join('/')));
  const around = parts.slice(0, lost).join('/');
  const names = [...known].flatMap((each) =>
    each.startsWith(`${around}/`) && !each.slice(around.length + 1).includes('/')
      ? [each.slice(around.length + 1)]
      : [],
  );
  const near = nearest(parts[lost] ?? '', names);
  if (near === undefined) return undefined;
  const whole = [around, near, ...parts.slice(lost + 1)].join('/');
  return known.has(whole) ? whole : `${around}/${near}`;
}

function withParents(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
