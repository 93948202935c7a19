import { isRecord } from '../../base/guards.js';
import { quote } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import { keysIn } from '../shape/part.js';
import type { Compiler, SchemaRefusal } from './compiler.js';
import { faultsOfOutline, type Outline } from './outline.js';
import { linear } from './patterns.js';
import { KEYWORDS } from './registry.js';
import type { Subschema } from './subschema.js';

/** What is wrong with a schema, and where: the keys that lead to it. */
export interface SchemaFault {
  readonly steps: readonly string[];
  readonly message: string;
}

/** More faults than these tell nobody anything. */
const MOST = 50;

/** Everything that keeps a schema from being used, each at its place. */
export function faultsOfSchema(outline: Outline, compiler: Compiler): readonly SchemaFault[] {
  const own = outline.all.flatMap(faultsIn);
  const told = [...own, ...faultsOfOutline(outline), ...byMetaSchema(outline.root, compiler)];
  const places = new Set(told.map(placeOf));
  const strict = compiler
    .refusals(Object(outline.root))
    .map(faultOf)
    .filter((each) => !places.has(placeOf(each)));
  // Where something is known to be wrong, the compiler stops at it and has no more to say.
  const all = [...told, ...strict.filter(({ steps }) => told.length === 0 || steps.length > 0)];
  return [...new Map(all.map((each) => [`${placeOf(each)} ${each.message}`, each])).values()].slice(
    0,
    MOST,
  );
}

function faultsIn({ schema, pointer }: Subschema): readonly SchemaFault[] {
  if (!isRecord(schema)) return [];
  const at = keysIn(pointer);
  const unknown = Object.keys(schema)
    .filter((name) => !KEYWORDS.has(name) && name !== '$id')
    .map((name) => ({ steps: [...at, name], message: unknownKeyword(name) }));
  const { pattern, patternProperties, format } = schema;
  return [
    ...unknown,
    ...patternFaults([...at, 'pattern'], pattern),
    ...Object.keys(Object(patternProperties)).flatMap((each) =>
      patternFaults([...at, 'patternProperties', each], each),
    ),
    ...(format === undefined
      ? []
      : [{ steps: [...at, 'format'], message: 'no format is checked: write a pattern' }]),
  ];
}

function unknownKeyword(name: string): string {
  return `${quote(name)} is no keyword.${didYouMean(name, [...KEYWORDS.keys()])}`.replace(
    /\.$/,
    '',
  );
}

function patternFaults(steps: readonly string[], pattern: unknown): readonly SchemaFault[] {
  if (typeof pattern !== 'string') return [];
  try {
    linear(pattern);
    return [];
  } catch (error) {
    return [{ steps, message: error instanceof Error ? error.message : 'it is no pattern' }];
  }
}

/** Of several ways in which an operand may be right, the first that is wrong says enough. */
function byMetaSchema(schema: unknown, compiler: Compiler): readonly SchemaFault[] {
  const byPlace = new Map<string, SchemaRefusal>();
  for (const each of compiler.metaFaults(Object(schema)))
    if (!byPlace.has(each.pointer)) byPlace.set(each.pointer, each);
  return [...byPlace.values()].map(faultOf);
}

function faultOf({ pointer, message }: SchemaRefusal): SchemaFault {
  return { steps: keysIn(pointer), message };
}

function placeOf({ steps }: SchemaFault): string {
  return JSON.stringify(steps);
}
