import { isRecord } from '../../../base/guards.js';
import { inside } from '../field-check.js';
import type { At, Keyword } from '../keyword.js';
import { evaluateMembers } from '../members.js';
import { linear } from '../patterns.js';
import { ofObjects } from '../predicate.js';
import { PARTS } from '../subschema.js';
import { UNNAMED } from '../wording.js';

export const additionalProperties: Keyword = {
  name: 'additionalProperties',
  types: ['object'],
  schemas: PARTS,
  evaluate: (evaluator, operand, instance, at) =>
    evaluateMembers(evaluator, instance, (name) =>
      isNamed(name, at) ? [] : [[operand, `${at.pointer}/additionalProperties`]],
    ),
  match: (_, { schema, part }) => {
    const named = new Set(Object.keys(Object(schema['properties'])));
    const patterns = Object.keys(Object(schema['patternProperties'])).map(linear);
    const rest = part('/additionalProperties');
    return ofObjects((object) =>
      Object.keys(object).every(
        (name) =>
          named.has(name) || patterns.some((each) => each.test(name)) || rest.test(object[name]),
      ),
    );
  },
  fields: inside(({ members }) => members),
  message: () => UNNAMED,
};

function isNamed(name: string, { schema }: At): boolean {
  const { properties, patternProperties } = schema;
  if (isRecord(properties) && Object.hasOwn(properties, name)) return true;
  return Object.keys(Object(patternProperties)).some((each) => linear(each).test(name));
}
