import { memberOf } from '../../base/guards.js';
import { plural } from '../../base/plural.js';
import { admissionPolicies } from '../../cluster/admission-policies.js';
import { auditAnchors, auditClocks } from '../../cluster/audit/clock.js';
import type { AuditFinding } from '../../cluster/audit/finding.js';
import { auditLeases, LEASES } from '../../cluster/audit/leases.js';
import { auditMembers, expectedObjects } from '../../cluster/audit/members.js';
import { auditPolicies } from '../../cluster/audit/policies.js';
import { clusterRules } from '../../cluster/rules.js';
import { versionProblems } from '../../cluster/version.js';
import type { Cluster } from '../../engine/cluster.js';
import type { Settings } from '../../files/settings.js';
import type { StackState } from '../../state/state.js';
import { type ClusterOptions, clusterOf } from '../cluster/access.js';
import { readClocks } from '../cluster/policy-clock.js';
import { readInstalled, readMembers } from '../cluster/reading.js';
import type { Io } from '../terminal/io.js';
import type { Stack } from '../workspace/workspace.js';
import { type Check, checker } from './check.js';

/** A stack's cluster: whether it answers, enforces the period, and agrees about the time. */
export async function checkCluster(
  io: Io,
  options: ClusterOptions,
  settings: Settings,
  stack: Stack,
): Promise<readonly Check[]> {
  const { ok, failed } = checker('cluster', stack.name);
  try {
    const cluster = clusterOf(io, options, stack);
    const version = String(memberOf(await cluster.get('/version'), 'gitVersion'));
    const problems = versionProblems(version);
    return [
      problems.length > 0 ? failed({ problems }) : ok(`Kubernetes ${version}`),
      await checkPolicies(cluster, settings, stack),
      await checkClock(io, cluster, settings, stack),
    ];
  } catch (error) {
    return [failed(error)];
  }
}

async function checkPolicies(cluster: Cluster, settings: Settings, stack: Stack): Promise<Check> {
  const { ok, failed } = checker('admission policies', stack.name);
  const { value, problems } = clusterRules(settings, [stack.name]);
  if (value === undefined) return failed({ problems });
  try {
    const expected = admissionPolicies(value);
    const findings = auditPolicies(expected, await readInstalled(cluster), [stack.name]);
    return verdict(findings, ok(`${expected.length} objects in force`));
  } catch (error) {
    return failed(error);
  }
}

/** The clock of the API servers, and the time that the policies see of it. */
async function checkClock(
  io: Io,
  cluster: Cluster,
  settings: Settings,
  stack: Stack,
): Promise<Check> {
  const { ok, failed } = checker('clock', stack.name);
  try {
    const { value: rules } = clusterRules(settings, [stack.name]);
    const found = auditLeases(await cluster.list(LEASES), io.now());
    // Without policies nobody sees a time, and the check before this one says so.
    const isEnforced = rules !== undefined && (await hasPolicies(cluster));
    if (!isEnforced) return verdict(found, ok('the API server’s and this one agree to a minute'));
    const { findings, sound } = auditAnchors(rules, await readInstalled(cluster));
    const readings = await readClocks(cluster, rules);
    const clocks = readings.filter(({ clock }) => sound.includes(clock));
    return verdict(
      [...found, ...findings, ...auditClocks(clocks, io.now())],
      ok('the API server’s, the admission policies’ and this one agree to a minute'),
    );
  } catch (error) {
    return failed(error);
  }
}

/** Whether the objects of a stack are what its state says: marks, deadlines, content of secrets. */
export async function checkObjects(
  io: Io,
  options: ClusterOptions,
  stack: Stack,
  state: StackState,
): Promise<readonly Check[]> {
  const expected = expectedObjects(stack.name, state);
  if (expected.length === 0) return [];
  const { ok, failed } = checker('objects', stack.name);
  try {
    const asked = expected.map(({ object }) => object);
    const found = await readMembers(clusterOf(io, options, stack), asked);
    const good = ok(`${plural(expected.length, 'object')} as the state says`);
    return [verdict(auditMembers(expected, found), good)];
  } catch (error) {
    return [failed(error)];
  }
}

async function hasPolicies(cluster: Cluster): Promise<boolean> {
  const path = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies';
  return (await cluster.get(`${path}/deletion.reprieve.dev`)) !== undefined;
}

/** The first finding stands for all of them; notes are for the audit. */
function verdict(findings: readonly AuditFinding[], good: Check): Check {
  const [first, ...more] = findings.filter(({ level }) => level === 'finding');
  if (first === undefined) return good;
  const rest = more.length === 0 ? '' : ` ${more.length} more: npx reprieve cluster audit.`;
  return { ...good, level: 'error', message: `${first.message}${rest}`, remedy: first.remedy };
}
