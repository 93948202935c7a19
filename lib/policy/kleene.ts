import { isRecord } from '../model/record.js';
import type { Fault } from './fault.js';
import { hasUnknown } from './resource.js';

/** Kleene's three values: what holds, what does not, and what depends on what isn't known. */
export type Verdict = 'pass' | 'fail' | 'undecided';

/** A verdict, with what is wrong where it is `fail`. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly faults: readonly Fault[];
}

/** Validates a value that is known in every part; undefined where the schema can't stand alone. */
export type Validate = (schema: unknown, value: unknown) => readonly Fault[] | undefined;

/** A value, the plan's tree of what isn't known in it, and where it stands. */
interface Instance {
  readonly value: unknown;
  readonly unknown: unknown;
  readonly pointer: string;
}

const PASS: Judgement = { verdict: 'pass', faults: [] };
const UNDECIDED: Judgement = { verdict: 'undecided', faults: [] };

/** Keywords that only describe. */
const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

type Rule = (
  this: Kleene,
  operand: unknown,
  instance: Instance,
  schema: Readonly<Record<string, unknown>>,
) => Judgement;

/**
 * Holds a schema against a value of which parts are not known: `pass` and `fail` are only said where
 * every completion would have it so. A keyword without a rule here, on a value with unknown parts,
 * is undecided. What is known in every part goes to the validator.
 */
export class Kleene {
  private readonly singles = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(private readonly validate: Validate) {}

  /** The verdict of a schema about a value, `unknown` being `true` where nothing of it is known. */
  judge(schema: unknown, value: unknown, unknown: unknown): Judgement {
    return this.schema(schema, { value, unknown, pointer: '' });
  }

  private schema(schema: unknown, instance: Instance): Judgement {
    if (schema === true || (isRecord(schema) && Object.keys(schema).length === 0)) return PASS;
    if (!hasUnknown(instance.unknown)) return this.known(schema, instance);
    if (instance.unknown === true || !isRecord(schema)) return UNDECIDED;
    const judgements = Object.entries(schema)
      .filter(([keyword]) => !ANNOTATIONS.has(keyword) && !OF_IF.has(keyword))
      .map(([keyword, operand]) => {
        const rule = Object.hasOwn(RULES, keyword) ? RULES[keyword] : undefined;
        return rule === undefined ? UNDECIDED : rule.call(this, operand, instance, schema);
      });
    return all(judgements);
  }

  private known(schema: unknown, { value, pointer }: Instance): Judgement {
    const faults = this.validate(schema, value);
    if (faults === undefined) return UNDECIDED;
    if (faults.length === 0) return PASS;
    const placed = faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));
    return { verdict: 'fail', faults: placed };
  }

  /** A keyword that looks at the outside of a value, which is known. */
  outside(keyword: string, operand: unknown, { value, unknown, pointer }: Instance): Judgement {
    return this.known(this.single(keyword, operand), {
      value: filled(value, unknown),
      unknown: undefined,
      pointer,
    });
  }

  /** A schema of one keyword, the same object each time so that it is compiled once. */
  private single(keyword: string, operand: unknown): unknown {
    const key = `${keyword}:${JSON.stringify(operand)}`;
    const schema = this.singles.get(key) ?? { [keyword]: operand };
    this.singles.set(key, schema);
    return schema;
  }

  properties(operand: unknown, instance: Instance): Judgement {
    if (!isRecord(operand) || !isRecord(instance.value)) return UNDECIDED;
    return all(
      Object.entries(operand).map(([name, schema]) => {
        const child = childOf(instance, name);
        return child === undefined ? PASS : this.schema(schema, child);
      }),
    );
  }

  items(
    operand: unknown,
    instance: Instance,
    schema: Readonly<Record<string, unknown>>,
  ): Judgement {
    if (!Array.isArray(instance.value) || 'prefixItems' in schema) return UNDECIDED;
    return all(elementsOf(instance).map((each) => this.schema(operand, each)));
  }

  contains(
    operand: unknown,
    instance: Instance,
    schema: Readonly<Record<string, unknown>>,
  ): Judgement {
    const isCounted = 'minContains' in schema || 'maxContains' in schema;
    if (!Array.isArray(instance.value) || isCounted) return UNDECIDED;
    const found = any(elementsOf(instance).map((each) => this.schema(operand, each)));
    return found.verdict === 'fail' ? failed(instance, 'must contain a valid item') : found;
  }

  branches(operand: unknown, instance: Instance): readonly Judgement[] {
    return Array.isArray(operand)
      ? operand.map((each) => this.schema(each, instance))
      : [UNDECIDED];
  }

  oneOf(operand: unknown, instance: Instance): Judgement {
    const verdicts = this.branches(operand, instance).map(({ verdict }) => verdict);
    const passed = verdicts.filter((each) => each === 'pass').length;
    if (passed > 1) return failed(instance, 'must match exactly one schema in oneOf');
    if (verdicts.includes('undecided')) return UNDECIDED;
    return passed === 1 ? PASS : failed(instance, 'must match exactly one schema in oneOf');
  }

  not(operand: unknown, instance: Instance): Judgement {
    const { verdict } = this.schema(operand, instance);
    if (verdict === 'undecided') return UNDECIDED;
    return verdict === 'fail' ? PASS : failed(instance, 'must NOT be valid');
  }

  conditional(
    operand: unknown,
    instance: Instance,
    schema: Readonly<Record<string, unknown>>,
  ): Judgement {
    const { verdict } = this.schema(operand, instance);
    const yes = this.schema(schema['then'] ?? true, instance);
    const no = this.schema(schema['else'] ?? true, instance);
    if (verdict !== 'undecided') return verdict === 'pass' ? yes : no;
    return yes.verdict === no.verdict ? yes : UNDECIDED;
  }
}

