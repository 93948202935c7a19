import { isRecord } from '../../../base/guards.js';
import { stepOf } from '../../shape/part.js';
import { NONE, surely } from '../evaluated.js';
import { below, checkMember } from '../field-check.js';
import { childOf } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { has, ofObjects } from '../predicate.js';
import { EACH_PARTS, entriesOf } from '../subschema.js';
import { all, type Judgement, PASS } from '../verdict.js';

export const properties: Keyword = {
  name: 'properties',
  types: ['object'],
  schemas: EACH_PARTS,
  // Goes by the schema's names, which are fewer than those of most objects.
  evaluate: (evaluator, operand, instance, at) => {
    if (!isRecord(operand)) return PASS;
    const names: string[] = [];
    const found: Judgement[] = [];
    for (const name of Object.keys(operand)) {
      const inner = childOf(instance, name);
      if (inner === undefined) continue;
      names.push(name);
      found.push(evaluator.schema(operand[name], `${at.pointer}/properties${stepOf(name)}`, inner));
    }
    return { ...all(found), evaluated: evaluator.isJoint ? surely(names) : NONE };
  },
  match: (operand, { part }) => {
    const members = Object.keys(Object(operand)).map(
      (name) => [name, part(`/properties${stepOf(name)}`)] as const,
    );
    return ofObjects((object) => {
      for (const [name, schema] of members)
        if (has(object, name) && !schema.test(object[name])) return false;
      return true;
    });
  },
  fields: (walk, operand, at) => {
    for (const [name, schema] of entriesOf(operand)) {
      const member = below(at, name);
      const shape = checkMember(walk, name, member);
      const place = `${at.place}${stepOf(name)}`;
      if (shape !== undefined) walk.visit({ ...member, schema, shape, place });
    }
  },
};
