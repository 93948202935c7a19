import { evaluatedItems } from '../evaluated.js';
import { below, inside } from '../field-check.js';
import { elementsOf } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { ofLists } from '../predicate.js';
import { EACH_PARTS, entriesOf, PARTS } from '../subschema.js';
import { all, atMost } from '../verdict.js';
import { sizeWording } from '../wording.js';

const prefixItems: Keyword = {
  name: 'prefixItems',
  types: ['array'],
  schemas: EACH_PARTS,
  evaluate: (evaluator, operand, instance, at) => {
    const schemas: readonly unknown[] = Array.isArray(operand) ? operand : [];
    const items = elementsOf(instance).slice(0, schemas.length);
    const found = items.map((each, index) =>
      evaluator.schema(schemas[index], `${at.pointer}/prefixItems/${index}`, each),
    );
    return { ...all(found), evaluated: evaluatedItems(items.keys()) };
  },
  match: (operand, { part }) => {
    if (!Array.isArray(operand)) return undefined;
    const schemas = operand.map((_, index) => part(`/prefixItems/${index}`));
    return ofLists((list) =>
      schemas.every((schema, index) => index >= list.length || schema.test(list[index])),
    );
  },
  fields: (walk, operand, at) => {
    const shape = at.shape.elements;
    if (shape === undefined) return;
    for (const [index, schema] of entriesOf(operand)) {
      walk.visit({ ...below(at, index), schema, shape, place: `${at.place}/${index}` });
    }
  },
};

const rest: Keyword = {
  name: 'items',
  types: ['array'],
  schemas: PARTS,
  evaluate: (evaluator, operand, instance, at) => {
    const start = startIn(at.schema);
    const items = elementsOf(instance).slice(start);
    const found = items.map((each) => evaluator.schema(operand, `${at.pointer}/items`, each));
    if (!evaluator.isJoint) return all(found);
    const indices = items.map((_, index) => index + start);
    return { ...all(found), evaluated: evaluatedItems(indices) };
  },
  match: (_, { schema, part }) => {
    const start = startIn(schema);
    const item = part('/items');
    return ofLists((list) => list.every((each, index) => index < start || item.test(each)));
  },
  fields: inside(({ elements }) => elements),
  message: ({ limit }, message) =>
    limit === undefined ? message : sizeWording(atMost(limit), 'item'),
};

/** The items of a list: the first ones each by its own schema, the rest by one. */
export const items: readonly Keyword[] = [prefixItems, rest];

function startIn({ prefixItems }: Readonly<Record<string, unknown>>): number {
  return Array.isArray(prefixItems) ? prefixItems.length : 0;
}
