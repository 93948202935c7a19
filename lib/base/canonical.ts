import { compareCodePoints } from './order.js';

/** JSON that doesn't depend on the order of keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part !== 'object' || part === null || Array.isArray(part)
      ? part
      : Object.fromEntries(Object.entries(part).sort(([a], [b]) => compareCodePoints(a, b))),
  );
}
