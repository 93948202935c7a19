/**
 * What a review of planned deletions says. Everything here is a plain value: the reporters in
 * lib/report turn it into text, and the JSON output is this shape as it stands, less what is
 * marked as for people only.
 */

/** Whether the plan may be applied. */
export type ReviewVerdict = 'pass' | 'blocked';

/**
 * What becomes of an object that ends.
 * - `reclaim`: its period is over; permanent.
 * - `hard-delete`: approved by a second person; permanent at once.
 * - `blocked`: protected, and nothing allows its end yet.
 * - `protection-removed`: blocked, and the plan also takes away what protects it.
 * - `unprotected`: nothing of ours protects it; it ends as soon as the plan is applied.
 */
export const DELETION_KINDS = [
  'blocked',
  'protection-removed',
  'hard-delete',
  'reclaim',
  'unprotected',
] as const;
export type DeletionKind = (typeof DELETION_KINDS)[number];

/** Whether an object's end is stopped, its protection taken away with it or not. */
export function isStopped({ kind }: Pick<Deletion, 'kind'>): boolean {
  return kind === 'blocked' || kind === 'protection-removed';
}

/** Whether an object only leaves the state: nothing deletes it, and nothing manages it any more. */
export function isForgotten({ kind, actions }: Pick<Deletion, 'kind' | 'actions'>): boolean {
  return kind === 'unprotected' && actions.includes('forget') && !actions.includes('delete');
}

/** The notice that what an engine counts as destroyed are records of protection. */
export const RECORDS_GO = 'records-go';

/** What an author did, or what else happened, that the object ends. */
export const CAUSES = [
  'block-removed',
  'module-removed',
  'key-removed',
  'count-shrunk',
  'repetition-changed',
  'move-target-missing',
  'disabled',
  'attribute-changed',
  'tainted',
  'replacement-requested',
  'replacement-triggered',
  'destroy-mode',
  'period-over',
  'approved',
  'forgotten',
  'deposed',
  'drift',
  'action',
  'unknown',
] as const;
export type Cause = (typeof CAUSES)[number];

/** The line of code that an object comes from. */
export interface CodeSource {
  /** The construct's path. */
  readonly path: string;
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** For people only: the type that it stands for, on the sandbox. */
  readonly standsFor?: string;
}

/** One resource whose object ends, by this plan or (`cause: drift`) before it. */
export interface Deletion {
  readonly stack: string;
  /** The resource's address with its index. Hostile text: reporters make it inert. */
  readonly address: string;
  readonly kind: DeletionKind;
  /** As the plan has them: `["delete", "create"]` is a replacement. */
  readonly actions: readonly string[];
  /** The plan's `action_reason`. */
  readonly reason: string | null;
  readonly cause: Cause;
  /** RFC 3339, UTC; `null` where it can't be taken back, or nothing says until when. */
  readonly recoverableUntil: string | null;
  /**
   * The deletion target that it belongs to, such as `billing/job-templates/nightly`; what else belongs
   * to it is in the review's groups.
   */
  readonly target: string | null;
  /** Image references in the object; the images stay in their registries. */
  readonly images: readonly string[];
  /** For people only: the attributes that force a replacement, such as `metadata[0].name`. */
  readonly attributes: readonly string[];
  /** For people only: the key of a deposed object. */
  readonly deposed?: string;
  /** For people only: why an engine has put the change off. */
  readonly deferred?: string;
  /** For people only: where the object was before this plan. */
  readonly previousAddress?: string;
  /** The resource whose end runs this action. */
  readonly trigger?: string;
  readonly source?: CodeSource;
}

/** What happens to a deletion that is not an object's end yet. */
export const RECLAMATION_KINDS = ['soft-delete', 'pending', 'restore', 'restore-too-late'] as const;
export type ReclamationKind = (typeof RECLAMATION_KINDS)[number];

/** One deletion that begins, goes on or is taken back. */
export interface ReclamationEvent {
  readonly stack: string;
  readonly target: string;
  readonly kind: ReclamationKind;
  /** RFC 3339, UTC. */
  readonly recoverableUntil: string | null;
  /** For people only: milliseconds from the plan's time to the deadline. */
  readonly timeLeft: number | null;
}

/** What a whole target is: a project, or resources of any provider that belong to none. */
export const SUBJECTS = ['project', 'resources'] as const;
export type Subject = (typeof SUBJECTS)[number];

/**
 * Everything that belongs to one deletion target in one stack: deletions and reclamations name their
 * target, and its members are written here, once, however many of them are deleted.
 */
export interface MemberGroup {
  readonly stack: string;
  readonly target: string;
  /** Addresses without indices, in the order of the guard; a project's include those of its items. */
  readonly members: readonly string[];
  /** What the target is, or the whole that it is a part of. @default - nobody knows */
  readonly subject?: Subject;
}

/** Who asked for a deletion that a review tells of, and why. */
export interface RequestNote {
  readonly stack: string;
  readonly target: string;
  readonly mode: 'soft' | 'hard';
  readonly requestedBy: string;
  /** What the request says, in its author's words. */
  readonly reason?: string;
  readonly approvedBy?: string;
  /** RFC 3339, UTC. */
  readonly approvedUntil?: string;
}

/** One reason to stop, or (in `notices`) one thing worth knowing. */
export interface Reason {
  /** Stable: `before-deadline`, `guard-removed`, … */
  readonly code: string;
  /** The resource, or the empty string where the whole plan is meant. */
  readonly address: string;
  /** What is wrong and what to do. Plain text that may hold hostile names. */
  readonly message: string;
  /** For people only, where several plans are reviewed at once. */
  readonly stack: string;
  readonly source?: CodeSource;
}

