import { stepOf } from '../../shape/part.js';
import { below } from '../field-check.js';
import { noName } from '../impossibility.js';
import type { Keyword } from '../keyword.js';
import { evaluateMembers } from '../members.js';
import { linear } from '../patterns.js';
import { ofObjects } from '../predicate.js';
import { EACH_PARTS, entriesOf } from '../subschema.js';

export const patternProperties: Keyword = {
  name: 'patternProperties',
  types: ['object'],
  schemas: EACH_PARTS,
  evaluate: (evaluator, operand, instance, at) =>
    evaluateMembers(evaluator, instance, (name) =>
      Object.entries(Object(operand))
        .filter(([pattern]) => linear(pattern).test(name))
        .map(([pattern, schema]) => [schema, `${at.pointer}/patternProperties${stepOf(pattern)}`]),
    ),
  match: (operand, { part }) => {
    const members = Object.keys(Object(operand)).map(
      (text) => [linear(text), part(`/patternProperties${stepOf(text)}`)] as const,
    );
    return ofObjects((object) =>
      Object.keys(object).every((name) =>
        members.every(([pattern, schema]) => !pattern.test(name) || schema.test(object[name])),
      ),
    );
  },
  fields: (walk, operand, at) => {
    const { names } = at.shape;
    for (const [text, schema] of entriesOf(operand)) {
      const member = below(at, text);
      const fitting = names?.filter((name) => linear(text).test(name));
      const shape = fitting === undefined ? at.shape.members : at.shape.membersOf(fitting);
      walk.tell(shape !== undefined, member, (found) => noName(text, found));
      if (shape !== undefined) walk.visit({ ...member, schema, shape, place: `${at.place}/*` });
    }
  },
};
