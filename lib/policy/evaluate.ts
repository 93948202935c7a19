import { type Declared, isDeclaredTarget } from '../model/declared.js';
import { guarded, LATE_TARGETS, lateViews } from './change-views.js';
import type { Fault } from './json-schema/fault.js';
import { failure, type Judgement, PASS, UNDECIDED } from './json-schema/verdict.js';
import { ObjectIndex } from './object-index.js';
import { publicValue, type ToldFault } from './offending.js';
import type { Policy } from './policy.js';
import { isMarked, type PlannedResource } from './resource.js';
import { declaredView, POD_TARGETS, Views } from './targets.js';
import { UnseenContainers } from './unseen-containers.js';
import { Uses } from './uses/uses.js';
import type { Verdicts } from './verdicts.js';
import type { View } from './view.js';

/** What a policy says of one object. */
export interface EvaluationOutcome {
  readonly policy: Policy;
  readonly address: string;
  readonly verdict: 'fail' | 'undecided';
  /** For `fail`, one each; for `undecided`, one that says so. */
  readonly faults: readonly ToldFault[];
  /** Where the object is no resource. */
  readonly declared?: Declared;
  /** Where to read on, if not where the policy says. */
  readonly url?: string;
}

/** What a policy met: something that it is about, only what its `when` leaves out, or nothing. */
export type Reach = 'matched' | 'skipped' | 'absent';

const STATEFUL = 'stateful-resource';

/** An object to be judged once every other one is known. */
interface Deferred {
  readonly policy: Policy;
  readonly address: string;
  readonly view: View;
}

/**
 * Holds policies against objects, one at a time, and remembers which policies met any.
 *
 * A verdict is only given where every completion of what isn't known would have it.
 */
export class Evaluation {
  private readonly found: EvaluationOutcome[] = [];
  private readonly deferred: Deferred[] = [];
  /** Until every guard is known. */
  private readonly stateful: Omit<Deferred, 'policy'>[] = [];
  private readonly matched = new Set<string>();
  /** Those that met objects which their `when` leaves out. */
  private readonly skipped = new Set<string>();
  private readonly byTarget: ReadonlyMap<string, PoliciesByKind>;
  /** Those that could be about a resource: every resource is held against each of them. */
  private readonly ofResources: readonly (readonly [string, PoliciesByKind])[];
  private readonly wanted: ReadonlySet<string>;
  private readonly objects = new ObjectIndex();
  private readonly looksForPods: boolean;
  /** What needs what; only where some policy asks. */
  private readonly uses: Uses | undefined;
  /** What is deleted, until everything that stays is known. */
  private readonly deleted: Views[] = [];
  private deletions = 0;
  /** What may run containers that no policy has seen. */
  readonly unseen = new UnseenContainers();

  /** @param verdicts - told of every verdict, those that pass included */
  constructor(
    policies: readonly Policy[],
    private readonly verdicts?: Verdicts,
  ) {
    this.byTarget = byTarget(policies);
    this.ofResources = [...this.byTarget].filter(([target]) => !isDeclaredTarget(target));
    this.looksForPods = POD_TARGETS.some((target) => this.byTarget.has(target));
    this.wanted = new Set(policies.flatMap(({ asksFor }) => asksFor));
    this.uses = LATE_TARGETS.some((target) => this.byTarget.has(target)) ? new Uses() : undefined;
  }

  /** Evaluates every policy that is about a resource, or about something in it. */
  add(planned: PlannedResource): void {
    const views = new Views(planned);
    const { address } = planned;
    for (const [target, policies] of this.ofResources) {
      for (const view of views.of(target)) {
        if (target === STATEFUL) this.stateful.push({ address, view });
        else this.see(policies.of(view.kind), address, view);
      }
    }
    this.remember(views);
    if (this.uses !== undefined) this.use(this.uses, views, address);
    if (this.looksForPods) for (const each of views.unseen) this.unseen.note(each, planned);
  }

  /** Evaluates every policy that is about something declared. */
  declare(declared: Declared): void {
    const view = declaredView(declared);
    const policies = this.byTarget.get(declared.target)?.of(view.kind) ?? [];
    this.see(policies, declared.address, view);
    if (this.wanted.has(declared.target)) this.objects.add(declared.target, view);
  }

  /** What was found in everything that was added. */
  get outcomes(): readonly EvaluationOutcome[] {
    this.settle();
    return this.found;
  }

  /** How many objects of Kubernetes are deleted, where some policy asks what needs them. */
  get deletedObjects(): number {
    return this.deletions;
  }

  /** Judges what had to wait for everything else. */
  settle(): void {
    for (const views of this.deleted.splice(0)) if (this.uses) this.judgeDeleted(this.uses, views);
    const policies = this.byTarget.get(STATEFUL)?.of(undefined) ?? [];
    for (const { address, view } of this.stateful.splice(0))
      this.see(policies, address, this.isGuarded(address) ? guarded(view) : view);
    for (const { policy, address, view } of this.deferred.splice(0))
      this.judge(policy, address, view);
  }

  /** Whether a policy was about anything: where it wasn't, its silence says nothing. */
  reachOf({ document: { id } }: Policy): Reach {
    if (this.matched.has(id)) return 'matched';
    return this.skipped.has(id) ? 'skipped' : 'absent';
  }