const RULES: Readonly<Record<string, Rule>> = {
  type(operand, instance) {
    return this.outside('type', operand, instance);
  },
  required(operand, instance) {
    return this.outside('required', operand, instance);
  },
  // No counting of items: a set's may turn out to be the same one.
  properties(operand, instance) {
    return this.properties(operand, instance);
  },
  items(operand, instance, schema) {
    return this.items(operand, instance, schema);
  },
  contains(operand, instance, schema) {
    return this.contains(operand, instance, schema);
  },
  allOf(operand, instance) {
    return all(this.branches(operand, instance));
  },
  anyOf(operand, instance) {
    return any(this.branches(operand, instance));
  },
  oneOf(operand, instance) {
    return this.oneOf(operand, instance);
  },
  not(operand, instance) {
    return this.not(operand, instance);
  },
  if(operand, instance, schema) {
    return this.conditional(operand, instance, schema);
  },
};

/** Both are looked at together with `if`. */
const OF_IF = new Set(['then', 'else']);

/** A member of an object; undefined where there certainly is none. */
function childOf({ value, unknown, pointer }: Instance, name: string): Instance | undefined {
  const isKnown = isRecord(value) && Object.hasOwn(value, name);
  const marks = isRecord(unknown) && Object.hasOwn(unknown, name) ? unknown[name] : undefined;
  if (!isKnown && !hasUnknown(marks)) return undefined;
  const step = name.replaceAll('~', '~0').replaceAll('/', '~1');
  // Where the plan has only marks, what is beside them is not known either.
  const at = isKnown ? marks : true;
  return { value: isKnown ? value[name] : undefined, unknown: at, pointer: `${pointer}/${step}` };
}

function elementsOf({ value, unknown, pointer }: Instance): readonly Instance[] {
  const marks: readonly unknown[] = Array.isArray(unknown) ? unknown : [];
  return (Array.isArray(value) ? value : []).map((each, index) => ({
    value: each,
    unknown: marks[index],
    pointer: `${pointer}/${index}`,
  }));
}

/** The same outside: with every member that will be there, whatever it will be. */
function filled(value: unknown, unknown: unknown): unknown {
  if (!isRecord(value) || !isRecord(unknown)) return value;
  const coming = Object.keys(unknown).filter((name) => hasUnknown(unknown[name]));
  return { ...Object.fromEntries(coming.map((name) => [name, null])), ...value };
}

function all(judgements: readonly Judgement[]): Judgement {
  const faults = judgements.flatMap((each) => (each.verdict === 'fail' ? each.faults : []));
  if (judgements.some(({ verdict }) => verdict === 'fail')) return { verdict: 'fail', faults };
  return judgements.every(({ verdict }) => verdict === 'pass') ? PASS : UNDECIDED;
}

function any(judgements: readonly Judgement[]): Judgement {
  if (judgements.some(({ verdict }) => verdict === 'pass')) return PASS;
  if (judgements.some(({ verdict }) => verdict === 'undecided')) return UNDECIDED;
  return { verdict: 'fail', faults: judgements.flatMap(({ faults }) => faults) };
}

function failed({ pointer }: Instance, message: string): Judgement {
  return { verdict: 'fail', faults: [{ pointer, message }] };
}
