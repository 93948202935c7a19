import type { Declared } from '../model/declared.js';
import type { Part } from './shape/part.js';

/** One object that a policy looks at. */
export interface View extends Part {
  /** Kubernetes' kind of the manifest that it is in; undefined where there is none. */
  readonly kind: unknown;
  /** The resource's own marks of what must not be shown. */
  readonly sensitive: unknown;
  /** Where something at a JSON pointer of the object is in the resource. */
  readonly original: (pointer: string) => string;
  /** Where a pointer into the object is in the text that it was read from, if it was. */
  readonly within?: (pointer: string) => string;
  /** Whether nothing in there may be told, marked or not. */
  readonly sealed?: boolean | undefined;
  /** Why it can't be looked at. It says nothing of what is in there. */
  readonly fault?: string | undefined;
  /** Where the object is no resource. */
  readonly declared?: Declared;
  /** Where to read on about this very object. @default - what the policy says */
  readonly url?: string | undefined;
}
