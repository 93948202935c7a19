/** The lists of a plan that hold changes. */
export const CHANGE_LISTS = [
  'resource_changes',
  'resource_drift',
  'deferred_changes',
  'action_invocations',
  'deferred_action_invocations',
] as const;
export type ChangeList = (typeof CHANGE_LISTS)[number];

/** Members of the plan itself that are read. */
export const SCALARS = [
  'format_version',
  'terraform_version',
  'timestamp',
  'complete',
  'errored',
] as const;
export type ScalarName = (typeof SCALARS)[number];

/** What is known of an element before it is parsed. */
export interface ElementHead {
  readonly address: string | undefined;
  readonly mode: string | undefined;
  readonly type: string | undefined;
  readonly actions: readonly string[] | undefined;
  readonly deposed: boolean;
  readonly previousAddress: boolean;
  /** Whether the plan takes the object in from elsewhere. */
  readonly importing: boolean;
  /** Whether there was nothing before the plan: null stands for it. */
  readonly isNew: boolean;
}

/** What a change leaves of a resource, in JSON; each part undefined where the plan hasn't got it. */
export interface PlanOutcome {
  readonly after: string | undefined;
  readonly unknown: string | undefined;
  readonly sensitive: string | undefined;
}

/** How much of an element is wanted: only that is parsed. */
export type Wanted = 'all' | 'outcome' | 'nothing';

/** Is told what a plan holds, in the order in which it stands there. */
export interface PlanVisitor {
  /** A member of the plan itself. */
  scalar(name: ScalarName, value: string | number | boolean | null): void;
  /** The settings of every provider, by its name in the configuration. */
  providers(value: unknown): void;
  /** The plan has planned values, as every plan does, and nothing else. */
  plannedValues(): void;
  /** @param mentions - whether the element has these bytes anywhere */
  wants(list: ChangeList, head: ElementHead, mentions: (bytes: Buffer) => boolean): Wanted;
  /** @param outcome - what a change leaves, for who asks */
  element(list: ChangeList, value: unknown, outcome: () => PlanOutcome): void;
  /** Told instead of the element. */
  outcome(head: ElementHead, outcome: PlanOutcome): void;
  /** Whether a resource of the prior state, in any module, is wanted. */
  wantsPrior(head: ElementHead): boolean;
  prior(value: unknown): void;
}
