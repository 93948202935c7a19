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
  /** Who may approve: whom the base names, and the change leaves so. */
  readonly approvers: readonly Approver[];
  /**
   * Under which names approvers are known, on either side: nobody approves what they asked for
   * themselves. @default - those of `approvers`
   */
  readonly people?: readonly Approver[];
  /** The forge's approving reviews that count. Undefined where no forge was asked. */
  readonly approvals?: readonly ApprovingReview[];
  /** Why there are no more of them, as sentences. @default - none */
  readonly approvalNotes?: readonly string[];
  /** Whether the word of deletions.yaml is enough, as the base's settings say. @default false */
  readonly trustsFile?: boolean;
}

/** What a forge answered, when it was asked who approves of a change. */
export interface ForgeAnswer {
  readonly approvals: readonly ApprovingReview[];
  /** Why other reviews don't count, or why nothing is known, as sentences. */
  readonly notes: readonly string[];
}
