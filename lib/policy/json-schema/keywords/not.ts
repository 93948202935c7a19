import type { Keyword } from '../keyword.js';
import { SAME_VALUE } from '../subschema.js';
import { failure, PASS, UNDECIDED } from '../verdict.js';
import { notWording } from '../wording.js';

export const not: Keyword = {
  name: 'not',
  schemas: SAME_VALUE,
  evaluate: (evaluator, operand, instance, at) => {
    const { verdict } = evaluator.schema(operand, `${at.pointer}/not`, instance);
    if (verdict === 'undecided') return UNDECIDED;
    return verdict === 'fail' ? PASS : failure(instance.pointer, notWording(operand));
  },
  match: (_, { part }) => {
    const inner = part('/not');
    return (value) => !inner.test(value);
  },
  message: (_, __, operand) => notWording(operand),
};
