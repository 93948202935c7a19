import { branchOf, mergeEvaluated } from '../evaluated.js';
import type { Instance } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { EACH_SAME_VALUE } from '../subschema.js';
import {
  all,
  any,
  failure,
  type Judgement,
  PASS,
  type SchemaVerdict,
  UNDECIDED,
} from '../verdict.js';

const EXACTLY_ONE = 'must meet exactly one of several conditions';

/** What is wrong beside what the schemas in it say. */
const WORDING: Readonly<Record<string, string>> = {
  anyOf: 'must meet one of several conditions',
  oneOf: EXACTLY_ONE,
};

/** Several schemas for the same value. */
export const combinations: readonly Keyword[] = [
  combination('allOf', all, (matching, count) => matching === count),
  combination('anyOf', any, (matching) => matching > 0),
  combination('oneOf', one, (matching) => matching === 1),
];

function combination(
  name: string,
  join: (found: readonly Judgement[], instance: Instance) => Judgement,
  holds: (matching: number, count: number) => boolean,
): Keyword {
  return {
    name,
    schemas: EACH_SAME_VALUE,
    evaluate: (evaluator, operand, instance, at) => {
      const schemas: readonly unknown[] = Array.isArray(operand) ? operand : [];
      const found = schemas.map((each, index) =>
        branchOf(evaluator.schema(each, `${at.pointer}/${name}/${index}`, instance)),
      );
      const evaluated = mergeEvaluated(found.map((each) => each.evaluated));
      return { ...join(found, instance), evaluated };
    },
    message: () => WORDING[name],
    match: (operand, { part }) => {
      if (!Array.isArray(operand)) return undefined;
      const branches = operand.map((_, index) => part(`/${name}/${index}`));
      return (value) => holds(branches.filter((each) => each.test(value)).length, branches.length);
    },
  };
}

function one(found: readonly Judgement[], { pointer }: Instance): Judgement {
  const count = (wanted: SchemaVerdict) => found.filter(({ verdict }) => verdict === wanted).length;
  const isUndecided = count('pass') < 2 && count('undecided') > 0;
  if (isUndecided) return UNDECIDED;
  return count('pass') === 1 ? PASS : failure(pointer, EXACTLY_ONE);
}
