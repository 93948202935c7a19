import { memberOf } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import { rfc3339 } from '../../base/timestamp.js';
import type { ClusterClock } from '../../files/documents.js';
import { anchorPolicies, clocksOf } from '../anchor.js';
import type { Manifest } from '../manifest.js';
import type { PolicyTime } from '../policy-time.js';
import type { ClusterRules } from '../rules.js';
import { type AuditFinding, finding } from './finding.js';
import { differ } from './policies.js';

/** A clock as the policies see it, and as it is. */
export interface ClockReading {
  readonly clock: ClusterClock;
  /** One for each time that was asked: each API server has a time of its own. */
  readonly times: readonly PolicyTime[];
  /** The leases or ticks as etcd has them; undefined where they could not be read. */
  readonly sources?: readonly unknown[];
}

/** A lease is renewed every 10 seconds, and whoever compares has a clock of their own. */
export const TOLERANCE = 60_000;

/** A tick is made anew once a day; two hours are for a schedule that is late. */
const OLDEST_TICK = 26 * 3_600_000;

/** Whether the time that the policies see goes on. The first that is wrong stands for a clock. */
export function auditClocks(readings: readonly ClockReading[], now: Date): readonly AuditFinding[] {
  return readings.flatMap((reading) => {
    const judged = reading.times.flatMap((time) => judge(reading, time, now));
    return judged.slice(0, 1);
  });
}

/** Finds anchors that are missing or not what they should be; the others can be asked. */
export function auditAnchors(
  rules: ClusterRules,
  installed: readonly unknown[],
): { readonly findings: readonly AuditFinding[]; readonly sound: readonly ClusterClock[] } {
  const wrong = clocksOf(rules).filter((clock) =>
    anchorPolicies(clock).some((each) => !isAsItShouldBe(each, installed)),
  );
  return {
    findings: wrong.map((clock) => noAnchor(`Clock ${clock}`)),
    sound: clocksOf(rules).filter((clock) => !wrong.includes(clock)),
  };
}

function isAsItShouldBe(expected: Manifest, installed: readonly unknown[]): boolean {
  const found = installed.find(
    (it) =>
      memberOf(it, 'kind') === expected.kind &&
      memberOf(memberOf(it, 'metadata'), 'name') === expected.metadata.name,
  );
  return differ(expected.spec, memberOf(found, 'spec'), 'spec').length === 0;
}

/** What is wrong so that no deletion should begin or be carried out by it. */
export const STANDS_STILL: ReadonlySet<string> = new Set(['clock/frozen', 'clock/none']);

/** Whether the policies see an earlier time than the lease or tick has that they say it is from. */
export function lagOf(
  { clock, sources = [] }: Pick<ClockReading, 'clock' | 'sources'>,
  told: PolicyTime,
): AuditFinding | undefined {
  if (told.answer !== 'told') return undefined;
  const actual = timeOf(clock, sources, told.source);
  const isBehind = actual !== undefined && actual.getTime() > told.time.getTime();
  return isBehind ? frozen(`Clock ${clock}`, told.time, actual) : undefined;
}

function judge(reading: ClockReading, told: PolicyTime, now: Date): readonly AuditFinding[] {
  const path = `Clock ${reading.clock}`;
  if (told.answer === 'told') return judgeTime(reading, told, now);
  if (told.answer === 'no-anchor') return [noAnchor(path)];
  if (told.answer === 'open') return [open(path)];
  if (told.answer === 'no-clock') return [none(path, reading.clock)];
  return [told.answer === 'not-allowed' ? notAllowed(path, told.said) : unclear(path, told.said)];
}

function judgeTime(
  { clock, sources }: ClockReading,
  { source, time }: { readonly source: string; readonly time: Date },
  now: Date,
): readonly AuditFinding[] {
  const path = `Clock ${clock}`;
  const actual = sources === undefined ? undefined : timeOf(clock, sources, source);
  if (actual !== undefined) {
    // A source that stands still itself is told by itself. A tick that was just made takes a moment.
    const isNew = clock === 'tick' && now.getTime() - actual.getTime() < TOLERANCE;
    const lag = actual.getTime() - time.getTime();
    if (lag > TOLERANCE && !isNew) return [frozen(path, time, actual)];
  } else if (clock === 'lease' && now.getTime() - time.getTime() > TOLERANCE) {
    return [frozen(path, time, now)];
  }
  if (time.getTime() - now.getTime() > TOLERANCE) return [ahead(path, time, now)];
  return clock === 'tick' && now.getTime() - time.getTime() > OLDEST_TICK
    ? [oldTick(path, time)]
    : [];
}