  /** Whether a guard lists a resource, once all of them are known. */
  protected isGuarded(_address: string): boolean {
    return false;
  }

  private use(uses: Uses, views: Views, address: string): void {
    if (views.removed === undefined) {
      for (const each of views.held) uses.stays(each, address);
      return;
    }
    for (const { manifest } of views.held) uses.goes(manifest);
    this.deletions += views.held.length;
    if (views.held.length > 0) this.deleted.push(views);
  }

  private judgeDeleted(uses: Uses, views: Views): void {
    for (const target of LATE_TARGETS) {
      const policies = this.byTarget.get(target)?.of(undefined) ?? [];
      if (policies.length === 0) continue;
      for (const view of lateViews(target, views, uses)) this.see(policies, views.address, view);
    }
  }

  private remember(views: Views): void {
    if (this.wanted.size === 0) return;
    for (const manifest of views.manifests) {
      const { kind } = manifest;
      if (typeof kind === 'string' && this.wanted.has(kind)) this.objects.add(kind, manifest);
    }
  }

  private see(policies: readonly Policy[], address: string, view: View): void {
    for (const policy of policies) {
      if (policy.asksFor.length > 0) this.deferred.push({ policy, address, view });
      else this.judge(policy, address, view);
    }
  }

  private judge(policy: Policy, address: string, view: View): void {
    const judgement = judgementIn(policy, view, this.objects);
    if (judgement === undefined) {
      this.skipped.add(policy.document.id);
      return;
    }
    this.matched.add(policy.document.id);
    this.verdicts?.add(policy.document.id, address, judgement.verdict);
    this.found.push(...outcomesOf(policy, address, view, judgement));
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

/** Policies of one target by the kinds that they name, so that no object is checked by the others. */
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
export function judgementOf(
  policy: Policy,
  view: View,
  objects: ObjectIndex,
): Judgement | undefined {
  return isOfKind(policy, view) ? judgementIn(policy, view, objects) : undefined;
}

/** A policy that throws fails, since silence would look like a pass. */
function judgementIn(policy: Policy, view: View, objects: ObjectIndex): Judgement | undefined {
  if (view.fault !== undefined) return failure('', view.fault);
  try {
    const { value, unknown } = view;
    const said = unknown === undefined ? policy.ofKnown?.(value) : undefined;
    if (said === 'skip') return undefined;
    if (said === 'pass') return PASS;
    const judged = { value, unknown, objects };
    const verdict = policy.concerns(judged);
    if (verdict === 'fail') return undefined;
    const judgement = policy.judge(judged);
    const isDecided = verdict === 'pass' || judgement.verdict === 'pass';
    return isDecided ? judgement : UNDECIDED;
  } catch {
    return failure('', 'could not be evaluated');
  }
}

/** Where the kind isn't known either, the policy may be about it. */
function isOfKind({ document: { kinds } }: Policy, { kind }: Pick<View, 'kind'>): boolean {
  return kinds === undefined || kind === undefined || kinds.some((each) => each === kind);
}

/** What is wrong, and what is undecided beside it: that may be wrong, too. */
function outcomesOf(
  policy: Policy,
  address: string,
  view: View,
  { verdict, faults, open = [] }: Judgement,
): readonly EvaluationOutcome[] {
  const { undecided = 'report' } = policy.document;
  const about = {
    policy,
    address,
    ...(view.declared === undefined ? {} : { declared: view.declared }),
    ...(view.url === undefined ? {} : { url: view.url }),
  };
  const failed: readonly EvaluationOutcome[] =
    verdict === 'fail'
      ? [{ ...about, verdict, faults: distinct(faults.map((each) => told(each, view, policy))) }]
      : [];
  const places = verdict === 'undecided' ? [''] : open;
  if (verdict === 'pass' || undecided === 'pass' || places.length === 0) return failed;
  const unknown = places.map((place) => ({
    pointer: shownPlace(place, view),
    message: 'depends on values that are not known before the apply',
  }));
  const how = undecided === 'fail' ? 'fail' : 'undecided';
  return [...failed, { ...about, verdict: how, faults: distinct(unknown) }];
}

/** The way to a secret may hold a part of it, as a map's key does. */
function shownPlace(place: string, { original, sensitive }: View): string {
  const pointer = original(place);
  return isMarked(sensitive, pointer) ? original('') : pointer;
}

/** Where the way is not told, several faults look alike. */
function distinct(faults: readonly ToldFault[]): readonly ToldFault[] {
  return [...new Map(faults.map((each) => [JSON.stringify(each), each])).values()];
}

function told(fault: Fault, view: View, { document }: Policy): ToldFault {
  const { original, sensitive } = view;
  const pointer = shownPlace(fault.pointer, view);
  const message = messageIn(view, fault);
  if (isMarked(sensitive, original(fault.pointer))) return { pointer, message };
  const value = publicValue(fault.pointer, view, document);
  return { pointer, message, ...(value === undefined ? {} : { value }) };
}

/** In a text, a pointer leads no further than to the text. */
function messageIn({ within, sealed }: View, { pointer, message }: Fault): string {
  const place = sealed === true ? '' : (within?.(pointer) ?? '');
  return place === '' ? message : `${message} (at ${place})`;
}
