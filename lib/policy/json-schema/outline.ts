import { hasBigInt } from '../../base/exact-json.js';
import { isRecord } from '../../base/guards.js';
import { quote } from '../../base/inert.js';
import { keysIn, stepOf } from '../shape/part.js';
import type { Keyword } from './keyword.js';
import { KEYWORDS } from './registry.js';
import { pointerOf, type Subschema } from './subschema.js';

/** The schemas directly inside of one, those under `$defs` included. */
function subschemasOf(schema: unknown, pointer: string): readonly Subschema[] {
  if (!isRecord(schema)) return [];
  return Object.entries(schema).flatMap(([name, operand]) => {
    const inner = KEYWORDS.get(name)?.schemas?.(operand) ?? [];
    const at = `${pointer}${stepOf(name)}`;
    return inner.map(({ steps, ...each }) => ({ ...each, pointer: `${at}${pointerOf(steps)}` }));
  });
}

function allSubschemas(schema: unknown, pointer = ''): readonly Subschema[] {
  const inner = subschemasOf(schema, pointer);
  return [
    { pointer, schema, inPlace: true },
    ...inner.flatMap((each) => allSubschemas(each.schema, each.pointer)),
  ];
}

/** A keyword in one of a document's schemas. */
interface Use {
  readonly keyword: Keyword;
  readonly pointer: string;
}

/** Every schema of a document, found once, and the way from a `$ref` to what it names. */
export class Outline {
  readonly all: readonly Subschema[];
  private readonly uses: readonly Use[];
  private readonly places = new Map<string, Subschema>();
  /** Where other objects are asked for. */
  private readonly asking: readonly string[];
  /** Whether a part can't be told from the rest: one leads to another, or counts for another. */
  private readonly isTied: boolean;

  /** Whether it has numbers beyond the whole ones of a double. */
  readonly isExact: boolean;

  constructor(readonly root: unknown) {
    this.isExact = hasBigInt(root);
    this.all = allSubschemas(root);
    this.uses = this.all.flatMap(usesIn);
    this.isTied = this.having(({ isTied }) => isTied).length > 0;
    this.asking = this.having(({ asksOthers }) => asksOthers);
    for (const each of this.all) {
      const { $anchor, $dynamicAnchor } = isRecord(each.schema) ? each.schema : {};
      if (!this.places.has(each.pointer)) this.places.set(each.pointer, each);
      for (const anchor of [$anchor, $dynamicAnchor])
        if (typeof anchor === 'string' && !this.places.has(anchor)) this.places.set(anchor, each);
    }
  }

  /** The pointers of the schemas that have some keyword, once for each. */
  having(isWanted: (keyword: Keyword) => boolean | undefined): readonly string[] {
    return this.uses.flatMap(({ keyword, pointer }) => (isWanted(keyword) ? [pointer] : []));
  }

  /** Whether the schema at a pointer, or one in it, may ask for other objects. */
  asksOthers(pointer: string): boolean {
    return this.isTied || this.asking.some((each) => `${each}/`.startsWith(`${pointer}/`));
  }

  /** The schema that a `$ref` within the document leads to; undefined where there is none. */
  target(ref: unknown): Subschema | undefined {
    return typeof ref === 'string' && ref.startsWith('#')
      ? this.places.get(decoded(ref.slice(1)))
      : undefined;
  }
}

/** What ajv would let through, or fail at without an end. */
export function faultsOfOutline(
  outline: Outline,
): readonly { readonly steps: readonly string[]; readonly message: string }[] {
  const endless = endlessRef(outline);
  return [
    ...(endless === undefined
      ? []
      : [{ steps: keysIn(endless), message: `${endless || '#'} refers to itself without an end` }]),
    ...outline.all.flatMap(({ schema, pointer }) =>
      isRecord(schema) && '$id' in schema
        ? [{ steps: [...keysIn(pointer), '$id'], message: '$id: a policy names no other schemas' }]
        : [],
    ),
    ...outline.all.flatMap(({ schema, pointer }) =>
      lostRefs(schema, outline).map(([name, ref]) => ({
        steps: [...keysIn(pointer), name],
        message: `${quote(ref)} is nothing in the policy`,
      })),
    ),
  ];
}

/** The first of them. */
export function faultOfSchema(outline: Outline): string | undefined {
  return faultsOfOutline(outline)[0]?.message;
}

/** What leads nowhere would never be decided. */
function lostRefs(schema: unknown, outline: Outline): readonly (readonly [string, unknown])[] {
  if (!isRecord(schema)) return [];
  return ['$ref', '$dynamicRef']
    .filter((name) => name in schema && outline.target(schema[name]) === undefined)
    .map((name) => [name, schema[name]] as const);
}

/** Where a schema refers to itself without ever looking at a part of the value: it would not end. */
function endlessRef(outline: Outline): string | undefined {
  const done = new Set<string>();
  const isEndless = (at: Subschema, open: readonly string[]): boolean => {
    if (open.includes(at.pointer)) return true;
    if (done.has(at.pointer)) return false;
    const { $ref, $dynamicRef } = isRecord(at.schema) ? at.schema : {};
    const targets = [$ref, $dynamicRef].flatMap((ref) => outline.target(ref) ?? []);
    const next = subschemasOf(at.schema, at.pointer).filter(({ inPlace }) => inPlace);
    const found = [...next, ...targets].some((each) => isEndless(each, [...open, at.pointer]));
    done.add(at.pointer);
    return found;
  };
  return outline.all.find((each) => isEndless(each, []))?.pointer;
}

function usesIn({ schema, pointer }: Subschema): readonly Use[] {
  if (!isRecord(schema)) return [];
  return Object.keys(schema).flatMap((name) => {
    const keyword = KEYWORDS.get(name);
    return keyword === undefined ? [] : [{ keyword, pointer }];
  });
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
