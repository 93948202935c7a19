import type { Declared } from '../model/declared.js';
import type { Fault } from './json-schema/fault.js';
import { failed, type Judgement, PASS, UNDECIDED } from './json-schema/verdict.js';
import { World } from './object-index.js';
import { publicValue, type ToldFault } from './offending.js';
import type { Policy } from './policy.js';
import { isMarked, type PlannedResource } from './resource.js';
import { declaredSight, kindIn, type Sight, Sights } from './targets.js';
import type { Verdicts } from './verdicts.js';

/** What a policy says of one object. */
export interface Outcome {
  readonly policy: Policy;
  readonly address: string;
  readonly verdict: 'fail' | 'undecided';
  /** For `fail`, one each; for `undecided`, one that says so. */
  readonly faults: readonly ToldFault[];
  /** Where the object is no resource. */
  readonly declared?: Declared;
}

/** An object to be judged once every other one is known. */
interface Deferred {
  readonly policy: Policy;
  readonly address: string;
  readonly sight: Sight;
}

/**
 * Holds policies against objects, one at a time, and remembers which policies met any.
 *
 * A verdict is only given where every completion of what isn't known would have it.
 */
export class Evaluation {
  private readonly found: Outcome[] = [];
  private readonly deferred: Deferred[] = [];
  private readonly matched = new Set<string>();
  private readonly byTarget: ReadonlyMap<string, PoliciesByKind>;
  private readonly wanted: ReadonlySet<string>;
  private readonly world = new World();

  /** @param verdicts - told of every verdict, those that pass included */
  constructor(
    private readonly policies: readonly Policy[],
    private readonly verdicts?: Verdicts,
  ) {
    this.byTarget = byTarget(policies);
    this.wanted = new Set(policies.flatMap(({ asksFor }) => asksFor));
  }

  /** Evaluates every policy that is about a resource, or about something in it. */
  add(planned: PlannedResource): void {
    const sights = new Sights(planned);
    for (const [target, policies] of this.byTarget) {
      for (const sight of sights.of(target))
        this.see(policies.of(sight.kind), planned.address, sight);
    }
    this.remember(sights);
  }

  /** Evaluates every policy that is about something declared. */
  declare(declared: Declared): void {
    const sight = declaredSight(declared);
    const policies = this.byTarget.get(declared.target)?.of(sight.kind) ?? [];
    this.see(policies, declared.address, sight);
    if (this.wanted.has(declared.target)) this.world.add(declared.target, sight);
  }

  /** What was found in everything that was added. */
  get outcomes(): readonly Outcome[] {
    this.settle();
    return this.found;
  }

  /** Judges what had to wait for everything else. */
  settle(): void {
    for (const { policy, address, sight } of this.deferred.splice(0))
      this.judge(policy, address, sight);
  }

  /** Policies that were about nothing: their silence says nothing. */
  get unmatched(): readonly Policy[] {
    return this.policies.filter(({ document }) => !this.matched.has(document.id));
  }

  private remember(sights: Sights): void {
    if (this.wanted.size === 0) return;
    const { manifest } = sights;
    const kind = manifest === undefined ? undefined : kindIn(manifest);
    if (manifest !== undefined && typeof kind === 'string' && this.wanted.has(kind))
      this.world.add(kind, manifest);
  }

  private see(policies: readonly Policy[], address: string, sight: Sight): void {
    for (const policy of policies) {
      if (policy.asksFor.length > 0) this.deferred.push({ policy, address, sight });
      else this.judge(policy, address, sight);
    }
  }

  private judge(policy: Policy, address: string, sight: Sight): void {
    const judgement = judgementIn(policy, sight, this.world);
    if (judgement === undefined) return;
    this.matched.add(policy.document.id);
    this.verdicts?.add(policy.document.id, address, judgement.verdict);
    const outcome = outcomeOf(policy, address, sight, judgement);
    if (outcome !== undefined) this.found.push(outcome);
  }
}

