import type { Maker } from '../predicate.js';

/** The keywords about lists. */
export const LIST_MAKERS: Readonly<Record<string, Maker>> = {
  prefixItems: (operand, { part }) => {
    if (!Array.isArray(operand)) return undefined;
    const schemas = operand.map((_, index) => part(`/prefixItems/${index}`));
    return ofLists((list) =>
      schemas.every((schema, index) => index >= list.length || schema.test(list[index])),
    );
  },
  items: (_, { schema, part }) => {
    const prefix = schema['prefixItems'];
    const start = Array.isArray(prefix) ? prefix.length : 0;
    const rest = part('/items');
    return ofLists((list) => list.every((each, index) => index < start || rest.test(each)));
  },
  contains: (_, { schema, part }) => {
    const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = schema;
    const item = part('/contains');
    return ofLists((list) => {
      const found = list.filter((each) => item.test(each)).length;
      return found >= Number(minContains) && found <= Number(maxContains);
    });
  },
  minItems: (bound) => ofLists((list) => list.length >= Number(bound)),
  maxItems: (bound) => ofLists((list) => list.length <= Number(bound)),
};

function ofLists(holds: (list: readonly unknown[]) => boolean) {
  return (value: unknown) => !Array.isArray(value) || holds(value);
}
