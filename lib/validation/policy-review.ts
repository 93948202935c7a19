import { quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { parseDate } from '../base/timestamp.js';
import { requestsFor } from '../files/deletions.js';
import { lockedStack } from '../files/projects-lock.js';
import { type Settings, stackSettings } from '../files/settings.js';
import { isChangeTarget } from '../policy/change-views.js';
import type { Evaluation, EvaluationOutcome, Reach } from '../policy/evaluate.js';
import type { ToldFault } from '../policy/offending.js';
import type { Policy } from '../policy/policy.js';
import type { Verdicts } from '../policy/verdicts.js';
import { type Waiver, Waivers } from '../policy/waivers.js';
import type { CodeSource, PolicyFinding, Reason } from '../review/review.js';
import type { DeclaringFiles } from './declaring-files.js';
import { levelOf } from './level.js';
import { compareFindings } from './merge-findings.js';
import { clusterNotices, policyNotices, unseenNotices, waiverNotices } from './notices.js';
import { Sources } from './sources.js';
import { type StackDeclarations, StackEvaluation } from './stack-evaluation.js';

/** Where resources come from: a plan, or a stack as the code declares it. */
export type Origin = 'plan' | 'code';

/** What else is known when policies are put to work. */
export interface Surroundings {
  /** What the project's own files declare, where they are at hand. */
  readonly files?: DeclaringFiles | undefined;
  /** How many policies or files can't be used. @default 0 */
  readonly unusable?: number;
  /** What policies ask for and their targets can't have. @default - nothing */
  readonly impossible?: readonly Problem[];
}

/** Policies at work on the plans of one review. */
export class PolicyReview {
  private readonly evaluations = new Map<string, Evaluation>();
  private readonly waivers: Waivers;
  private readonly stacks = new Set<string>();
  /** Whether a change and its base have different policies of one id. */
  private readonly hasTwins: boolean;

  constructor(
    private readonly policies: readonly Policy[],
    private readonly settings: Settings,
    private readonly now: Date,
    private readonly around: Surroundings = {},
  ) {
    const dated = settings.waivers.map(
      (waiver): Waiver => ({ ...waiver, until: parseDate(waiver.expires).value }),
    );
    this.waivers = new Waivers(dated, now.getTime());
    this.hasTwins = new Set(policies.map(({ document }) => document.id)).size < policies.length;
  }

  /** Where the resources of a stack are handed in; `verdicts` counts on the first call. */
  of(stack: string, verdicts?: Verdicts, origin: Origin = 'plan'): Evaluation {
    this.stacks.add(stack);
    const key = `${origin} ${stack}`;
    const evaluation =
      this.evaluations.get(key) ??
      new StackEvaluation(this.policies, this.declarationsOf(stack, origin), verdicts);
    this.evaluations.set(key, evaluation);
    return evaluation;
  }

  /** The same policies over resources alone, for something to be compared with. */
  another(verdicts?: Verdicts): Evaluation {
    return new StackEvaluation(this.policies, undefined, verdicts);
  }

  /** Everything found in a stack, in a fixed order. */
  findings(
    stack: string,
    sources: ReadonlyMap<string, CodeSource>,
    origin: Origin = 'plan',
  ): readonly PolicyFinding[] {
    const placed = new Sources(sources);
    const found = this.of(stack, undefined, origin).outcomes.flatMap((outcome) =>
      this.found(stack, outcome, placed),
    );
    return (this.hasTwins ? unique(found) : found).sort(compareFindings);
  }

  /** What stops nothing: policies that say nothing, and waivers that do nothing. */
  notices(): readonly Reason[] {
    const { unusable = 0, impossible = [] } = this.around;
    const documents = this.policies.map(({ document }) => document);
    const idle = this.policies.filter((policy) => this.mayMatch(policy));
    const unmatched = {
      skipped: idle.filter((policy) => this.reachOf(policy) === 'skipped'),
      absent: idle.filter((policy) => this.reachOf(policy) === 'absent'),
    };
    return [
      ...unique(policyNotices(unusable, impossible, unmatched)),
      ...unseenNotices([...this.evaluations].map(([key, { unseen }]) => [stackIn(key), unseen])),
      ...clusterNotices(this.deletedObjects),
      ...waiverNotices(this.waivers, this.settings, {
        documents,
        stacks: this.stacks,
        isWhole: unusable === 0,
      }),
    ];
  }

  private get deletedObjects(): number {
    const counts = [...this.evaluations.values()].map(({ deletedObjects }) => deletedObjects);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** The most that a policy met in any stack. */
  private reachOf(policy: Policy): Reach {
    const reaches = [...this.evaluations.values()].map((each) => each.reachOf(policy));
    return (
      reaches.find((each) => each === 'matched') ??
      reaches.find((each) => each === 'skipped') ??
      'absent'
    );
  }

  /** That nothing is being deleted, weakened or kept here is no surprise. */
  private mayMatch({ document }: Policy): boolean {
    if (isChangeTarget(document.target)) return false;
    return document.target !== 'deletion' || this.around.files?.deletions.length !== 0;
  }

  /** Told once, beside the plan where there is one: that knows the deadlines. */
  private declarationsOf(stack: string, origin: Origin): StackDeclarations | undefined {
    if (origin === 'code' && this.evaluations.has(`plan ${stack}`)) return undefined;
    const { lock, deletions } = this.around.files ?? {};
    const locked = lock === undefined ? undefined : lockedStack(lock, stack);
    if (locked === undefined || deletions === undefined) return undefined;
    return {
      stack,
      locked,
      requests: requestsFor(deletions, stack),
      periods: stackSettings(this.settings, stack),
      now: this.now,
    };
  }

  private found(
    stack: string,
    outcome: EvaluationOutcome,
    sources: Sources,
  ): readonly PolicyFinding[] {
    const { policy, address, verdict, faults, declared } = outcome;
    const { id, title, remediation } = policy.document;
    const url = outcome.url ?? policy.document.url;
    const level = levelOf(this.settings, policy.document);
    const source = declared === undefined ? sources.of(address) : sources.ofDeclared(declared);
    const place = { stack, address, path: source?.path };
    const waiver = this.waivers.find(id, place);
    const isWaived = waiver !== undefined && level !== 'hard-mandatory';
    const state = verdict === 'undecided' ? 'undecided' : isWaived ? 'waived' : 'open';
    return told(faults).map(({ pointer, message, value }) => ({
      policy: id,
      title,
      level,
      state,
      stack,
      address,
      pointer,
      message: `${balanced(title)}: it ${balanced(message)}.${value === undefined ? '' : ` It is ${quoteName(value)}.`}`,
      ...(value === undefined ? {} : { value }),
      remediation: balanced(remediation),
      ...(url === undefined ? {} : { url }),
      ...(state === 'waived' && waiver !== undefined
        ? { waiver: { reason: waiver.reason, owner: waiver.owner, expires: waiver.expires } }
        : {}),
      ...(source === undefined ? {} : { source }),
    }));
  }
}

/** Of an evaluation's key: whatever a stack is seen by, it is the same. */
function stackIn(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

/** What a change’s policy and its base’s both say, once. */
function unique<T extends object>(told: readonly T[]): T[] {
  return [...new Map(told.map((each) => [JSON.stringify(each), each])).values()];
}

/** More ways than this in which one value is wrong are counted. */
const MOST_MESSAGES = 5;

/** One fault for each place, with all that is wrong there. */
function told(faults: readonly ToldFault[]): readonly ToldFault[] {
  const byPlace = new Map<string, ToldFault[]>();
  for (const fault of faults) {
    const known = byPlace.get(fault.pointer);
    if (known === undefined) byPlace.set(fault.pointer, [fault]);
    else known.push(fault);
  }
  return [...byPlace].map(([pointer, all]) => {
    const messages = [...new Set(all.map(({ message }) => message))];
    const more = messages.length - MOST_MESSAGES;
    const shown = messages.slice(0, MOST_MESSAGES).join('; ');
    const value = all.find((each) => each.value !== undefined)?.value;
    const message = more > 0 ? `${shown}; and ${more} more` : shown;
    return { pointer, message, ...(value === undefined ? {} : { value }) };
  });
}

/** A backtick left over would make names of our words, and words of names. */
function balanced(text: string): string {
  return text.split('`').length % 2 === 1 ? text : text.replaceAll('`', "'");
}
