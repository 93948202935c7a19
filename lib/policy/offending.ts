import { hasInvisible, quote } from '../base/inert.js';
import { withoutCredential } from '../model/image-reference.js';
import type { PolicyDocument } from '../model/policy-document.js';
import type { Fault } from './json-schema/fault.js';
import { isMarked } from './resource.js';
import { keysIn, valueAt } from './shape/part.js';
import type { View } from './view.js';

/** A fault as it is told: with the value, where everybody may see it. */
export interface ToldFault extends Fault {
  /** Quoted and cut; undefined where it is no single value, or may be a secret. */
  readonly value?: string;
}

/**
 * Names under which a credential may stand without a mark: the contents of secrets and config maps,
 * what a process is given, and whatever is called like one.
 */
const PRIVATE_NAMES: readonly RegExp[] = [
  /^(?:binary|string)?_?data(?:_wo)?$/i,
  /^(?:env|args?|command|content|contents|input|user_?data|values?_?(?:yaml|wo)?)$/i,
  /headers?$|connection|annotation|last-applied|dockerconfig|dockercfg/i,
  /pass|pwd|secret|token|credential|auth|cert|key|private|signature|license|session|cookie|_wo$/i,
];

/** Texts that look like a credential wherever they stand. */
const PRIVATE_TEXTS: readonly RegExp[] = [
  /-----BEGIN|^eyJ|^(?:gh[a-z]|glpat|xox[a-z]|sk|pk|AKIA|ASIA)[-_A-Z0-9]/,
  // A user in an address; a credential in an option or a header.
  /:\/\/[^/\s]*@|(?:pass|pwd|secret|token|key|auth\w*)\w*["']?\s*[=:]|\b(?:bearer|basic)\s/i,
  // One long word of letters and digits, as keys are. Digests name themselves.
  /^(?!sha256:)(?=[^\s]*\d)(?=[^\s]*[a-z])[\w+/=-]{20,}$/i,
  /^[0-9a-f]{16,}$/i,
  // A user and a password before a registry, where a digest would be.
  /:[^\s@]*@(?!(?:sha|md|blake)\d)/,
];

/**
 * The value at a JSON pointer of an object, as it may be told. It is left out where there is any
 * doubt: what is marked as sensitive, where nothing says what is, and where credentials are found
 * unmarked.
 */
export function publicValue(
  pointer: string,
  { value: object, sensitive, original, sealed }: View,
  { category }: PolicyDocument,
): string | undefined {
  const place = original(pointer);
  const found = valueAt(object, pointer);
  const isImage = typeof found === 'string' && keysIn(place).at(-1) === 'image';
  const value = isImage ? withoutCredential(found) : found;
  const names = [pointer, place].flatMap(keysIn);
  const isPrivate =
    sealed === true ||
    /credential|secret/i.test(category) ||
    isMarked(sensitive, place) ||
    names.some((name) => PRIVATE_NAMES.some((each) => each.test(name)));
  return !isPrivate && isPlain(value, sensitive !== undefined) ? quote(value) : undefined;
}

function isPlain(value: unknown, isMarkedUp: boolean): boolean {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'number' || typeof value === 'bigint') return isMarkedUp;
  if (typeof value !== 'string' || !isMarkedUp || hasInvisible(value)) return false;
  return !PRIVATE_TEXTS.some((each) => each.test(value));
}
