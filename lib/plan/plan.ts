import type { CodeSource } from '../review/review.js';
import type { StateRecord } from '../state/records.js';
import type { ResourceChange } from './change.js';
import type { DoubleImport } from './doubles.js';
import type { HidingSetting } from './provider-settings.js';
import type { Touch } from './touches.js';

/** An action that the plan would invoke. */
export interface ActionInvocation {
  readonly address: string;
  /** What sets it off, such as `BeforeDestroy`; empty where it was invoked by hand. */
  readonly event: string;
  /** The address, with its index, of the resource that sets it off. */
  readonly resource: string | undefined;
  /** Why an engine has put it off. */
  readonly deferred: string | undefined;
}

/** A record of ours in the prior state, with its address. */
export interface PriorRecord {
  readonly address: string;
  readonly record: StateRecord;
}

/** What of a plan matters to a review. */
export interface Plan {
  readonly stack: string;
  readonly formatVersion: string;
  readonly terraformVersion: string;
  /** When the plan was made; undefined before Terraform 1.5. */
  readonly plannedAt: Date | undefined;
  /** Undefined where the engine doesn't know the field. */
  readonly complete: boolean | undefined;
  readonly errored: boolean | undefined;
  readonly changes: readonly ResourceChange[];
  readonly drift: readonly ResourceChange[];
  readonly deferred: readonly ResourceChange[];
  readonly actions: readonly ActionInvocation[];
  readonly prior: readonly PriorRecord[];
  /**
   * How many managed objects the prior state has under each address, with its index and without,
   * moves already made. Those that an earlier replacement has left behind don't count.
   */
  readonly priorPlaces: ReadonlyMap<string, number>;
  /** Objects that the plan imports although the prior state has them at another address. */
  readonly doubles: readonly DoubleImport[];
  /** What writes into objects that other resources of the prior state stand for. */
  readonly touches: readonly Touch[];
  /** Settings of providers that hide marks of ours. */
  readonly hiding: readonly HidingSetting[];
  /** Whether something that the plan leaves as it is may have a label or annotation of ours. */
  readonly hasIdleMarks: boolean;
  /** Modules of which something stays, and those around them. */
  readonly livingModules: ReadonlySet<string>;
  /** Whether the prior state has objects that the plan doesn't mention, as with `-target`. */
  readonly isPartial: boolean;
  /** Whether the plan was made to destroy everything. */
  readonly isDestroyPlan: boolean;
  readonly counts: Readonly<
    Record<'create' | 'update' | 'delete' | 'forget' | 'unchanged', number>
  >;
  readonly sources: ReadonlyMap<string, CodeSource>;
}

/** What a plan is called in reports, and where its resources come from in the code. */
export interface PlanOrigin {
  readonly stack: string;
  readonly sources?: ReadonlyMap<string, CodeSource>;
}

/** A managed resource as the plan would leave it, for whoever holds rules against it. */
export interface Planned {
  readonly address: string;
  readonly type: string;
  readonly values: unknown;
  readonly unknown: unknown;
  readonly sensitive: unknown;
  /** What it was, where the plan updates it and its type has safeguards. */
  readonly before?: unknown;
  /** What the plan does with it, where its creation may delete something. */
  readonly actions?: readonly string[];
  /** Set where the plan deletes it, and it may refuse that or is of Kubernetes: the values are those of before. */
  readonly removed?: true;
}
