import { isRecord } from '../../base/guards.js';
import type { Keyword } from './keyword.js';
import type { Outline } from './outline.js';
import type { Cell, Place, Predicate } from './predicate.js';
import { KEYWORDS } from './registry.js';
import type { Subschema } from './subschema.js';

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
export class Matcher {
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
  const tests = Object.entries(schema).flatMap(([name, operand]) => {
    const keyword = KEYWORDS.get(name);
    return keyword?.isSilent === true ? [] : [predicateOf(keyword, operand, place)];
  });
  return tests.every((each) => each !== undefined) ? tests : undefined;
}

/** What can't be made is reported by the validator. */
function predicateOf(
  keyword: Keyword | undefined,
  operand: unknown,
  place: Place,
): Predicate | undefined {
  try {
    return keyword?.match?.(operand, place);
  } catch {
    return undefined;
  }
}

/** Where nothing is known but the keyword itself. */
const NOWHERE: Place = {
  schema: {},
  part: () => {
    throw new Error('a keyword alone has no schemas in it');
  },
  target: () => undefined,
};

const alone = new Map<Keyword, Map<unknown, Predicate | undefined>>();

/** A keyword by itself, made once for each operand; undefined where it takes a schema around it. */
export function matchAlone(keyword: Keyword, operand: unknown): Predicate | undefined {
  if (keyword.match === undefined) return undefined;
  const known = alone.get(keyword) ?? new Map<unknown, Predicate | undefined>();
  alone.set(keyword, known);
  if (!known.has(operand)) known.set(operand, predicateOf(keyword, operand, NOWHERE));
  return known.get(operand);
}

function blank(): Made {
  return { test: () => false, isWhole: false, parts: [] };
}

function isExact(cell: Made, asked = new Set<Made>()): boolean {
  if (asked.has(cell)) return true;
  asked.add(cell);
  return cell.isWhole && cell.parts.every((each) => isExact(each, asked));
}

function every(tests: readonly Predicate[]): Predicate {
  const [first, second, third] = tests;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (third === undefined) return (value) => first(value) && second(value);
  return (value) => tests.every((test) => test(value));
}
