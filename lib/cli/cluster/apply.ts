import { memberOf } from '../../base/guards.js';
import { plural } from '../../base/plural.js';
import { APPLIED_FIRST, admissionPolicies } from '../../cluster/admission-policies.js';
import { anchorManifests, clocksOf, probePath } from '../../cluster/anchor.js';
import { auditClocks } from '../../cluster/audit/clock.js';
import { auditPolicies } from '../../cluster/audit/policies.js';
import { tickManifests, tickPath } from '../../cluster/clock.js';
import type { Manifest } from '../../cluster/manifest.js';
import { policyTimeIn } from '../../cluster/policy-time.js';
import type { ClusterRules } from '../../cluster/rules.js';
import { versionProblems } from '../../cluster/version.js';
import { type Cluster, ClusterError } from '../../engine/cluster.js';
import { CommandFailure, EXIT, type Io, refuse, say } from '../terminal/io.js';
import { readClocks } from './policy-clock.js';
import { readInstalled } from './reading.js';

/** How long an API server may take to have a policy in force. */
const IN_FORCE = 60_000;
const AGAIN = 500;
/** API servers look for changed policies every second. */
const SEEN = 3000;

/**
 * `cluster policies --apply`: puts up or upgrades the policies so that nothing is open meanwhile and
 * the clock goes on. First everything is tried by a dry run, so that a missing right or a policy that
 * the API server doesn't take changes nothing. Then the anchor, until it is in force; what takes over
 * rules of other policies; the other policies; their bindings.
 */
export async function applyPolicies(io: Io, cluster: Cluster, rules: ClusterRules): Promise<void> {
  const version = String(memberOf(await cluster.get('/version'), 'gitVersion'));
  const tooOld = versionProblems(version);
  if (tooOld.length > 0) throw new CommandFailure(EXIT.findings, tooOld);
  const anchors = anchorManifests(rules);
  const ticks = rules.clock === 'tick' ? await missingTicks(cluster) : [];
  const policies = admissionPolicies(rules).filter(({ kind }) => kind !== 'ConfigMap');
  const installed = await readInstalled(cluster).catch(async (error: unknown) => {
    // Who may not even read them is told of every right that is lacking.
    if (ClusterError.isClusterError(error) && error.failure === 'forbidden') {
      await cluster.apply([...anchors, ...policies], { dryRun: true });
    }
    throw error;
  });
  const changed = new Set(changedIn([...anchors, ...policies], installed));
  const put = (manifests: readonly Manifest[], dryRun = false) => {
    const isKept = (each: Manifest) => !dryRun && isAsItIs(each, installed, changed);
    const due = manifests.filter((each) => !isKept(each));
    return write(cluster, due, { changed, dryRun });
  };
  // A binding can't be tried before its role is there.
  const tried = anchors.filter(({ kind }) => kind !== 'RoleBinding');
  await put([...tried, ...ticks, ...policies], true);

  await put(ticks);
  await put(anchors);
  await untilAnchored(cluster, rules);
  const isFirst = ({ metadata }: Manifest) => APPLIED_FIRST.includes(metadata.name);
  await put(policies.filter(isFirst));
  await later(SEEN);
  const others = policies.filter((each) => !isFirst(each));
  const isBinding = ({ kind }: Manifest) => kind.endsWith('Binding');
  await put(others.filter((each) => !isBinding(each)));
  await put(others.filter(isBinding));
  const wrong = auditClocks(await readClocks(cluster, rules), io.now());
  for (const each of wrong) refuse(each);
  say(io, `${plural(policies.length, 'object')} and the anchor applied; the policies’ clock goes.`);
}

/** Ticks that are there stay: they are made anew by `cluster tick` alone. */
async function missingTicks(cluster: Cluster): Promise<readonly Manifest[]> {
  const missing: Manifest[] = [];
  for (const each of tickManifests()) {
    if ((await cluster.get(tickPath(each.metadata.name))) === undefined) missing.push(each);
  }
  return missing;
}

/** Whatever is wrong with the clock is said at the end, when the policies are up. */
async function untilAnchored(cluster: Cluster, rules: ClusterRules): Promise<void> {
  for (const clock of clocksOf(rules)) {
    await eventually(async () => {
      const { answer } = policyTimeIn(clock, await cluster.refusalOfDeletion(probePath(clock)));
      return answer === 'told' || answer === 'no-clock';
    });
  }
}

/**
 * What is there and differs. Server-side apply leaves fields that other tools own beside ours: an
 * action `Warn` beside `Deny`, a variable of another version. So these are written as a whole.
 */
function changedIn(
  manifests: readonly Manifest[],
  installed: readonly unknown[],
): readonly string[] {
  const there = new Set(
    installed.map((it) => `${memberOf(it, 'kind')} ${memberOf(memberOf(it, 'metadata'), 'name')}`),
  );
  const policies = manifests.filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy'));
  return auditPolicies(policies, installed, [])
    .flatMap(({ path }) => path ?? [])
    .filter((path) => there.has(path));
}

/** Whether a policy or binding is there already, just so: then nothing is written. */
function isAsItIs(
  { kind, metadata: { name, labels } }: Manifest,
  installed: readonly unknown[],
  changed: ReadonlySet<string>,
): boolean {
  if (!kind.startsWith('ValidatingAdmissionPolicy') || changed.has(`${kind} ${name}`)) return false;
  return installed.some((it) => {
    const metadata = memberOf(it, 'metadata');
    const isLabelled = Object.entries(labels).every(
      ([key, value]) => memberOf(memberOf(metadata, 'labels'), key) === value,
    );
    return memberOf(it, 'kind') === kind && memberOf(metadata, 'name') === name && isLabelled;
  });
}

async function write(
  cluster: Cluster,
  manifests: readonly Manifest[],
  { changed, dryRun }: { readonly changed: ReadonlySet<string>; readonly dryRun: boolean },
): Promise<void> {
  const isChanged = ({ kind, metadata }: Manifest) => changed.has(`${kind} ${metadata.name}`);
  const [replaced, applied] = [
    manifests.filter(isChanged),
    manifests.filter((each) => !isChanged(each)),
  ];
  if (replaced.length > 0) await cluster.replace(replaced, { dryRun });
  if (applied.length > 0) await cluster.apply(applied, { dryRun });
}

/** Asks again and again; gives up silently, since whoever comes next says what is wrong. */
export async function eventually(isSo: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + IN_FORCE; Date.now() < end; ) {
    if (await isSo()) return true;
    await later(AGAIN);
  }
  return false;
}

function later(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
