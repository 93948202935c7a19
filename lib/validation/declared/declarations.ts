import type { DeletionRequest } from '../../files/deletions.js';
import type { StackPeriods } from '../../files/periods.js';
import type { LockedStack } from '../../files/projects-lock-types.js';
import type { ItemKind, ItemSpecs } from '../../model/specification.js';

/** What a stack's declared things are made of. */
export interface Declarations {
  readonly stack: string;
  /** The stack as projects.lock.yaml has it. */
  readonly locked: LockedStack;
  /** The open requests that are about the stack. */
  readonly requests: readonly DeletionRequest[];
  readonly periods: StackPeriods;
  /** Until when the age of credentials is counted. */
  readonly now: Date;
  /** The clocks that run in a plan, where one is available. */
  readonly deadlines?: Deadlines;
}

/** When each deletion that a plan knows becomes permanent, by target. */
export type Deadlines = ReadonlyMap<string, Date>;

/** An item with everything around it. */
export interface DeclaredItem {
  readonly stack: string;
  readonly project: string;
  readonly kind: ItemKind;
  readonly name: string;
  /** `billing/secrets/mail`. */
  readonly target: string;
  /** The construct's path. */
  readonly path: string;
  readonly specification: ItemSpecs[ItemKind];
}