/** When a lease was renewed, or a tick made, as etcd has it. */
function timeOf(clock: ClusterClock, sources: readonly unknown[], named: string): Date | undefined {
  const one = sources.find((it) => memberOf(memberOf(it, 'metadata'), 'name') === named);
  const text =
    clock === 'lease'
      ? memberOf(memberOf(one, 'spec'), 'renewTime')
      : memberOf(memberOf(one, 'metadata'), 'creationTimestamp');
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** What to do about a clock that stands still, wherever it is said. */
export const RESTART =
  'Restart the API servers, one after the other: until then nothing can be reclaimed. Then run npx reprieve cluster policies --apply, which puts up the anchor that keeps this from happening again. On a managed control plane, ask its provider for the restart, or change a setting that causes one.';

function frozen(path: string, time: Date, actual: Date): AuditFinding {
  return finding(
    'clock/frozen',
    path,
    `The admission policies see ${rfc3339(time)}, and it is ${rfc3339(actual)}: their clock stands still. The API server stopped watching it when for a moment no binding used it (kubernetes/kubernetes#130887).`,
    RESTART,
  );
}

function ahead(path: string, time: Date, now: Date): AuditFinding {
  return finding(
    'clock/ahead',
    path,
    `The admission policies see ${rfc3339(time)}, and here it is ${rfc3339(now)}: deadlines would be over too early.`,
    'Compare the clocks of this machine and of the API servers. If both are right, somebody forged the lease: find out who may impersonate, and don’t deploy until it is right.',
  );
}

function oldTick(path: string, time: Date): AuditFinding {
  return finding(
    'clock/old-tick',
    path,
    `The tick was made at ${rfc3339(time)}, more than a day ago: until it is made anew, nothing is reclaimed whose deadline came since.`,
    'Run npx reprieve cluster tick, now and once a day: a scheduled pipeline will do.',
  );
}

function none(path: string, clock: ClusterClock): AuditFinding {
  const [what, how] =
    clock === 'lease'
      ? ['API server lease', 'Turn the feature APIServerIdentity on again; it is on by default.']
      : ['tick', 'Run npx reprieve cluster policies --apply: it makes what is missing.'];
  return finding(
    'clock/none',
    path,
    `The admission policies find no ${what}: they have no clock, so nothing can be deleted${clock === 'lease' ? ', soft-deleted or restored' : ''}.`,
    how,
  );
}

function noAnchor(path: string): AuditFinding {
  return finding(
    'clock/no-anchor',
    path,
    'There is no anchor: nobody can tell the time that the admission policies see, and it stops for good as soon as their bindings are deleted, even for a second.',
    'Put it up: npx reprieve cluster policies --apply, or --anchor | kubectl apply -f - for the anchor alone.',
  );
}

function open(path: string): AuditFinding {
  return finding(
    'clock/anchor-open',
    path,
    'The anchor is not in force: the API server would delete the probe, and doesn’t tell the time that the policies see.',
    'Run npx reprieve cluster policies --apply. Shortly after it was run, wait for some seconds.',
  );
}

function notAllowed(path: string, said: string): AuditFinding {
  return finding(
    'clock/not-allowed',
    path,
    `Whoever asks here may not ask for the time that the admission policies see: ${quoteName(said.slice(0, 200))}.`,
    'Grant the right that docs/cluster.md lists for it: delete on the config map reprieve-clock-lease in kube-system, which is always denied. Pipelines of reprieve.yaml get it with the anchor.',
  );
}

function unclear(path: string, said: string): AuditFinding {
  return finding(
    'clock/unclear',
    path,
    `The API server doesn’t tell the time that the admission policies see: ${quoteName(said.slice(0, 200))}.`,
    'Run npx reprieve cluster policies --apply, and look whether another policy or webhook answers.',
  );
}
