import { surely } from '../evaluated.js';
import { inside } from '../field-check.js';
import { elementsOf, possibleNames } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { evaluateMember } from '../members.js';
import { PARTS } from '../subschema.js';
import { all, unless } from '../verdict.js';
import { UNNAMED } from '../wording.js';

const unevaluatedProperties: Keyword = {
  name: 'unevaluatedProperties',
  types: ['object'],
  isTied: true,
  schemas: PARTS,
  evaluateRest: (evaluator, operand, instance, at, evaluated) => {
    const pointer = `${at.pointer}/unevaluatedProperties`;
    const names = possibleNames(instance);
    const found = names
      .filter((name) => evaluated.get(name) !== 'surely')
      .map((name) =>
        unless(evaluated.has(name), evaluateMember(evaluator, instance, name, [operand, pointer])),
      );
    return { ...all(found), evaluated: surely(names) };
  },
  fields: inside(({ members }) => members),
  message: () => UNNAMED,
};

const unevaluatedItems: Keyword = {
  name: 'unevaluatedItems',
  types: ['array'],
  isTied: true,
  schemas: PARTS,
  evaluateRest: (evaluator, operand, instance, at, evaluated) => {
    const pointer = `${at.pointer}/unevaluatedItems`;
    const items = elementsOf(instance).map((each, index) => [String(index), each] as const);
    const found = items
      .filter(([index]) => evaluated.get(index) !== 'surely')
      .map(([index, each]) =>
        unless(evaluated.has(index), evaluator.schema(operand, pointer, each)),
      );
    return { ...all(found), evaluated: surely(items.map(([index]) => index)) };
  },
  fields: inside(({ elements }) => elements),
  message: () => 'must not have more items',
};

/** About what no other keyword has evaluated. */
export const unevaluated: readonly Keyword[] = [unevaluatedProperties, unevaluatedItems];
