import { isRecord } from '../model/record.js';
import { stepOf } from './shape/part.js';

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

/** A schema inside of another one. */
export interface Subschema {
  /** JSON pointer from the root schema. */
  readonly pointer: string;
  readonly schema: unknown;
  /** Whether it is held against the same value as the schema around it. */
  readonly inPlace: boolean;
}

/** The schemas directly inside of one, those under `$defs` included. */
export function subschemasOf(schema: unknown, pointer: string): readonly Subschema[] {
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

/** A schema and all that are inside of it. */
export function allSubschemas(schema: unknown, pointer = ''): readonly Subschema[] {
  const inner = subschemasOf(schema, pointer);
  return [
    { pointer, schema, inPlace: true },
    ...inner.flatMap((each) => allSubschemas(each.schema, each.pointer)),
  ];
}

/** The schema that a `$ref` within the same document leads to; undefined where there is none. */
export function resolveRef(root: unknown, ref: string): Subschema | undefined {
  if (!ref.startsWith('#')) return undefined;
  const fragment = decoded(ref.slice(1));
  return allSubschemas(root).find(({ pointer, schema }) =>
    fragment === '' || fragment.startsWith('/')
      ? pointer === fragment
      : isRecord(schema) && schema['$anchor'] === fragment,
  );
}

/** Where a schema refers to itself without ever looking at a part of the value: it would not end. */
export function endlessRef(root: unknown): string | undefined {
  const done = new Set<string>();
  const isEndless = (at: Subschema, open: readonly string[]): boolean => {
    if (open.includes(at.pointer)) return true;
    if (done.has(at.pointer)) return false;
    const ref = isRecord(at.schema) ? at.schema['$ref'] : undefined;
    const target = typeof ref === 'string' ? resolveRef(root, ref) : undefined;
    const next = subschemasOf(at.schema, at.pointer).filter(({ inPlace }) => inPlace);
    const found = [...next, ...(target === undefined ? [] : [target])].some((each) =>
      isEndless(each, [...open, at.pointer]),
    );
    done.add(at.pointer);
    return found;
  };
  return allSubschemas(root).find((each) => isEndless(each, []))?.pointer;
}

/** What ajv would let through, or fail at without an end. */
export function faultOfSchema(schema: unknown): string | undefined {
  const endless = endlessRef(schema);
  if (endless !== undefined) return `${endless || '#'} refers to itself without an end`;
  const named = allSubschemas(schema).find((each) => isRecord(each.schema) && '$id' in each.schema);
  return named === undefined
    ? undefined
    : `${named.pointer}/$id names it, and a policy's schema stands for itself`;
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
