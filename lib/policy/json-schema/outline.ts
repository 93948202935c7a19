import { isRecord } from '../../model/record.js';
import { stepOf } from '../shape/part.js';

/** Keywords with a schema that is held against the same value. */
const IN_PLACE = ['not', 'if', 'then', 'else'];
const LISTS_IN_PLACE = ['allOf', 'anyOf', 'oneOf'];
/** Keywords with a schema that is held against a part of the value. */
const INNER = [
  'additionalProperties',
  'propertyNames',
  'items',
  'contains',
  'unevaluatedItems',
  'unevaluatedProperties',
];
const MAPS = ['properties', 'patternProperties'];
/** Keywords by which one schema depends on what others have to say. */
const TYING = ['$ref', '$dynamicRef', 'unevaluatedItems', 'unevaluatedProperties'];

/** Keywords that only describe, or are looked at together with another one. */
export const DESCRIBING: ReadonlySet<string> = new Set([
  ...['$schema', '$comment', '$defs', '$anchor', '$dynamicAnchor', 'title', 'description'],
  ...['default', 'examples', 'deprecated', 'readOnly', 'writeOnly', 'then', 'else'],
  ...['minContains', 'maxContains'],
]);

/** A schema inside of another one. */
export interface Subschema {
  /** JSON pointer from the root schema. */
  readonly pointer: string;
  readonly schema: unknown;
  /** Whether it is held against the same value as the schema around it. */
  readonly inPlace: boolean;
}

/** The schemas directly inside of one, those under `$defs` included. */
function subschemasOf(schema: unknown, pointer: string): readonly Subschema[] {
  if (!isRecord(schema)) return [];
  return Object.entries(schema).flatMap(([keyword, operand]) => {
    const at = `${pointer}${stepOf(keyword)}`;
    if (IN_PLACE.includes(keyword)) return [{ pointer: at, schema: operand, inPlace: true }];
    if (LISTS_IN_PLACE.includes(keyword)) return members(operand, at, true);
    if (INNER.includes(keyword)) return [{ pointer: at, schema: operand, inPlace: false }];
    if (keyword === 'prefixItems' || MAPS.includes(keyword) || keyword === '$defs')
      return members(operand, at, false);
    if (keyword === 'dependentSchemas') return members(operand, at, true);
    return keyword === 'related' && isRecord(operand)
      ? [{ pointer: `${at}/schema`, schema: operand['schema'] ?? true, inPlace: false }]
      : [];
  });
}

function allSubschemas(schema: unknown, pointer = ''): readonly Subschema[] {
  const inner = subschemasOf(schema, pointer);
  return [
    { pointer, schema, inPlace: true },
    ...inner.flatMap((each) => allSubschemas(each.schema, each.pointer)),
  ];
}

/** Every schema of a document, found once, and the way from a `$ref` to what it names. */
export class Outline {
  readonly all: readonly Subschema[];
  readonly keywords: ReadonlySet<string>;
  private readonly places = new Map<string, Subschema>();
  /** Where other objects are asked for. */
  private readonly asking: readonly string[];
  /** Whether a part can't be told from the rest: one leads to another, or counts for another. */
  private readonly isTied: boolean;

  constructor(readonly root: unknown) {
    this.all = allSubschemas(root);
    this.keywords = new Set(this.all.flatMap(({ schema }) => Object.keys(Object(schema))));
    this.isTied = TYING.some((each) => this.keywords.has(each));
    this.asking = this.having('related').map(({ pointer }) => pointer);
    for (const each of this.all) {
      const anchor = isRecord(each.schema) ? each.schema['$anchor'] : undefined;
      if (!this.places.has(each.pointer)) this.places.set(each.pointer, each);
      if (typeof anchor === 'string' && !this.places.has(anchor)) this.places.set(anchor, each);
    }
  }

  /** How many schemas of the document have a keyword. */
  count(keyword: string): number {
    return this.having(keyword).length;
  }

  /** Whether the schema at a pointer, or one in it, may ask for other objects. */
  asksOthers(pointer: string): boolean {
    return this.isTied || this.asking.some((each) => `${each}/`.startsWith(`${pointer}/`));
  }

  private having(keyword: string): readonly Subschema[] {
    return this.all.filter(({ schema }) => isRecord(schema) && keyword in schema);
  }

  /** The schema that a `$ref` within the document leads to; undefined where there is none. */
  target(ref: unknown): Subschema | undefined {
    return typeof ref === 'string' && ref.startsWith('#')
      ? this.places.get(decoded(ref.slice(1)))
      : undefined;
  }
}

/** What ajv would let through, or fail at without an end. */
export function faultOfSchema(outline: Outline): string | undefined {
  const endless = endlessRef(outline);
  if (endless !== undefined) return `${endless || '#'} refers to itself without an end`;
  const named = outline.all.find(({ schema }) => isRecord(schema) && '$id' in schema);
  return named === undefined
    ? undefined
    : `${named.pointer}/$id names it, and a policy's schema stands for itself`;
}

/** Where a schema refers to itself without ever looking at a part of the value: it would not end. */
function endlessRef(outline: Outline): string | undefined {
  const done = new Set<string>();
  const isEndless = (at: Subschema, open: readonly string[]): boolean => {
    if (open.includes(at.pointer)) return true;
    if (done.has(at.pointer)) return false;
    const target = outline.target(isRecord(at.schema) ? at.schema['$ref'] : undefined);
    const next = subschemasOf(at.schema, at.pointer).filter(({ inPlace }) => inPlace);
    const found = [...next, ...(target === undefined ? [] : [target])].some((each) =>
      isEndless(each, [...open, at.pointer]),
    );
    done.add(at.pointer);
    return found;
  };
  return outline.all.find((each) => isEndless(each, []))?.pointer;
}

function members(operand: unknown, pointer: string, inPlace: boolean): readonly Subschema[] {
  const entries = Array.isArray(operand) || isRecord(operand) ? Object.entries(operand) : [];
  return entries.map(([key, schema]) => ({ pointer: `${pointer}${stepOf(key)}`, schema, inPlace }));
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
