import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { inert } from '../model/inert.js';
import type { PolicyDocument } from '../model/policy-document.js';
import type { Checked } from '../model/problem.js';
import { isRecord } from '../model/record.js';
import type { Fault } from './fault.js';
import { type Judgement, Kleene, type Validate } from './kleene.js';

/** A policy that can be held against objects. */
export interface Policy {
  readonly document: PolicyDocument;
  /** The verdict about an object, given what of it isn't known. */
  readonly judge: (values: unknown, unknown: unknown) => Judgement;
}

/** Makes a policy ready for use, once for all objects. */
export function compilePolicy(document: PolicyDocument): Checked<Policy> {
  try {
    compiler(true).compile(document.schema);
    const kleene = new Kleene(validatorOf(compiler(false)));
    const judge = (values: unknown, unknown: unknown) =>
      kleene.judge(document.schema, values, unknown);
    return { value: { document, judge }, problems: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it failed';
    return {
      problems: [
        {
          code: 'policy/schema',
          message: `The schema of policy ${document.id} can't be used: ${inert(why)}.`,
          remedy:
            'Correct it: JSON Schema 2020-12, known keywords only, and patterns as RE2 has them.',
          path: 'schema',
        },
      ],
    };
  }
}

/**
 * One for each policy, since two policies may name their parts alike. Strict with the policy as it
 * is written; a part of it, taken alone, may lack what stands beside it.
 */
function compiler(strict: boolean): Ajv2020 {
  return new Ajv2020({
    strict,
    strictRequired: false,
    allErrors: true,
    allowUnionTypes: true,
    addUsedSchema: false,
    code: { regExp: linear },
  });
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

/** Validates by any part of a schema, each compiled once. Parts that refer elsewhere can't stand alone. */
function validatorOf(ajv: Ajv2020): Validate {
  const compiled = new Map<unknown, ValidateFunction | undefined>();
  return (schema, value) => {
    if (!compiled.has(schema)) compiled.set(schema, compiledOrNot(ajv, schema));
    const validate = compiled.get(schema);
    return validate === undefined ? undefined : faultsOf(validate, value);
  };
}

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
  const names = keyword === 'enum' ? `: ${listOf(params['allowedValues'])}` : '';
  return { pointer: instancePath, message: `${message ?? keyword}${names}` };
}

function listOf(values: unknown): string {
  return Array.isArray(values) ? values.map((each) => JSON.stringify(each)).join(', ') : '';
}
