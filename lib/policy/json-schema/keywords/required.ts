import { below, checkMember } from '../field-check.js';
import { certainNames, type Instance, possibleNames } from '../instance.js';
import type { Keyword } from '../keyword.js';
import { has, isTexts, type Members, ofObjects } from '../predicate.js';
import { entriesOf } from '../subschema.js';
import { all, failure, type Judgement, PASS, UNDECIDED } from '../verdict.js';
import { requiredWording } from '../wording.js';

export const required: Keyword = {
  name: 'required',
  types: ['object'],
  evaluate: (_, operand, instance) => evaluateNames(operand, instance),
  match: (operand) =>
    isTexts(operand) ? ofObjects((object) => hasAll(object, operand)) : undefined,
  fields: (walk, operand, at) => {
    for (const [index, name] of entriesOf(operand)) {
      checkMember(walk, String(name), below(at, index));
    }
  },
  message: ({ missingProperty }) => requiredWording(missingProperty),
};

/** Whether an object has all of some names. */
export function evaluateNames(names: unknown, instance: Instance): Judgement {
  const texts = Array.isArray(names) ? names.filter((each) => typeof each === 'string') : [];
  return all(texts.map((name) => evaluateName(name, instance)));
}

/** The same of an object that is known. */
export function hasAll(object: Members, names: readonly string[]): boolean {
  for (const name of names) if (!has(object, name)) return false;
  return true;
}

function evaluateName(name: string, instance: Instance): Judgement {
  if (certainNames(instance).includes(name)) return PASS;
  return possibleNames(instance).includes(name)
    ? UNDECIDED
    : failure(instance.pointer, requiredWording(name));
}
