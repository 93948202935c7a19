import type { Source } from '../base/problem.js';
import type { IngressSpec } from '../model/specification.js';

/** What the lock knows of a project that its properties don't say. */
export interface LockedPart {
  /** Where the lock describes it. */
  readonly lockedAt: Source;
  readonly ingress: readonly IngressSpec[];
}

const parts = new WeakMap<object, LockedPart>();

/** Marks properties as those of a project that only the lock knows, its code being gone. */
export function fromLock<P extends object>(props: P, part: LockedPart): P {
  parts.set(props, part);
  return props;
}

/** What the lock knows beside the properties, where they are from there. */
export function lockedPartOf(props: object): LockedPart | undefined {
  return parts.get(props);
}
