import { createHash } from 'node:crypto';
import { memberOf } from '../base/guards.js';
import { parseTimestamp } from '../base/timestamp.js';
import type { NamedConfiguration } from './disagreements.js';
import type { ServerMetrics } from './metrics.js';
import type { ServerFile } from './rotation.js';

/** What is known of a cluster's API servers. */
export interface KnownServers {
  /** What each one that answered says. */
  readonly answered: readonly ServerMetrics[];
  /** How many were asked and did not answer. */
  readonly silent: number;
  /** How many run that were not asked; undefined where the cluster doesn't say which there are. */
  readonly unasked: number | undefined;
}

/**
 * Whether the API servers have loaded the files. Newer ones show the hash of what they have loaded.
 * One that works with none of the files, or that nobody asked, may write what the others can't
 * read: then no file counts as loaded. What isn't shown has to be said by `reloaded`.
 */
export function loadedFiles(
  files: readonly NamedConfiguration[],
  { answered, silent, unasked }: KnownServers,
  reloaded: boolean,
): readonly ServerFile[] {
  const hashes = answered.map(({ configurationHash }) => configurationHash);
  const shown = hashes.filter((hash) => hash !== undefined);
  const known = new Set(files.map(({ hash }) => hash));
  const hasStranger = shown.some((hash) => !known.has(hash));
  const isWhole = silent === 0 && unasked === 0 && shown.length > 0 && !hashes.includes(undefined);
  return files.map(({ name, configuration, hash }) => {
    if (hasStranger) return { name, configuration, loaded: 'no' };
    const own = isWhole ? (shown.includes(hash) ? 'yes' : 'no') : 'unknown';
    return { name, configuration, loaded: reloaded && own === 'unknown' ? 'yes' : own };
  });
}

/** An API server renews its lease every ten seconds. */
const RENEWED = 120;

/**
 * How many of the API servers that hold a lease were not asked. A lease that lags behind the newest
 * one belongs to a server that has ended. Undefined where this is no list of leases.
 */
export function unaskedServers(
  leases: unknown,
  answered: readonly ServerMetrics[],
): number | undefined {
  const items = memberOf(leases, 'items');
  if (!Array.isArray(items)) return undefined;
  const read = items.map(leaseOf);
  const times = read.flatMap(({ renewed }) => renewed ?? []);
  const newest = Math.max(...times);
  // One without a time that can be read counts as live.
  const live = read.filter(({ renewed = newest }) => renewed >= newest - RENEWED * 1000);
  const hashes = new Set(answered.map(({ serverHash }) => serverHash));
  // Older servers don't show who they are: then only their number can be compared.
  if (hashes.has(undefined)) return Math.max(0, live.length - answered.length);
  return live.filter(({ hash }) => !hashes.has(hash)).length;
}

interface Lease {
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly renewed: number | undefined;
}

function leaseOf(lease: unknown): Lease {
  const name = String(memberOf(memberOf(lease, 'metadata'), 'name') ?? '');
  const time = memberOf(memberOf(lease, 'spec'), 'renewTime');
  return {
    hash: `sha256:${createHash('sha256').update(name).digest('hex')}`,
    renewed: typeof time === 'string' ? parseTimestamp(time).value : undefined,
  };
}
