import { stepOf } from '../../shape/part.js';
import { evaluatedIf, mergeEvaluated, NONE } from '../evaluated.js';
import { below, checkMember } from '../field-check.js';
import { certainNames, type Instance, possibleNames } from '../instance.js';
import type { Finding, Keyword } from '../keyword.js';
import { has, isTexts, ofObjects } from '../predicate.js';
import { EACH_SAME_VALUE, entriesOf } from '../subschema.js';
import { all, unless } from '../verdict.js';
import { requiredWording } from '../wording.js';
import { evaluateNames, hasAll } from './required.js';

const dependentRequired: Keyword = {
  name: 'dependentRequired',
  types: ['object'],
  evaluate: (_, operand, instance) =>
    evaluateDependents(operand, instance, (names) => evaluateNames(names, instance)),
  match: (operand) => {
    const needs = Object.entries(Object(operand));
    if (!needs.every(([, names]) => isTexts(names))) return undefined;
    return ofObjects((object) =>
      needs.every(
        ([name, names]) => !has(object, name) || (isTexts(names) && hasAll(object, names)),
      ),
    );
  },
  fields: (walk, operand, at) => {
    for (const [name, others] of entriesOf(operand)) {
      const member = below(at, name);
      checkMember(walk, name, member);
      for (const [index, other] of entriesOf(others)) {
        checkMember(walk, String(other), below(member, index));
      }
    }
  },
  message: ({ missingProperty }) => requiredWording(missingProperty),
};

const dependentSchemas: Keyword = {
  name: 'dependentSchemas',
  types: ['object'],
  schemas: EACH_SAME_VALUE,
  evaluate: (evaluator, operand, instance, at) =>
    evaluateDependents(operand, instance, (schema, name) =>
      evaluator.schema(schema, `${at.pointer}/dependentSchemas${stepOf(name)}`, instance),
    ),
  match: (operand, { part }) => {
    const needs = Object.keys(Object(operand)).map(
      (name) => [name, part(`/dependentSchemas${stepOf(name)}`)] as const,
    );
    return ofObjects((object) =>
      needs.every(([name, schema]) => !has(object, name) || schema.test(object)),
    );
  },
  fields: (walk, operand, at) => {
    for (const [name, schema] of entriesOf(operand)) {
      const member = below(at, name);
      if (checkMember(walk, name, member) !== undefined) walk.visit({ ...member, schema });
    }
  },
};

/** What an object must be like if it has some member. */
export const dependents: readonly Keyword[] = [dependentRequired, dependentSchemas];

function evaluateDependents(
  operand: unknown,
  instance: Instance,
  demand: (needed: unknown, name: string) => Finding,
): Finding {
  const certain = certainNames(instance);
  const asked = possibleNames(instance).filter((name) => Object.hasOwn(Object(operand), name));
  const found = asked.map((name) => {
    const isDoubtful = !certain.includes(name);
    const finding = demand(Object(operand)[name], name);
    const { verdict, evaluated = NONE } = finding;
    return {
      ...unless(isDoubtful, finding),
      evaluated: evaluatedIf(isDoubtful ? 'undecided' : verdict, evaluated),
    };
  });
  return { ...all(found), evaluated: mergeEvaluated(found.map(({ evaluated }) => evaluated)) };
}
