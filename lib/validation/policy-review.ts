import { named } from '../model/inert.js';
import type { PolicyDocument } from '../model/policy-document.js';
import { type Problem, problemInLine } from '../model/problem.js';
import type { CodeSource, PolicyFinding, Why } from '../plan/review.js';
import type { Evaluation, Outcome } from '../policy/evaluate.js';
import type { Policy } from '../policy/policy.js';
import type { Verdicts } from '../policy/verdicts.js';
import { type Waiver, Waivers } from '../policy/waivers.js';
import type { PolicyLevel } from '../reclamation/documents.js';
import { type Settings, stackSettings } from '../reclamation/settings.js';
import { parseDate } from '../reclamation/timestamp.js';
import type { DeclaringFiles } from './declaring-files.js';
import { compareFindings } from './merge-findings.js';
import { Sources } from './sources.js';
import { type StackDeclarations, StackEvaluation } from './stack-evaluation.js';

/** How much a policy counts. */
export function levelOf({ policies }: Settings, id: string): PolicyLevel {
  return policies.levels.get(id) ?? 'advisory';
}

/** Where resources come from: a plan, or a stack as the code declares it. */
export type Origin = 'plan' | 'code';

/** The notice that some policy was left out. */
export const UNUSABLE = 'policy-unusable';

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
  }

  /** Where the resources of a stack are handed in; `verdicts` counts on the first call. */
  of(stack: string, verdicts?: Verdicts, origin: Origin = 'plan'): Evaluation {
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
    return this.of(stack, undefined, origin)
      .outcomes.flatMap((outcome) => this.found(stack, outcome, placed))
      .sort(compareFindings);
  }

  /** Policies that were about nothing, or ask for what can't be, and waivers that are over or were not needed. */
  notices(): readonly Why[] {
    const { unusable = 0, impossible = [] } = this.around;
    const evaluations = [...this.evaluations.values()];
    const vacuous = this.policies.filter(
      (policy) =>
        this.mayMatch(policy) && evaluations.every(({ unmatched }) => unmatched.includes(policy)),
    );
    return [
      ...(unusable === 0 ? [] : [unused(unusable)]),
      ...impossible.map((each) => notice(each.code, problemInLine(each))),
      ...vacuous.map(({ document }) =>
        notice(
          'policy-unmatched',
          `The policy \`${document.id}\` is about ${aboutOf(document)}, and no plan has that: it says nothing.`,
        ),
      ),
      ...this.waivers.over.map(({ policy, path, expires }) =>
        notice(
          'waiver-over',
          `The waiver of \`${policy}\` for ${named(path)} no longer holds: it expired at ${named(expires)}. Remove it, or have it given anew.`,
        ),
      ),
      ...this.waivers.unused.map(({ policy, path }) =>
        notice(
          'waiver-unused',
          `The waiver of ${named(policy)} for ${named(path)} was not needed. Remove it.`,
        ),
      ),
    ];
  }

  /** That nothing is being deleted is no surprise. */
  private mayMatch({ document }: Policy): boolean {
    return document.target !== 'deletion' || this.around.files?.deletions.length !== 0;
  }

  /** Told once, beside the plan where there is one: that knows the deadlines. */
  private declarationsOf(stack: string, origin: Origin): StackDeclarations | undefined {
    if (origin === 'code' && this.evaluations.has(`plan ${stack}`)) return undefined;
    const { lock, deletions } = this.around.files ?? {};
    const locked =
      lock !== undefined && Object.hasOwn(lock.stacks, stack) ? lock.stacks[stack] : undefined;
    if (locked === undefined || deletions === undefined) return undefined;
    return {
      stack,
      locked,
      requests: deletions.filter((request) => (request.stack ?? stack) === stack),
      periods: stackSettings(this.settings, stack),
      now: this.now,
    };
  }

  private found(
    stack: string,
    { policy, address, verdict, faults, declared }: Outcome,
    sources: Sources,
  ): readonly PolicyFinding[] {
    const { id, title, remediation, url } = policy.document;
    const level = levelOf(this.settings, id);
    const source = declared === undefined ? sources.of(address) : sources.ofDeclared(declared);
    const waiver = this.waivers.find(id, source?.path ?? `${stack}/${address}`);
    const isWaived = waiver !== undefined && level !== 'hard-mandatory';
    const state = verdict === 'undecided' ? 'undecided' : isWaived ? 'waived' : 'open';
    return faults.map(({ pointer, message }) => ({
      policy: id,
      title,
      level,
      state,
      stack,
      address,
      pointer,
      message: `${balanced(title)}: it ${balanced(message)}.`,
      remediation: balanced(remediation),
      ...(url === undefined ? {} : { url }),
      ...(state === 'waived' && waiver !== undefined
        ? { waiver: { reason: waiver.reason, owner: waiver.owner, expires: waiver.expires } }
        : {}),
      ...(source === undefined ? {} : { source }),
    }));
  }
}

function aboutOf({ target, kinds = [] }: PolicyDocument): string {
  const within = kinds.length === 0 ? '' : ` of ${kinds.map(named).join(', ')}`;
  return `\`${target}\`${within}`;
}

/** A backtick left over would make names of our words, and words of names. */
function balanced(text: string): string {
  return text.split('`').length % 2 === 1 ? text : text.replaceAll('`', "'");
}

function unused(count: number): Why {
  const what = count === 1 ? 'A policy' : 'Several policies';
  return notice(UNUSABLE, `${what} can't be used, so nobody knows what would have been found.`);
}

function notice(code: string, message: string): Why {
  return { code, address: '', message, stack: '' };
}
