import { isDeepStrictEqual } from 'node:util';
import { type Evaluated, looked, surely } from '../evaluated.js';
import { elementsOf, type Instance } from '../instance.js';
import type { At, Finding, Judge, Rule } from '../keyword.js';
import {
  all,
  atLeast,
  atMost,
  failed,
  type Judgement,
  PASS,
  type Range,
  rangeOf,
  UNDECIDED,
  unless,
  within,
} from '../verdict.js';

const isList = ({ value }: Instance) => Array.isArray(value);

const rules: Readonly<Record<string, Rule>> = {
  prefixItems: (judge, operand, instance, at) => {
    const schemas: readonly unknown[] = Array.isArray(operand) ? operand : [];
    const items = elementsOf(instance).slice(0, schemas.length);
    const found = items.map((each, index) =>
      judge.schema(schemas[index], `${at.pointer}/prefixItems/${index}`, each),
    );
    return { ...all(found), evaluated: looked(items.keys(), schemas) };
  },
  items: (judge, operand, instance, at) => {
    const prefix = at.schema['prefixItems'];
    const start = Array.isArray(prefix) ? prefix.length : 0;
    const items = elementsOf(instance).slice(start);
    const found = items.map((each) => judge.schema(operand, `${at.pointer}/items`, each));
    const indices = items.map((_, index) => index + start);
    return { ...all(found), evaluated: looked(indices, [operand]) };
  },
  contains,
  minItems: (_, operand, instance) => length(instance, atLeast(operand)),
  maxItems: (_, operand, instance) => length(instance, atMost(operand)),
  uniqueItems: (_, operand, instance) => (operand === true ? unique(instance) : PASS),
};

/**
 * The keywords about lists. A set's items that are not known may turn out to be the same one, so
 * there are at most as many as the plan has.
 */
export const LIST_RULES = {
  rules,
  unevaluatedItems(
    judge: Judge,
    operand: unknown,
    instance: Instance,
    at: At,
    evaluated: Evaluated,
  ) {
    const pointer = `${at.pointer}/unevaluatedItems`;
    const items = elementsOf(instance).map((each, index) => [String(index), each] as const);
    const found = items
      .filter(([index]) => evaluated.get(index) !== 'surely')
      .map(([index, each]) => unless(evaluated.has(index), judge.schema(operand, pointer, each)));
    return { ...all(found), evaluated: surely(items.map(([index]) => index)) };
  },
};

function contains(judge: Judge, operand: unknown, instance: Instance, at: At): Finding {
  if (!isList(instance)) return PASS;
  const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = at.schema;
  const wanted = { least: Number(minContains), most: Number(maxContains) };
  const items = elementsOf(instance).map((item, index) => ({
    item,
    index: String(index),
    verdict: judge.schema(operand, `${at.pointer}/contains`, item).verdict,
  }));
  const passing = items.filter(({ verdict }) => verdict === 'pass').map(({ item }) => item);
  const possible = items.filter(({ verdict }) => verdict !== 'fail');
  const actual = { least: fewest(passing), most: possible.length };
  const message = `must contain ${rangeOf(wanted)} valid item(s)`;
  // By the standard, what it finds counts as looked at; the validator doesn't have it so.
  const evaluated: Evaluated = new Map(possible.map(({ index }) => [index, 'perhaps']));
  return { ...within(actual, wanted, instance.pointer, message), evaluated };
}

function length(instance: Instance, wanted: Range): Judgement {
  if (!isList(instance)) return PASS;
  const items = elementsOf(instance);
  const actual = { least: fewest(items), most: items.length };
  return within(actual, wanted, instance.pointer, `must have ${rangeOf(wanted)} items`);
}

/** How many are left of some items if those that aren't known turn out to be ones that are. */
function fewest(items: readonly Instance[]): number {
  const known = items.filter(({ unknown }) => unknown === undefined).length;
  return known > 0 ? known : Math.min(1, items.length);
}

function unique(instance: Instance): Judgement {
  if (!isList(instance)) return PASS;
  const items = elementsOf(instance);
  const known = items.filter(({ unknown }) => unknown === undefined).map(({ value }) => value);
  const isTwice = known.some((each, index) =>
    known.slice(index + 1).some((other) => isDeepStrictEqual(each, other)),
  );
  if (isTwice) return failed(instance.pointer, 'must NOT have duplicate items');
  return items.length <= 1 || known.length === items.length ? PASS : UNDECIDED;
}
