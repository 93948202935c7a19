import { CHANGE_LISTS, SCALARS } from './visitor.js';

/** Members that a review reads, of any object in a plan. */
const NAMES = [
  ...SCALARS,
  ...CHANGE_LISTS,
  'planned_values',
  'prior_state',
  'address',
  'previous_address',
  'module_address',
  'mode',
  'type',
  'name',
  'index',
  'deposed',
  'deposed_key',
  'action_reason',
  'change',
  'resource_change',
  'reason',
  'actions',
  'before',
  'after',
  'after_unknown',
  'after_sensitive',
  'before_sensitive',
  'replace_paths',
  'importing',
  'configuration',
  'provider_config',
  'values',
  'root_module',
  'resources',
  'child_modules',
] as const;

export type Name = (typeof NAMES)[number];

/** How many names there are. */
export const NAME_COUNT = NAMES.length;

const INDEX: ReadonlyMap<string, number> = new Map(NAMES.map((name, index) => [name, index]));
const BACKSLASH = 0x5c;

const BY_LENGTH = byLength();

/** The index of a member's name among those that are read; -1 for any other. */
export function nameIndex(bytes: Uint8Array): number {
  for (const { index, text } of BY_LENGTH[bytes.length] ?? [])
    if (isSame(text, bytes)) return index;
  return bytes.includes(BACKSLASH) ? escapedIndex(bytes) : -1;
}

/** The name with an index. */
export function nameAt(index: number): Name | undefined {
  return NAMES[index];
}

/** A name may be written with escapes, and is the same name. */
function escapedIndex(bytes: Uint8Array): number {
  const text: unknown = JSON.parse(`"${Buffer.from(bytes).toString('utf8')}"`);
  return INDEX.get(String(text)) ?? -1;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

function byLength(): readonly (readonly { index: number; text: Uint8Array }[])[] {
  const lengths: { index: number; text: Uint8Array }[][] = [];
  NAMES.forEach((name, index) => {
    const same = lengths[name.length] ?? [];
    lengths[name.length] = same;
    same.push({ index, text: Buffer.from(name) });
  });
  return lengths;
}
