import { isRecord } from '../model/record.js';
import { sameAs } from './json-schema/equality.js';
import { type Instance, meets } from './json-schema/instance.js';
import type { Judge, Rule } from './json-schema/keyword.js';
import type { Outline } from './json-schema/outline.js';
import { failed, type Judgement, PASS, UNDECIDED, type Verdict } from './json-schema/verdict.js';
import { type Part, valueAt } from './shape/part.js';

/** An object without what only marks it as sensitive. */
type Known = Pick<Part, 'value' | 'unknown'>;

/** A pointer into the other object, and the value that has to be there. */
interface Join {
  readonly pointer: string;
  readonly wanted: Known;
}

/** The objects of a whole plan that some policy may ask for, by Kubernetes' kind. */
export class ObjectIndex {
  private readonly byKind = new Map<string, Known[]>();
  private readonly indexes = new Map<string, Index>();

  add(kind: string, object: Known): void {
    const known = this.byKind.get(kind);
    if (known === undefined) this.byKind.set(kind, [object]);
    else known.push(object);
    this.indexes.clear();
  }

  /** The keyword `related` for an object: what `object` points into. */
  ruleFor(object: Known): Rule {
    return (judge, operand, instance, at) => {
      const { kinds = [], here = {}, object: outer = {}, schema = true } = operandOf(operand);
      const joins = [...joinsOf(here, instance), ...joinsOf(outer, object)];
      const pointer = `${at.pointer}/related/schema`;
      const verdicts = kinds
        .flatMap((kind) => this.candidates(kind, joins))
        .map((each) => matches(judge, each, joins, { schema, pointer }));
      return joined(verdicts, kinds, instance);
    };
  }

  /** Those that may fit: all where there is no join that an index can be made of. */
  private candidates(kind: string, joins: readonly Join[]): readonly Known[] {
    const all = this.byKind.get(kind) ?? [];
    const known = joins.filter(
      ({ wanted: { value, unknown } }) => unknown === undefined && isPlain(value),
    );
    if (known.length === 0) return all;
    const pointers = known.map(({ pointer }) => pointer);
    const key = JSON.stringify([kind, ...pointers]);
    const index = this.indexes.get(key) ?? indexOf(all, pointers);
    this.indexes.set(key, index);
    const fitting = index.byValues.get(keyOf(known.map(({ wanted }) => wanted.value))) ?? [];
    return index.open.length === 0 ? fitting : [...fitting, ...index.open];
  }
}

/** The kinds that `related` names anywhere in a schema. */
export function relatedKinds(outline: Outline): readonly string[] {
  const kinds = outline.all.flatMap(({ schema }) =>
    isRecord(schema) && 'related' in schema ? (operandOf(schema['related']).kinds ?? []) : [],
  );
  return [...new Set(kinds)];
}

interface Operand {
  readonly kinds?: readonly string[];
  readonly here?: Readonly<Record<string, string>>;
  readonly object?: Readonly<Record<string, string>>;
  readonly schema?: unknown;
}

function operandOf(operand: unknown): Operand {
  return Object(operand);
}

/** Objects of a kind by what is at some pointers, so that none is held against all others. */
interface Index {
  readonly byValues: ReadonlyMap<string, readonly Known[]>;
  /** Where one of the values isn't known. */
  readonly open: readonly Known[];
}

function indexOf(objects: readonly Known[], pointers: readonly string[]): Index {
  const byValues = new Map<string, Known[]>();
  const open: Known[] = [];
  for (const object of objects) {
    const values = pointers.map((pointer) => valueAt(object.value, pointer));
    const key = keyOf(values);
    const known = byValues.get(key);
    const isOpen = pointers.some((pointer) => meets(placed(object), pointer));
    if (isOpen) open.push(object);
    else if (known === undefined) byValues.set(key, [object]);
    else known.push(object);
  }
  return { byValues, open };
}

/** An object's members may stand in any order, which a key would tell apart. */
function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** The same for values that are the same: a member that isn't there differs from null. */
function keyOf(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value) ?? '').join('\n');
}

function joinsOf(pairs: Readonly<Record<string, string>>, own: Known): readonly Join[] {
  return Object.entries(pairs).map(([pointer, from]) => ({
    pointer,
    wanted: {
      value: valueAt(own.value, from),
      unknown: meets(placed(own), from) ? true : undefined,
    },
  }));
}

function matches(
  judge: Judge,
  candidate: Known,
  joins: readonly Join[],
  { schema, pointer }: { readonly schema: unknown; readonly pointer: string },
): Verdict {
  const verdicts = joins.map((join) => equals(candidate, join));
  if (verdicts.includes('fail')) return 'fail';
  const { verdict } = judge.schema(schema, pointer, placed(candidate));
  return verdict === 'pass' && verdicts.includes('undecided') ? 'undecided' : verdict;
}

function equals(candidate: Known, { pointer, wanted }: Join): Verdict {
  if (wanted.unknown !== undefined || meets(placed(candidate), pointer)) return 'undecided';
  const value = valueAt(candidate.value, pointer);
  return sameAs({ value, unknown: undefined, pointer: '' }, wanted.value);
}

function joined(
  verdicts: readonly Verdict[],
  kinds: readonly string[],
  { pointer }: Instance,
): Judgement {
  if (verdicts.includes('pass')) return PASS;
  if (verdicts.includes('undecided')) return UNDECIDED;
  return failed(pointer, `must have a fitting ${kinds.join(' or ')} beside it, and there is none`);
}

function placed({ value, unknown }: Known): Instance {
  return { value, unknown, pointer: '' };
}
