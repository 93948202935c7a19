import { HOSTILE } from './reviews.js';

export { numbers } from './numbers.js';

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  '',
  [],
  {},
  [null],
  ['delete'],
  ['delete', 'create'],
  ['forget'],
  ['no-op'],
  'Guard',
  'Tombstone',
  'billing',
  'reprieve/v1',
  '2026-01-01T00:00:00Z',
  'managed',
  'data',
  ...HOSTILE,
];

type Pick = (below: number) => number;

/** Changes a plan in a few places: values, names, elements, or single characters of its text. */
export function mutated(text: string, pick: Pick): string {
  if (pick(5) === 0) return damaged(text, pick);
  const plan: unknown = JSON.parse(text);
  for (let count = 1 + pick(4); count > 0; count -= 1) mutate(plan, pick);
  return JSON.stringify(plan);
}

function damaged(text: string, pick: Pick): string {
  const at = pick(text.length);
  const inserted =
    ['', '"', '{', '}', '[', ']', ',', ':', '\\', '\u0000', '0', 'true'][pick(12)] ?? '';
  return text.slice(0, at) + inserted + text.slice(at + pick(3));
}

function mutate(root: unknown, pick: Pick): void {
  let at: unknown = root;
  for (let depth = 0; depth < 12; depth += 1) {
    const keys = typeof at === 'object' && at !== null ? Object.keys(at) : [];
    const key = keys[pick(Math.max(1, keys.length))];
    if (key === undefined || typeof at !== 'object' || at === null) return;
    const child: unknown = Reflect.get(at, key);
    const isLeaf = typeof child !== 'object' || child === null;
    if (isLeaf || pick(4) === 0) {
      change(at, key, child, pick);
      return;
    }
    at = child;
  }
}

function change(parent: object, key: string, child: unknown, pick: Pick): void {
  switch (pick(5)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
      break;
    case 1:
      if (Array.isArray(parent)) parent.push(structuredClone(child));
      else Reflect.set(parent, HOSTILE[pick(HOSTILE.length)] ?? 'x', structuredClone(child));
      break;
    default:
      Reflect.set(parent, key, structuredClone(VALUES[pick(VALUES.length)]));
  }
}