function byTarget(policies: readonly Policy[]): ReadonlyMap<string, PoliciesByKind> {
  const targets = new Set(policies.map(({ document }) => document.target));
  return new Map(
    [...targets].map((target) => [
      target,
      new PoliciesByKind(policies.filter(({ document }) => document.target === target)),
    ]),
  );
}

/** Policies of one target by the kinds that they name, so that no object is held against the others. */
class PoliciesByKind {
  private readonly byKind: ReadonlyMap<unknown, readonly Policy[]>;
  private readonly ofAnyKind: readonly Policy[];

  constructor(private readonly all: readonly Policy[]) {
    const kinds = new Set(all.flatMap(({ document }) => document.kinds ?? []));
    const of = (kind: string) => all.filter((policy) => isOfKind(policy, { kind }));
    this.byKind = new Map([...kinds].map((kind) => [kind, of(kind)]));
    this.ofAnyKind = all.filter(({ document }) => document.kinds === undefined);
  }

  /** Where the kind isn't known either, any policy may be about it. */
  of(kind: unknown): readonly Policy[] {
    return kind === undefined ? this.all : (this.byKind.get(kind) ?? this.ofAnyKind);
  }
}

/** What a policy says of an object; undefined where it isn't about it. */
export function judgementOf(policy: Policy, sight: Sight, world: World): Judgement | undefined {
  return isOfKind(policy, sight) ? judgementIn(policy, sight, world) : undefined;
}

/** A policy that throws fails, since silence would look like a pass. */
function judgementIn(policy: Policy, sight: Sight, world: World): Judgement | undefined {
  if (sight.fault !== undefined) return failed('', sight.fault);
  try {
    const { value, unknown } = sight;
    const said = unknown === undefined ? policy.ofKnown?.(value) : undefined;
    if (said === 'skip') return undefined;
    if (said === 'pass') return PASS;
    const judged = { value, unknown, world };
    const verdict = policy.concerns(judged);
    if (verdict === 'fail') return undefined;
    const judgement = policy.judge(judged);
    const isDecided = verdict === 'pass' || judgement.verdict === 'pass';
    return isDecided ? judgement : UNDECIDED;
  } catch {
    return failed('', 'could not be evaluated');
  }
}

/** Where the kind isn't known either, the policy may be about it. */
function isOfKind({ document: { kinds } }: Policy, { kind }: Pick<Sight, 'kind'>): boolean {
  return kinds === undefined || kind === undefined || kinds.some((each) => each === kind);
}

function outcomeOf(
  policy: Policy,
  address: string,
  sight: Sight,
  { verdict, faults }: Judgement,
): Outcome | undefined {
  const { undecided = 'report' } = policy.document;
  if (verdict === 'pass' || (verdict === 'undecided' && undecided === 'pass')) return undefined;
  const about = {
    policy,
    address,
    ...(sight.declared === undefined ? {} : { declared: sight.declared }),
  };
  if (verdict === 'fail') {
    return { ...about, verdict, faults: distinct(faults.map((each) => told(each, sight, policy))) };
  }
  const unknown = [
    {
      pointer: sight.original(''),
      message: 'depends on values that are not known before the apply',
    },
  ];
  return { ...about, verdict: undecided === 'fail' ? 'fail' : 'undecided', faults: unknown };
}

/** Where the way is not told, several faults look alike. */
function distinct(faults: readonly ToldFault[]): readonly ToldFault[] {
  return [...new Map(faults.map((each) => [JSON.stringify(each), each])).values()];
}

/** The way to a secret may hold a part of it, as a map's key does. */
function told(fault: Fault, sight: Sight, { document }: Policy): ToldFault {
  const { original, sensitive } = sight;
  const pointer = original(fault.pointer);
  if (isMarked(sensitive, pointer)) return { ...fault, pointer: original('') };
  const value = publicValue(fault.pointer, sight, document);
  return { ...fault, pointer, ...(value === undefined ? {} : { value }) };
}
