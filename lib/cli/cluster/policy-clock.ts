import { clocksOf, probePath } from '../../cluster/anchor.js';
import type { ClockReading } from '../../cluster/audit/clock.js';
import { LEASES } from '../../cluster/audit/leases.js';
import { TICK_NAMES, tickPath } from '../../cluster/clock.js';
import { policyTimeIn } from '../../cluster/policy-time.js';
import { type Cluster, ClusterError } from '../../engine/cluster.js';
import type { ClusterClock } from '../../files/documents.js';

/** Behind one address there may be as many API servers as there are leases; more is guesswork. */
const MOST = 5;

/**
 * The time that the admission policies see, and that of the leases and ticks themselves. It is asked
 * once for each API server that has a lease: one request reaches one of them.
 */
export async function readClocks(
  cluster: Cluster,
  rules: { readonly clock: ClusterClock },
): Promise<readonly ClockReading[]> {
  const leases = await ifAllowed(() => cluster.list(LEASES));
  const count = Math.max(1, Math.min(MOST, leases?.length ?? 1));
  const readings: ClockReading[] = [];
  for (const clock of clocksOf(rules)) {
    // Before the question, so that what is renewed meanwhile is no reproach.
    const sources = clock === 'lease' ? leases : await ifAllowed(() => readTicks(cluster));
    const times = [];
    for (let asked = 0; asked < count; asked += 1) {
      times.push(policyTimeIn(clock, await cluster.refusalOfDeletion(probePath(clock))));
    }
    readings.push({ clock, times, ...(sources === undefined ? {} : { sources }) });
  }
  return readings;
}

/** The ticks that are there. */
export async function readTicks(cluster: Cluster): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const name of TICK_NAMES) found.push(await cluster.get(tickPath(name)));
  return found.filter((it) => it !== undefined);
}

/** Whoever deploys may not read everything; the time alone does then. */
async function ifAllowed<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (ClusterError.isClusterError(error) && error.failure === 'forbidden') return undefined;
    throw error;
  }
}
