import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { isRecord } from '../model/record.js';
import type { Fault } from './fault.js';
import { imageReferenceKeyword } from './keywords/image-reference.js';
import { quantityKeyword } from './keywords/quantity.js';
import type { Validate } from './kleene.js';

/** Keywords beside those of JSON Schema. */
const KEYWORDS = [imageReferenceKeyword, quantityKeyword] as const;

/**
 * One for each policy, since two policies may name their parts alike. Strict with the policy as it
 * is written; a part of it, taken alone, may lack what stands beside it.
 */
export function compilerOf(strict: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    strict,
    strictRequired: false,
    allErrors: true,
    allowUnionTypes: true,
    addUsedSchema: false,
    code: { regExp: linear },
  });
  for (const keyword of KEYWORDS) ajv.addKeyword(keyword);
  return ajv;
}

/** Validates by any part of a schema, each compiled once. Parts that refer elsewhere can't stand alone. */
export function validatorOf(ajv: Ajv2020): Validate {
  const compiled = new Map<unknown, ValidateFunction | undefined>();
  return (schema, value) => {
    if (!compiled.has(schema)) compiled.set(schema, compiledOrNot(ajv, schema));
    const validate = compiled.get(schema);
    return validate === undefined ? undefined : faultsOf(validate, value);
  };
}

/**
 * Patterns run in time linear in the text, whatever they are: both come from outside.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
function linear(pattern: string) {
  const compiled = RE2JS.compile(pattern);
  // Ajv tells patterns apart by their text: without it, the first one would stand for all.
  return {
    test: (text: string) => compiled.matcher(text).find(),
    toString: () => `re2:${pattern}`,
  };
}
linear.code = 'RE2JS';

function compiledOrNot(ajv: Ajv2020, schema: unknown): ValidateFunction | undefined {
  if (typeof schema !== 'boolean' && !isRecord(schema)) return undefined;
  try {
    return ajv.compile(schema);
  } catch {
    return undefined;
  }
}

function faultsOf(validate: ValidateFunction, values: unknown): readonly Fault[] {
  if (validate(values)) return [];
  const faults = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(faultOf);
  return faults.length === 0 ? [{ pointer: '', message: 'does not match the schema' }] : faults;
}

/** Ajv's messages repeat what the schema says, never what the object has. */
function faultOf({ instancePath, message, keyword, params }: ErrorObject): Fault {
  if (keyword === 'const') {
    return { pointer: instancePath, message: `must be ${written(params['allowedValue'])}` };
  }
  const names = keyword === 'enum' ? `: ${listOf(params['allowedValues'])}` : '';
  return { pointer: instancePath, message: `${message ?? keyword}${names}` };
}

function listOf(values: unknown): string {
  return Array.isArray(values) ? values.map(written).join(', ') : '';
}

function written(value: unknown): string {
  return JSON.stringify(value) ?? 'a certain value';
}
