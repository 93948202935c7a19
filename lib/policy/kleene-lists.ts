import { isDeepStrictEqual } from 'node:util';
import { elementsOf, type Instance } from './instance.js';
import { rangeOf, unless } from './kleene-objects.js';
import type { At, Finding, Judge, Rule } from './rule.js';
import { looked, type Seen, surely } from './seen.js';
import { all, failed, type Judgement, PASS, type Range, UNDECIDED, within } from './verdict.js';

const isList = ({ value }: Instance) => Array.isArray(value);

const rules: Readonly<Record<string, Rule>> = {
  prefixItems: (judge, operand, instance, at) => {
    const schemas: readonly unknown[] = Array.isArray(operand) ? operand : [];
    const items = elementsOf(instance).slice(0, schemas.length);
    const found = items.map((each, index) =>
      judge.schema(schemas[index], `${at.pointer}/prefixItems/${index}`, each),
    );
    return { ...all(found), seen: looked(items.keys(), schemas) };
  },
  items: (judge, operand, instance, at) => {
    const prefix = at.schema['prefixItems'];
    const start = Array.isArray(prefix) ? prefix.length : 0;
    const items = elementsOf(instance).slice(start);
    const found = items.map((each) => judge.schema(operand, `${at.pointer}/items`, each));
    const indices = items.map((_, index) => index + start);
    return { ...all(found), seen: looked(indices, [operand]) };
  },
  contains,
  minItems: (_, operand, instance) =>
    length(instance, { least: Number(operand), most: Number.POSITIVE_INFINITY }),
  maxItems: (_, operand, instance) => length(instance, { least: 0, most: Number(operand) }),
  uniqueItems: (_, operand, instance) => (operand === true ? unique(instance) : PASS),
};

/**
 * The keywords about lists. A set's items that are not known may turn out to be the same one, so
 * there are at most as many as the plan has.
 */
export const LIST_RULES = {
  rules,
  unevaluatedItems(judge: Judge, operand: unknown, instance: Instance, at: At, seen: Seen) {
    const pointer = `${at.pointer}/unevaluatedItems`;
    const items = elementsOf(instance).map((each, index) => [String(index), each] as const);
    const found = items
      .filter(([index]) => seen.get(index) !== 'surely')
      .map(([index, each]) => unless(seen.has(index), judge.schema(operand, pointer, each)));
    return { ...all(found), seen: surely(items.map(([index]) => index)) };
  },
};

function contains(judge: Judge, operand: unknown, instance: Instance, at: At): Finding {
  if (!isList(instance)) return PASS;
  const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = at.schema;
  const wanted = { least: Number(minContains), most: Number(maxContains) };
  const items = elementsOf(instance).map((each, index) => ({
    index: String(index),
    isKnown: each.unknown === undefined,
    verdict: judge.schema(operand, `${at.pointer}/contains`, each).verdict,
  }));
  const passing = items.filter(({ verdict }) => verdict === 'pass');
  const known = passing.filter(({ isKnown }) => isKnown).length;
  const least = known > 0 ? known : Math.min(1, passing.length);
  const most = items.filter(({ verdict }) => verdict !== 'fail').length;
  const verdict = within({ least, most }, wanted);
  // By the standard, what it finds counts as looked at; the validator doesn't have it so.
  const seen: Seen = new Map(
    items.filter((each) => each.verdict !== 'fail').map((each) => [each.index, 'perhaps']),
  );
  return verdict === 'fail'
    ? failed(instance.pointer, `must contain ${containing(wanted)} valid item(s)`)
    : { verdict, faults: [], seen };
}

function containing({ least, most }: Range): string {
  return most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`;
}

function length(instance: Instance, range: Range): Judgement {
  if (!isList(instance)) return PASS;
  const items = elementsOf(instance);
  const known = items.filter(({ unknown }) => unknown === undefined).length;
  const least = known > 0 ? known : Math.min(1, items.length);
  const verdict = within({ least, most: items.length }, range);
  return verdict === 'fail'
    ? failed(instance.pointer, `must have ${rangeOf(range)} items`)
    : { verdict, faults: [] };
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
