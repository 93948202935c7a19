import { FieldShape } from '../../fields/field-shape.js';
import { inside } from '../field-check.js';
import { certainNames, possibleNames } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { ofObjects } from '../predicate.js';
import { PARTS } from '../subschema.js';
import { all, unless } from '../verdict.js';

export const propertyNames: Keyword = {
  name: 'propertyNames',
  types: ['object'],
  schemas: PARTS,
  evaluate: (evaluator, operand, instance, at) => {
    const certain = certainNames(instance);
    const { pointer } = instance;
    const found = possibleNames(instance).map((name) => {
      const text = { value: name, unknown: undefined, pointer };
      const finding = evaluator.schema(operand, `${at.pointer}/propertyNames`, text);
      return unless(!certain.includes(name), finding);
    });
    return all(found);
  },
  match: (_, { part }) => {
    const names = part('/propertyNames');
    return ofObjects((object) => Object.keys(object).every((name) => names.test(name)));
  },
  fields: inside(({ names }) =>
    FieldShape.of([{ type: 'string', ...(names === undefined ? {} : { enum: names }) }], {}),
  ),
  message: () => 'must only have names that the policy allows',
};
