import { inert } from '../model/inert.js';
import type { PolicyDocument } from '../model/policy-document.js';
import { type Checked, type Problem, Problems } from '../model/problem.js';
import { compilerOf, validatorOf } from './compiler.js';
import { type Judgement, Kleene } from './kleene.js';
import { parameterValues, withParameters } from './parameters.js';
import { VIRTUAL_TARGETS } from './targets.js';

/** A policy that can be held against objects. */
export interface Policy {
  readonly document: PolicyDocument;
  /** The verdict about an object, given what of it isn't known. */
  readonly judge: (values: unknown, unknown: unknown) => Judgement;
  /** Whether the policy is about an object at all: what its `when` says. */
  readonly concerns: (values: unknown, unknown: unknown) => Judgement;
}

const ALL: Policy['concerns'] = () => ({ verdict: 'pass', faults: [] });

/**
 * Makes a policy ready for use, once for all objects.
 *
 * @param parameters - what reprieve.yaml sets; defaults stand for the rest
 */
export function compilePolicy(
  document: PolicyDocument,
  parameters: Readonly<Record<string, unknown>> = {},
): Checked<Policy> {
  const { id, kinds, target } = document;
  const problems = new Problems();
  if (kinds !== undefined && !VIRTUAL_TARGETS.includes(target)) problems.add(noKinds(document));
  const checked = parameterValues(id, document.parameters ?? {}, parameters, firstFault);
  const values = problems.take(checked);
  if (values === undefined) return { problems: problems.all };
  const { schema, when } = document;
  const written = { schema, ...(when === undefined ? {} : { when }) };
  const filled = problems.take(withParameters(id, written, values));
  if (filled === undefined) return { problems: problems.all };
  const judge = problems.take(compiled(id, 'schema', filled['schema']));
  const concerns = when === undefined ? ALL : problems.take(compiled(id, 'when', filled['when']));
  return judge === undefined || concerns === undefined
    ? { problems: problems.all }
    : problems.result({ document, judge, concerns });
}

function compiled(id: string, path: string, schema: unknown): Checked<Policy['judge']> {
  const fault = schemaFault(schema);
  if (fault !== undefined) return { problems: [unusable(id, path, fault)] };
  const kleene = new Kleene(validatorOf(compilerOf(false)));
  return { value: (value, unknown) => kleene.judge(schema, value, unknown), problems: [] };
}

function schemaFault(schema: unknown): string | undefined {
  try {
    compilerOf(true).compile(Object(schema));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'it failed';
  }
}

function firstFault(schema: unknown, value: unknown): string | undefined {
  const fault = schemaFault(schema);
  if (fault !== undefined) return `has a schema that can't be used: ${inert(fault)}`;
  const [found] = validatorOf(compilerOf(false))(schema, value) ?? [];
  return found?.message;
}

function unusable(id: string, path: string, why: string): Problem {
  return {
    code: 'policy/schema',
    message: `The \`${path}\` of policy ${id} can't be used: ${inert(why)}.`,
    remedy: 'Correct it: JSON Schema 2020-12, known keywords only, and patterns as RE2 has them.',
    path,
  };
}

function noKinds({ id, target }: PolicyDocument): Problem {
  return {
    code: 'policy/kinds',
    message: `The policy ${id} names \`kinds\`, but its target \`${target}\` is no part of a manifest.`,
    remedy: `Take one of ${VIRTUAL_TARGETS.join(', ')} as the target, or remove \`kinds\`.`,
    path: 'kinds',
  };
}
