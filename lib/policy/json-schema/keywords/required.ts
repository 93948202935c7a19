import { isRecord } from '../../../model/record.js';
import { stepOf } from '../../shape/part.js';
import { linear } from '../patterns.js';
import { isTexts, type Maker } from '../predicate.js';

type Members = Readonly<Record<string, unknown>>;

/** The keywords about objects. */
export const OBJECT_MAKERS: Readonly<Record<string, Maker>> = {
  required: (operand) =>
    isTexts(operand) ? ofObjects((object) => hasAll(object, operand)) : undefined,
  properties: (operand, { part }) => {
    const members = Object.keys(Object(operand)).map(
      (name) => [name, part(`/properties${stepOf(name)}`)] as const,
    );
    return ofObjects((object) => {
      for (const [name, schema] of members)
        if (has(object, name) && !schema.test(object[name])) return false;
      return true;
    });
  },
  patternProperties: (operand, { part }) => {
    const members = Object.keys(Object(operand)).map(
      (text) => [linear(text), part(`/patternProperties${stepOf(text)}`)] as const,
    );
    return ofObjects((object) =>
      Object.keys(object).every((name) =>
        members.every(([pattern, schema]) => !pattern.test(name) || schema.test(object[name])),
      ),
    );
  },
  additionalProperties: (_, { schema, part }) => {
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
  propertyNames: (_, { part }) => {
    const names = part('/propertyNames');
    return ofObjects((object) => Object.keys(object).every((name) => names.test(name)));
  },
  minProperties: (bound) => ofObjects((object) => Object.keys(object).length >= Number(bound)),
  maxProperties: (bound) => ofObjects((object) => Object.keys(object).length <= Number(bound)),
  dependentRequired: (operand) => {
    const needs = Object.entries(Object(operand));
    if (!needs.every(([, names]) => isTexts(names))) return undefined;
    return ofObjects((object) =>
      needs.every(
        ([name, names]) => !has(object, name) || (isTexts(names) && hasAll(object, names)),
      ),
    );
  },
  dependentSchemas: (operand, { part }) => {
    const needs = Object.keys(Object(operand)).map(
      (name) => [name, part(`/dependentSchemas${stepOf(name)}`)] as const,
    );
    return ofObjects((object) =>
      needs.every(([name, schema]) => !has(object, name) || schema.test(object)),
    );
  },
};

function ofObjects(holds: (object: Members) => boolean) {
  return (value: unknown) => !isRecord(value) || holds(value);
}

function hasAll(object: Members, names: readonly string[]): boolean {
  for (const name of names) if (!has(object, name)) return false;
  return true;
}

function has(object: Members, name: string): boolean {
  return Object.hasOwn(object, name) && object[name] !== undefined;
}
