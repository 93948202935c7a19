import { isRecord } from '../base/guards.js';
import { quote } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { isDnsSubdomain } from './names.js';

/** Which item of the project an entry takes its values from. */
export type SourceReference = { readonly secret: string } | { readonly configMap: string };

/** Reads `{ secret }` or `{ configMap }`, one of which has to be there. */
export function sourceReference(
  value: Readonly<Record<string, unknown>>,
): SourceReference | undefined {
  const { secret, configMap } = value;
  if (isName(secret) && configMap === undefined) return { secret };
  if (isName(configMap) && secret === undefined) return { configMap };
  return undefined;
}

/** The same for an entry that also names a key. */
export function keyReference(
  value: unknown,
): (SourceReference & { readonly key: string }) | undefined {
  if (!isRecord(value) || hasOther(value, ['secret', 'configMap', 'key'])) return undefined;
  const source = sourceReference(value);
  const { key } = value;
  return source !== undefined && isDataKey(key) ? { ...source, key } : undefined;
}

/** Whether a text can be a key of a secret or config map. */
export function isDataKey(key: unknown): key is string {
  return (
    typeof key === 'string' && key.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(key) && !isDotName(key)
  );
}

/** Names that would lead out of a folder: Kubernetes refuses them as keys and variables. */
export function isDotName(name: string): boolean {
  return name === '.' || name.startsWith('..');
}

/** Whether an object has keys other than these. */
export function hasOther(value: object, keys: readonly string[]): boolean {
  return Object.keys(value).some((key) => !keys.includes(key));
}

/** The problem of a key that Kubernetes would refuse. */
export function dataKeyProblem(field: string, key: string): Problem {
  return {
    code: 'item/data-key',
    message: `\`${field}\` has the key ${quote(key)}, which is not a valid one.`,
    remedy:
      'Use 1 to 253 letters, digits, `-`, `_` and `.`, not `.` alone or `..` at the beginning.',
  };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && isDnsSubdomain(value);
}
