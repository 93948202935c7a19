import { isRecord } from '../../model/record.js';
import { SCALAR_MAKERS } from './keywords/bounds.js';
import { LIST_MAKERS } from './keywords/contains.js';
import { OBJECT_MAKERS } from './keywords/required.js';
import { DESCRIBING, type Outline, type Subschema } from './outline.js';
import type { Cell, Maker, Place, Predicate } from './predicate.js';

/** A cell, with all others that it asks. */
interface Made extends Cell {
  /** Whether every keyword of its own is known here. */
  isWhole: boolean;
  readonly parts: Made[];
}

/**
 * The schemas of a document as functions that only say whether a known value matches. They are made
 * in a fraction of the time that a validator takes, and run as they are: since most objects keep
 * most policies, a validator is for those that don't, and for what has to be said of them.
 */
export class Predicates {
  private readonly made = new Map<string, Made>();
  private readonly exact = new Map<string, Predicate | undefined>();

  constructor(private readonly outline: Outline) {
    for (const { pointer } of outline.all) this.made.set(pointer, blank());
    for (const each of outline.all) this.fill(each);
  }

  /** For the schema at a JSON pointer; undefined where only the validator knows all its keywords. */
  at(pointer: string): Predicate | undefined {
    const known = this.exact.get(pointer);
    if (known !== undefined || this.exact.has(pointer)) return known;
    const found = this.made.get(pointer);
    const predicate = found !== undefined && isExact(found) ? found.test : undefined;
    this.exact.set(pointer, predicate);
    return predicate;
  }

  private fill({ schema, pointer }: Subschema): void {
    const cell = this.made.get(pointer);
    if (cell === undefined) return;
    const tests = testsOf(schema, (each) => this.placeOf(each, pointer, cell.parts));
    cell.isWhole = tests !== undefined;
    cell.test = every(tests ?? []);
  }

  private placeOf(schema: Place['schema'], pointer: string, parts: Made[]): Place {
    const asked = (cell: Made) => {
      parts.push(cell);
      return cell;
    };
    return {
      schema,
      part: (path) => asked(this.made.get(`${pointer}${path}`) ?? blank()),
      target: (ref) => {
        const found = this.made.get(this.outline.target(ref)?.pointer ?? '(none)');
        return found && asked(found);
      },
    };
  }
}

/** Undefined where not all of its keywords are known. */
function testsOf(
  schema: unknown,
  placeOf: (schema: Place['schema']) => Place,
): readonly Predicate[] | undefined {
  if (typeof schema === 'boolean') return schema ? [] : [() => false];
  if (!isRecord(schema)) return undefined;
  const place = placeOf(schema);
  const tests = Object.entries(schema)
    .filter(([keyword]) => !DESCRIBING.has(keyword))
    .map(([keyword, operand]) => made(MAKERS.get(keyword), operand, place));
  return tests.every((each) => each !== undefined) ? tests : undefined;
}

/** What can't be made is told by the validator. */
function made(maker: Maker | undefined, operand: unknown, place: Place): Predicate | undefined {
  try {
    return maker?.(operand, place);
  } catch {
    return undefined;
  }
}

function blank(): Made {
  return { test: () => false, isWhole: false, parts: [] };
}

function isExact(cell: Made, seen = new Set<Made>()): boolean {
  if (seen.has(cell)) return true;
  seen.add(cell);
  return cell.isWhole && cell.parts.every((each) => isExact(each, seen));
}

const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ...Object.entries(SCALAR_MAKERS),
  ...Object.entries(OBJECT_MAKERS),
  ...Object.entries(LIST_MAKERS),
  ['allOf', branching('allOf', (matching, all) => matching === all)],
  ['anyOf', branching('anyOf', (matching) => matching > 0)],
  ['oneOf', branching('oneOf', (matching) => matching === 1)],
  [
    'not',
    (_, { part }) => {
      const inner = part('/not');
      return (value) => !inner.test(value);
    },
  ],
  ['if', conditional],
  [
    '$ref',
    (ref, { target }) => {
      const inner = target(ref);
      return inner && ((value) => inner.test(value));
    },
  ],
]);

/** A keyword with several schemas for the same value. */
function branching(keyword: string, holds: (matching: number, all: number) => boolean): Maker {
  return (operand, { part }) => {
    if (!Array.isArray(operand)) return undefined;
    const branches = operand.map((_, index) => part(`/${keyword}/${index}`));
    return (value) => holds(branches.filter((each) => each.test(value)).length, branches.length);
  };
}

function conditional(_: unknown, { schema, part }: Place): Predicate {
  const given = part('/if');
  const [yes, no] = ['then', 'else'].map((name) =>
    name in schema ? part(`/${name}`) : { test: () => true },
  );
  return (value) => (given.test(value) ? yes : no)?.test(value) === true;
}

function every(tests: readonly Predicate[]): Predicate {
  const [first, second, third] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (third === undefined) return (value) => first(value) && second(value);
  return (value) => tests.every((test) => test(value));
}
