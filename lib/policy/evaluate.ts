import type { Fault } from './fault.js';
import type { Judgement } from './kleene.js';
import type { Policy } from './policy.js';
import { isMarked, type PlannedResource, withoutStandIn } from './resource.js';

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

  /** Evaluates every policy that is about a resource. */
  add(planned: PlannedResource): void {
    const resource = withoutStandIn(planned);
    const policies = [
      ...(this.byTarget.get(resource.type) ?? []),
      ...(this.byTarget.get('resource') ?? []),
    ];
    for (const policy of policies) {
      this.matched.add(policy.document.id);
      const outcome = outcomeOf(policy, resource);
      if (outcome !== undefined) this.outcomes.push(outcome);
    }
  }

  /** Policies that were about nothing: their silence says nothing. */
  get unmatched(): readonly Policy[] {
    return this.policies.filter(({ document }) => !this.matched.has(document.id));
  }
}

function outcomeOf(policy: Policy, resource: PlannedResource): Outcome | undefined {
  const { address, sensitive } = resource;
  const { verdict, faults } = judged(policy, resource);
  const { undecided = 'report' } = policy.document;
  if (verdict === 'pass' || (verdict === 'undecided' && undecided === 'pass')) return undefined;
  if (verdict === 'fail')
    return { policy, address, verdict, faults: faults.map((each) => hidden(each, sensitive)) };
  const unknown = [
    { pointer: '', message: 'depends on values that are not known before the apply' },
  ];
  return { policy, address, verdict: undecided === 'fail' ? 'fail' : 'undecided', faults: unknown };
}

/** A policy that throws is a failure, never a pass. */
function judged(policy: Policy, { values, unknown }: PlannedResource): Judgement {
  try {
    return policy.judge(values, unknown);
  } catch {
    return { verdict: 'fail', faults: [{ pointer: '', message: 'could not be evaluated' }] };
  }
}

/** The way to a secret may hold a part of it, as a map's key does. */
function hidden(fault: Fault, sensitive: unknown): Fault {
  return isMarked(sensitive, fault.pointer) ? { ...fault, pointer: '' } : fault;
}
