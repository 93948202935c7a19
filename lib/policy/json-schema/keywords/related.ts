import { isRecord, memberOf } from '../../../base/guards.js';
import { type Part, valueAt } from '../../shape/part.js';
import { sameAs } from '../equality.js';
import { below, checkPointer, type FieldCheck } from '../field-check.js';
import { type Instance, meets } from '../instance.js';
import type { Evaluator, Join, Keyword } from '../keyword.js';
import { entriesOf, type Subschema } from '../subschema.js';
import { failure, PASS, type SchemaVerdict, UNDECIDED } from '../verdict.js';

/** What another object must be like. */
interface Wanted {
  readonly kinds?: readonly string[];
  /** Pointers into the other object, each with one from the value that the schema is about. */
  readonly here?: Readonly<Record<string, string>>;
  /** The same, each with one from the whole object. */
  readonly object?: Readonly<Record<string, string>>;
  readonly schema?: unknown;
}

const metaSchema = {
  required: ['kinds'],
  properties: {
    kinds: { type: 'array', minItems: 1, items: { type: 'string', maxLength: 100 } },
    here: { $ref: '#/$defs/join' },
    object: { $ref: '#/$defs/join' },
    schema: { type: 'object' },
  },
  $defs: {
    join: {
      type: 'object',
      propertyNames: { pattern: '^/' },
      additionalProperties: { type: 'string', pattern: '^(/.*)?$', maxLength: 400 },
    },
  },
};

const fields: FieldCheck = (walk, operand, at) => {
  const kinds = entriesOf(memberOf(operand, 'kinds')).map(([, kind]) => String(kind));
  const other = walk.ofKinds(kinds);
  for (const [from, shape] of [
    ['here', at.shape],
    ['object', walk.whole],
  ] as const) {
    for (const [into, pointer] of entriesOf(memberOf(operand, from))) {
      const join = below(at, from, into);
      checkPointer(walk, into, { ...join, shape: other, place: '' });
      checkPointer(walk, pointer, { ...join, shape });
    }
  }
  const schema = memberOf(operand, 'schema');
  walk.visit({ ...below(at, 'schema'), schema, shape: other, place: '' });
};

/** `related: { kinds, here, object, schema }`: another object of the plan must be beside this one. */
export const related: Keyword = {
  name: 'related',
  // The validator lets it pass: it takes the whole plan, which the validator doesn't have.
  own: { metaSchema },
  asksOthers: true,
  schemas: (operand) =>
    isRecord(operand)
      ? [{ steps: ['schema'], schema: operand['schema'] ?? true, inPlace: false }]
      : [],
  evaluate: (evaluator, operand, instance, at) => {
    const { context } = evaluator;
    if (context === undefined) return UNDECIDED;
    const { kinds = [], here = {}, object = {}, schema = true } = wantedBy(operand);
    const joins = [...joinsOf(here, instance), ...joinsOf(object, context.object)];
    const pointer = `${at.pointer}/related/schema`;
    const verdicts = kinds
      .flatMap((kind) => context.others.candidates(kind, joins))
      .map((each) => fits(evaluator, each, joins, { schema, pointer }));
    if (verdicts.includes('pass')) return PASS;
    if (verdicts.includes('undecided')) return UNDECIDED;
    const wanted = `a fitting ${kinds.join(' or ')} beside it`;
    return failure(instance.pointer, `must have ${wanted}, and there is none`);
  },
  fields,
};

/** The kinds that `related` names in some schemas. */
export function relatedKinds(schemas: readonly Subschema[]): readonly string[] {
  const kinds = schemas.flatMap(({ schema }) =>
    isRecord(schema) && 'related' in schema ? (wantedBy(schema['related']).kinds ?? []) : [],
  );
  return [...new Set(kinds)];
}

function wantedBy(operand: unknown): Wanted {
  return Object(operand);
}

function joinsOf(pairs: Readonly<Record<string, string>>, own: Part): readonly Join[] {
  return Object.entries(pairs).map(([pointer, from]) => ({
    pointer,
    wanted: {
      value: valueAt(own.value, from),
      unknown: meets(own, from) ? true : undefined,
    },
  }));
}

function fits(
  evaluator: Evaluator,
  candidate: Part,
  joins: readonly Join[],
  { schema, pointer }: { readonly schema: unknown; readonly pointer: string },
): SchemaVerdict {
  const verdicts = joins.map((join) => equals(candidate, join));
  if (verdicts.includes('fail')) return 'fail';
  const { verdict } = evaluator.schema(schema, pointer, whole(candidate));
  return verdict === 'pass' && verdicts.includes('undecided') ? 'undecided' : verdict;
}

function equals(candidate: Part, { pointer, wanted }: Join): SchemaVerdict {
  if (wanted.unknown !== undefined || meets(candidate, pointer)) return 'undecided';
  const value = valueAt(candidate.value, pointer);
  return sameAs({ value, unknown: undefined, pointer: '' }, wanted.value);
}

function whole({ value, unknown }: Part): Instance {
  return { value, unknown, pointer: '' };
}
