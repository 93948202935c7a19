import { goesWith, lineage } from '../model/deletion-target.js';
import type { Protection } from './protection-of.js';
import type { Standing } from './standing.js';

/** What protects an object that stays, before a plan and after it. */
export interface BeforeAndAfter {
  readonly before: Protection;
  readonly after: Protection | undefined;
}

/** Names of targets that the plan changes as a whole, and what it changes them to. */
export type Renames = ReadonlyMap<string, string>;

/** A target under the name that the plan gives it. */
export function renamed(target: string, renames: Renames): string {
  return renames.get(target) ?? target;
}

/**
 * A rename takes every object of a name together onto a name by which the prior state has no record
 * at all. While a deletion is known by the old name, there is none.
 */
export function renamesIn(kept: readonly BeforeAndAfter[], before: Standing): Renames {
  const now = new Map<string, ReadonlySet<string>>();
  for (const each of kept) note(now, each);
  const steps = new Map<string, string>();
  for (const [name, names] of now) {
    const [only] = names;
    if (names.size !== 1 || only === undefined || only === name) continue;
    if (isFresh(only, before) && isQuiet(name, before)) steps.set(name, only);
  }
  const taken = new Map<string, number>();
  for (const to of steps.values()) taken.set(to, (taken.get(to) ?? 0) + 1);
  return new Map(
    [...now.keys()].flatMap((name) => {
      const to = nameOf(name, now, steps);
      return to === undefined || (taken.get(to) ?? 0) > 1 ? [] : [[name, to] as const];
    }),
  );
}

/** What each name of an object's targets becomes, as far as one target can be told from others. */
function note(now: Map<string, ReadonlySet<string>>, { before, after }: BeforeAndAfter): void {
  const [from] = before.targets;
  const [to] = after?.targets ?? [];
  if (from === undefined || to === undefined || before.targets.length > 1) return;
  const others = lineage(to);
  lineage(from).forEach((name, index) => {
    const known = now.get(name) ?? new Set();
    now.set(name, new Set([...known, others[index] ?? to]));
  });
}

/** A target's new name, if every changed part of it is a rename. */
function nameOf(name: string, now: Map<string, ReadonlySet<string>>, steps: Renames) {
  const [own = name] = now.get(name) ?? [];
  if ((now.get(name)?.size ?? 0) > 1) return undefined;
  const parts = lineage(name);
  const isWhole = parts.every((part, index) => {
    const to = lineage(own)[index];
    return to === part || steps.get(part) === to;
  });
  return isWhole && own !== name ? own : undefined;
}

/** Whether no record knows a name. */
function isFresh(name: string, before: Standing): boolean {
  const isGuarded = before.guards.some(({ record }) => goesWith(name, record.target));
  const isNamed = before.membersOf(name).length > 0 || before.uidsOf(name).size > 0;
  return !isGuarded && !isNamed && isQuiet(name, before);
}

/** Whether no deletion is known by a name, be it of an item of its. */
function isQuiet(name: string, { tombstones, hardDeletions }: Standing): boolean {
  return ![...tombstones, ...hardDeletions].some(({ record }) => goesWith(name, record.target));
}
