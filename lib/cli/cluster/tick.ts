import { probePath } from '../../cluster/anchor.js';
import { auditClocks, lagOf } from '../../cluster/audit/clock.js';
import type { AuditFinding } from '../../cluster/audit/finding.js';
import { tickManifests, tickPath } from '../../cluster/clock.js';
import { policyTimeIn } from '../../cluster/policy-time.js';
import { clusterRules } from '../../cluster/rules.js';
import { findProject } from '../review/context.js';
import { EXIT, type ExitCode, type Io, misuse, refuse, say } from '../terminal/io.js';
import { type ClusterOptions, clusterOf } from './access.js';
import { eventually } from './apply.js';
import { readClocks, readTicks } from './policy-clock.js';

/** `cluster tick`: makes the ticks anew, one after the other, so that one is always there. */
export async function renewTicks(io: Io, options: ClusterOptions): Promise<ExitCode> {
  const { value: rules, problems } = clusterRules(findProject(io).settings);
  if (rules === undefined) return misuse(...problems);
  if (rules.clock !== 'tick') return misuse(NO_TICK);
  const cluster = clusterOf(io, options);
  for (const each of tickManifests()) {
    const path = tickPath(each.metadata.name);
    // The API server's own list may lack the other one for a moment, which was just made.
    await eventually(async () => {
      const refusal = await cluster.refusalOfDeletion(path);
      return refusal?.said.includes('no params found') !== true;
    });
    await cluster.renew(path, each);
  }
  const made = await readTicks(cluster);
  let lag: AuditFinding | undefined;
  await eventually(async () => {
    const told = policyTimeIn('tick', await cluster.refusalOfDeletion(probePath('tick')));
    lag = lagOf({ clock: 'tick', sources: made }, told);
    return lag === undefined;
  });
  if (lag !== undefined) refuse(lag);
  for (const each of auditClocks(await readClocks(cluster, rules), io.now())) refuse(each);
  say(io, 'The ticks are made anew: what is due can be reclaimed.');
  return EXIT.ok;
}

const NO_TICK = {
  code: 'cli/no-tick',
  message: 'The clock of this cluster is its lease, which needs nobody.',
  remedy: 'Only clock: tick in reprieve.yaml has ticks.',
} as const;
