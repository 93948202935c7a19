import { isRecord } from '../../../model/record.js';
import { stepOf } from '../../shape/part.js';
import { type Evaluated, evaluatedIf, merged, NONE, surely } from '../evaluated.js';
import { certainNames, childOf, type Instance, possibleNames } from '../instance.js';
import type { At, Finding, Judge, Rule } from '../keyword.js';
import {
  all,
  atLeast,
  atMost,
  failed,
  type Judgement,
  PASS,
  type Range,
  rangeOf,
  UNDECIDED,
  unless,
  within,
} from '../verdict.js';
import { quantityJudgement } from './quantity.js';

const isObject = ({ value }: Instance) => isRecord(value);

const rules: Readonly<Record<string, Rule>> = {
  required: (_, operand, instance) =>
    isObject(instance) ? all(textsIn(operand).map((name) => has(instance, name))) : PASS,
  properties,
  patternProperties: (judge, operand, instance, at) =>
    members(judge, instance, (name) =>
      Object.entries(Object(operand))
        .filter(([pattern]) => judge.validator.matches(pattern, name))
        .map(([pattern, schema]) => [schema, `${at.pointer}/patternProperties${stepOf(pattern)}`]),
    ),
  additionalProperties: (judge, operand, instance, at) =>
    members(judge, instance, (name) =>
      isNamed(judge, name, at) ? [] : [[operand, `${at.pointer}/additionalProperties`]],
    ),
  propertyNames: (judge, operand, instance, at) =>
    isObject(instance) ? all(names(judge, operand, instance, at)) : PASS,
  minProperties: (_, operand, instance) => count(instance, atLeast(operand)),
  maxProperties: (_, operand, instance) => count(instance, atMost(operand)),
  dependentRequired: (_, operand, instance) =>
    dependents(operand, instance, (needed) =>
      all(textsIn(needed).map((name) => has(instance, name))),
    ),
  dependentSchemas: (judge, operand, instance, at) =>
    dependents(operand, instance, (schema, name) =>
      judge.schema(schema, `${at.pointer}/dependentSchemas${stepOf(name)}`, instance),
    ),
  quantity: (judge, operand, instance) =>
    isObject(instance)
      ? quantityJudgement(operand, instance)
      : judge.alone('quantity', operand, instance),
};

/** The keywords about objects, whose members may be there or not. */
export const OBJECT_RULES = {
  rules,
  unevaluatedProperties(
    judge: Judge,
    operand: unknown,
    instance: Instance,
    at: At,
    evaluated: Evaluated,
  ) {
    if (!isObject(instance)) return PASS;
    const pointer = `${at.pointer}/unevaluatedProperties`;
    const found = possibleNames(instance)
      .filter((name) => evaluated.get(name) !== 'surely')
      .map((name) => unless(evaluated.has(name), child(judge, instance, name, operand, pointer)));
    return { ...all(found), evaluated: surely(possibleNames(instance)) };
  },
};

/** Goes by the schema's names, which are fewer than those of most objects. */
function properties(judge: Judge, operand: unknown, instance: Instance, at: At): Finding {
  if (!isObject(instance) || !isRecord(operand)) return PASS;
  const looked: string[] = [];
  const found: Judgement[] = [];
  for (const name of Object.keys(operand)) {
    const inner = childOf(instance, name);
    if (inner === undefined) continue;
    looked.push(name);
    found.push(judge.schema(operand[name], `${at.pointer}/properties${stepOf(name)}`, inner));
  }
  return { ...all(found), evaluated: surely(looked) };
}

function members(
  judge: Judge,
  instance: Instance,
  schemasFor: (name: string) => readonly (readonly [schema: unknown, pointer: string])[],
): Finding {
  if (!isObject(instance)) return PASS;
  const looked: string[] = [];
  const found = possibleNames(instance).flatMap((name) => {
    const schemas = schemasFor(name);
    if (schemas.length > 0) looked.push(name);
    return schemas.map(([schema, pointer]) => child(judge, instance, name, schema, pointer));
  });
  return { ...all(found), evaluated: surely(looked) };
}

function child(
  judge: Judge,
  instance: Instance,
  name: string,
  schema: unknown,
  pointer: string,
): Judgement {
  const inner = childOf(instance, name);
  return inner === undefined ? PASS : judge.schema(schema, pointer, inner);
}

function has(instance: Instance, name: string): Judgement {
  if (certainNames(instance).includes(name)) return PASS;
  return possibleNames(instance).includes(name)
    ? UNDECIDED
    : failed(instance.pointer, `must have required property '${name}'`);
}

function isNamed(judge: Judge, name: string, { schema }: At): boolean {
  const { properties, patternProperties } = schema;
  if (isRecord(properties) && Object.hasOwn(properties, name)) return true;
  return Object.keys(Object(patternProperties)).some((each) => judge.validator.matches(each, name));
}

function names(judge: Judge, operand: unknown, instance: Instance, at: At): readonly Judgement[] {
  const certain = certainNames(instance);
  return possibleNames(instance).map((name) =>
    unless(
      !certain.includes(name),
      judge.schema(operand, `${at.pointer}/propertyNames`, {
        value: name,
        unknown: undefined,
        pointer: instance.pointer,
      }),
    ),
  );
}

function count(instance: Instance, wanted: Range): Judgement {
  if (!isObject(instance)) return PASS;
  const actual = {
    least: certainNames(instance).length,
    most: possibleNames(instance).length,
  };
  return within(actual, wanted, instance.pointer, `must have ${rangeOf(wanted)} properties`);
}

function dependents(
  operand: unknown,
  instance: Instance,
  demand: (needed: unknown, name: string) => Finding,
): Finding {
  if (!isObject(instance)) return PASS;
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
  return { ...all(found), evaluated: merged(found.map(({ evaluated }) => evaluated)) };
}

function textsIn(operand: unknown): readonly string[] {
  return Array.isArray(operand) ? operand.filter((each) => typeof each === 'string') : [];
}
