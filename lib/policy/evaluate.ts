import type { Fault } from './fault.js';
import type { Judgement } from './kleene.js';
import type { Policy } from './policy.js';
import { isMarked, type PlannedResource, withoutStandIn } from './resource.js';
import { type Sight, sightsOf } from './targets.js';

/** What a policy says of one resource. */
export interface Outcome {
  readonly policy: Policy;
  readonly address: string;
  readonly verdict: 'fail' | 'undecided';
  /** For `fail`, one each; for `undecided`, one that says so. */
  readonly faults: readonly Fault[];
}

/**
 * Holds policies against resources, one at a time, and remembers which policies met any.
 *
 * A verdict is only given where every completion of what isn't known would have it.
 */
export class Evaluation {
  readonly outcomes: Outcome[] = [];
  private readonly matched = new Set<string>();
  private readonly byTarget = new Map<string, Policy[]>();

  constructor(private readonly policies: readonly Policy[]) {
    for (const policy of policies) {
      const known = this.byTarget.get(policy.document.target);
      if (known === undefined) this.byTarget.set(policy.document.target, [policy]);
      else known.push(policy);
    }
  }

  /** Evaluates every policy that is about a resource, or about something in it. */
  add(planned: PlannedResource): void {
    const resource = withoutStandIn(planned);
    for (const [target, policies] of this.byTarget) {
      for (const sight of sightsOf(target, resource)) {
        for (const policy of policies) this.judge(policy, resource.address, sight);
      }
    }
  }

  /** Policies that were about nothing: their silence says nothing. */
  get unmatched(): readonly Policy[] {
    return this.policies.filter(({ document }) => !this.matched.has(document.id));
  }

  private judge(policy: Policy, address: string, sight: Sight): void {
    const judgement = judgementOf(policy, sight);
    if (judgement === undefined) return;
    this.matched.add(policy.document.id);
    const outcome = outcomeOf(policy, address, sight, judgement);
    if (outcome !== undefined) this.outcomes.push(outcome);
  }
}

/**
 * What a policy says of an object; undefined where it isn't about it. A policy that throws fails,
 * since silence would look like a pass.
 */
export function judgementOf(policy: Policy, sight: Sight): Judgement | undefined {
  if (!isOfKind(policy, sight)) return undefined;
  try {
    const { verdict } = policy.concerns(sight.value, sight.unknown);
    if (verdict === 'fail') return undefined;
    const judgement = policy.judge(sight.value, sight.unknown);
    const isDecided = verdict === 'pass' || judgement.verdict === 'pass';
    return isDecided ? judgement : { verdict: 'undecided', faults: [] };
  } catch {
    return { verdict: 'fail', faults: [{ pointer: '', message: 'could not be evaluated' }] };
  }
}

/** Where the kind isn't known either, the policy may be about it. */
function isOfKind({ document: { kinds } }: Policy, { kind }: Sight): boolean {
  return kinds === undefined || kind === undefined || kinds.some((each) => each === kind);
}

function outcomeOf(
  policy: Policy,
  address: string,
  { sensitive, original }: Sight,
  { verdict, faults }: Judgement,
): Outcome | undefined {
  const { undecided = 'report' } = policy.document;
  if (verdict === 'pass' || (verdict === 'undecided' && undecided === 'pass')) return undefined;
  if (verdict === 'fail') {
    const told = faults.map((each) => hidden(each, sensitive));
    return { policy, address, verdict, faults: told.map((each) => placed(each, original)) };
  }
  const unknown = [
    {
      pointer: original(''),
      message: 'depends on values that are not known before the apply',
    },
  ];
  return { policy, address, verdict: undecided === 'fail' ? 'fail' : 'undecided', faults: unknown };
}

function placed(fault: Fault, original: Sight['original']): Fault {
  return { ...fault, pointer: original(fault.pointer) };
}

/** The way to a secret may hold a part of it, as a map's key does. */
function hidden(fault: Fault, sensitive: unknown): Fault {
  return isMarked(sensitive, fault.pointer) ? { ...fault, pointer: '' } : fault;
}