/** Where a change of a rule leads: what is allowed more, what is allowed less, or neither. */
export const RULE_DIRECTIONS = ['weaker', 'stricter', 'neutral'] as const;
export type RuleDirection = (typeof RULE_DIRECTIONS)[number];

/** A rule that the change under review has otherwise than its base. */
export interface RuleChange {
  /** As reprieve.yaml names it: `reclamation.floor`, `approvers`; or a policy's file. May be hostile. */
  readonly rule: string;
  /** What the base says; `null` where it says nothing. */
  readonly before: string | null;
  /** What the change says; `null` where it says nothing. */
  readonly after: string | null;
  readonly direction: RuleDirection;
}

/** The notice that some policy was left out, so that nobody knows what it would have found. */
export const POLICY_UNUSABLE = 'policy-unusable';

/** What a plan does with resources, where it doesn't end them for good. */
export const CHANGE_ACTIONS = ['replace', 'create', 'import', 'update', 'move'] as const;
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

/** How many resources of one type a plan creates, updates, … */
export interface ChangeCount {
  readonly action: ChangeAction;
  /** The resources' type. May be hostile. */
  readonly type: string;
  readonly count: number;
}

/** Where the rules come from: the change's base, the files under review, or nowhere. */
export const RULES_ORIGINS = ['base', 'files', 'defaults'] as const;
export type RulesOrigin = (typeof RULES_ORIGINS)[number];

/** What one plan is about, for the head of a report. */
export interface PlanSummary {
  readonly stack: string;
  /** As the plan has it: `1.11.4`. */
  readonly terraformVersion: string;
  readonly formatVersion: string;
  /** RFC 3339, UTC; `null` before Terraform 1.5. */
  readonly plannedAt: string | null;
  /** How many resources the plan touches in all, by what happens: created, updated, unchanged. */
  readonly counts: Readonly<
    Record<'create' | 'update' | 'delete' | 'forget' | 'unchanged', number>
  >;
  /** By action as in `CHANGE_ACTIONS`, then the most first. @default - nobody has counted */
  readonly changes?: readonly ChangeCount[];
}

/** What a plan does with an object, in the order of a summary. */
export const KIND_ACTIONS = ['delete', 'forget', ...CHANGE_ACTIONS] as const;
export type KindAction = (typeof KIND_ACTIONS)[number];

/** How many objects of one type a plan treats in one way. */
export interface KindCount {
  readonly action: KindAction;
  /** `null` for records of Reprieve's own. */
  readonly type: string | null;
  readonly count: number;
}

/** The review of one or several plans. Every list is in a fixed order. */
export interface Review {
  /** What was judged: what plans end, what policies say, or both. */
  readonly scope: 'deletions' | 'policies' | 'both';
  readonly verdict: ReviewVerdict;
  /** What the gate has against it; {@link reasonsToStop} has the policies' part, too. */
  readonly why: readonly Reason[];
  readonly deletions: readonly Deletion[];
  readonly reclamations: readonly ReclamationEvent[];
  /** The members of every target that a deletion or a reclamation names, by stack and target. */
  readonly groups: readonly MemberGroup[];
  /** Who asked for what ends, and why. @default - nobody is known */
  readonly requests?: readonly RequestNote[];
  /** What does not stop anything. */
  readonly notices: readonly Reason[];
  readonly plans: readonly PlanSummary[];
  /** Trusted time of the review: RFC 3339, UTC. */
  readonly reviewedAt: string;
  /** Where the rules come from. @default - nobody has said */
  readonly rulesFrom?: RulesOrigin;
  /** What the change does to the rules that it is judged by. @default - nothing */
  readonly rules?: readonly RuleChange[];
  /** What a policy said; empty where none was asked for. */
  readonly findings: readonly PolicyFinding[];
}

/** One policy's answer about one object, for the same report. */
export interface PolicyFinding {
  readonly policy: string;
  readonly title: string;
  readonly level: 'advisory' | 'soft-mandatory' | 'hard-mandatory';
  /** `waived` findings are listed, and stop nothing. */
  readonly state: 'open' | 'waived' | 'undecided';
  readonly stack: string;
  readonly address: string;
  /** JSON pointer into the object. */
  readonly pointer: string;
  /** What is wrong, with the value where it may be told. Names stand between backticks. */
  readonly message: string;
  /** The offending value, quoted and cut; not there where it is none, or nobody may see it. */
  readonly value?: string;
  readonly remediation: string;
  readonly url?: string;
  /** A waiver's reason, owner and expiry. */
  readonly waiver?: { readonly reason: string; readonly owner: string; readonly expires: string };
  readonly source?: CodeSource;
}

/** Everything that stands against going on: the gate's reasons, then the policies'. */
export function reasonsToStop({
  why,
  findings,
}: Pick<Review, 'why' | 'findings'>): readonly Reason[] {
  const stops = findings
    .filter(isMandatory)
    .map(({ policy, stack, address, message, remediation, source }) => ({
      code: `policy/${policy}`,
      address,
      message: `${message} ${remediation}`,
      stack,
      ...(source === undefined ? {} : { source }),
    }));
  return [...why, ...stops];
}

/** Whether a finding has to be mended before the plan may be applied. */
export function isMandatory({ state, level }: Pick<PolicyFinding, 'state' | 'level'>): boolean {
  return state === 'open' && level !== 'advisory';
}
