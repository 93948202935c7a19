import { canonicalText } from '../equality.js';
import { elementsOf } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { ofLists } from '../predicate.js';
import { failure, PASS, UNDECIDED } from '../verdict.js';

const ONCE = 'must not have the same item twice';

export const uniqueItems: Keyword = {
  name: 'uniqueItems',
  types: ['array'],
  evaluate: (_, operand, instance) => {
    if (operand !== true) return PASS;
    const items = elementsOf(instance);
    const known = items.filter(({ unknown }) => unknown === undefined).map(({ value }) => value);
    if (isAnyTwice(known)) return failure(instance.pointer, ONCE);
    return items.length <= 1 || known.length === items.length ? PASS : UNDECIDED;
  },
  match: (operand) => (operand === true ? ofLists((list) => !isAnyTwice(list)) : () => true),
  message: () => ONCE,
};

function isAnyTwice(values: readonly unknown[]): boolean {
  return new Set(values.map(canonicalText)).size < values.length;
}
