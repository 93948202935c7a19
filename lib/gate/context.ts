import type { Duration } from '../base/duration.js';
import type { Approver } from '../files/person.js';

/** Somebody's approving review of the very change that is under review. */
export interface ApprovingReview {
  /** The account at the forge. */
  readonly by: string;
}

/** What the gate is told from outside of the plan. */
export interface GateContext {
  /** The trusted time. */
  readonly now: Date;
  /** How far the planning machine's clock may be ahead. */
  readonly clockTolerance: Duration;
  /** The oldest plan that may be applied, by stack. */
  readonly planMaxAge: (stack: string) => Duration;
  /** The shortest period that anyone may set, by stack. */
  readonly floor: (stack: string) => Duration;
  readonly approvers: readonly Approver[];
  /**
   * The forge's approving reviews. Undefined where there is no forge to ask: then only the file's
   * word stands for an approval, and the review says so.
   */
  readonly approvals?: readonly ApprovingReview[];
}
