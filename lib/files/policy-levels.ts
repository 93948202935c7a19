import type { PolicyLevel } from './documents.js';

/** Levels of policies, the weakest first. */
export const LEVELS: readonly PolicyLevel[] = ['advisory', 'soft-mandatory', 'hard-mandatory'];

/** Levels by the ids of policies, and by the profiles that they belong to. */
export type PolicyLevels = ReadonlyMap<string, PolicyLevel>;

/** The profiles that come with this package. A policy belongs to the one that is its category. */
export const PROFILES = [
  'access',
  'code-engine',
  'credentials',
  'deletion',
  'network',
  'pod-security',
  'supply-chain',
  'workload',
] as const;

/** What is known of a policy that has a level. */
export interface Levelled {
  readonly id: string;
  readonly category: string;
}

/** How much a policy counts: its own level goes before its profile's. */
export function levelIn(levels: PolicyLevels, { id, category }: Levelled): PolicyLevel {
  const own = levels.get(id);
  if (own !== undefined) return own;
  return (isProfile(category) ? levels.get(category) : undefined) ?? 'advisory';
}

/** The most that a policy may count of which only the id is known. */
export function highestLevelIn(levels: PolicyLevels, id: string): PolicyLevel {
  const own = levels.get(id);
  if (own !== undefined || isProfile(id)) return own ?? 'advisory';
  return PROFILES.map((name) => levels.get(name) ?? 'advisory').reduce(higher, 'advisory');
}

/** The level that counts more. */
export function higher(one: PolicyLevel, other: PolicyLevel): PolicyLevel {
  return LEVELS.indexOf(one) >= LEVELS.indexOf(other) ? one : other;
}

export function isProfile(name: string): boolean {
  return PROFILES.some((each) => each === name);
}
