import { isRecord } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { type Problem, Problems } from '../base/problem.js';

/** A policy's parameters: JSON Schemas by name, each with a `default`. */
export type ParameterSchemas = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Checks a value against a schema; what the schema wants where it doesn't fit. */
export type CheckValue = (schema: unknown, value: unknown) => string | undefined;

/**
 * The values of a policy's parameters: what reprieve.yaml sets, and defaults for the rest. A value
 * that doesn't fit its parameter, and one for a parameter that isn't there, is a problem.
 */
export function parameterValues(
  id: string,
  schemas: ParameterSchemas,
  given: Readonly<Record<string, unknown>>,
  check: CheckValue,
): ParameterValues {
  const problems = new Problems();
  const values = new Map<string, unknown>();
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schemas, name)) problems.add(unknownParameter(id, name, schemas));
  }
  const unfit = new Set<string>();
  for (const [name, schema] of Object.entries(schemas)) {
    const isGiven = Object.hasOwn(given, name);
    const value = isGiven ? given[name] : schema['default'];
    const fault = check(schema, value);
    values.set(name, fault === undefined ? value : schema['default']);
    if (fault === undefined) continue;
    problems.add(wrongValue(id, name, fault, isGiven));
    if (!isGiven || check(schema, schema['default']) !== undefined) unfit.add(name);
  }
  return { values, unfit, problems: problems.all };
}

/** The values of a policy's parameters; in place of what doesn't fit, the default. */
export interface ParameterValues {
  readonly values: ReadonlyMap<string, unknown>;
  /** Those whose default doesn't fit either: what is made with it has faults that are no others. */
  readonly unfit: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** A policy's schemas with its parameters' values in place, and what is wrong about those. */
export interface Filled {
  readonly schemas: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/**
 * A policy's schemas in which every `{ $parameter: NAME }` is replaced by that parameter's value.
 * Names that aren't declared, and declared ones that nothing uses, are problems.
 */
export function withParameters(
  id: string,
  schemas: Readonly<Record<string, unknown>>,
  values: ReadonlyMap<string, unknown>,
): Filled {
  const problems = new Problems();
  const used = new Set<string>();
  const fill = (name: string) => {
    used.add(name);
    if (!values.has(name)) problems.add(undeclared(id, name, [...values.keys()]));
    return values.get(name);
  };
  const replaced = Object.entries(schemas).map(([key, each]) => [key, replace(each, fill)]);
  for (const name of values.keys()) if (!used.has(name)) problems.add(unused(id, name));
  return { schemas: Object.fromEntries(replaced), problems: problems.all };
}

/** The ways to where some parameters stand. */
export function placesOf(
  tree: unknown,
  names: ReadonlySet<string>,
  way: readonly string[] = [],
): readonly (readonly string[])[] {
  if (names.size === 0 || typeof tree !== 'object' || tree === null) return [];
  const entries = Object.entries(tree);
  const [key, name] = entries[0] ?? [];
  if (entries.length === 1 && key === '$parameter') return names.has(String(name)) ? [way] : [];
  return entries.flatMap(([each, value]) => placesOf(value, names, [...way, each]));
}

function replace(tree: unknown, resolve: (name: string) => unknown): unknown {
  if (Array.isArray(tree)) return tree.map((each) => replace(each, resolve));
  if (!isRecord(tree)) return tree;
  const entries = Object.entries(tree);
  const [key, name] = entries[0] ?? [];
  if (entries.length === 1 && key === '$parameter') return resolve(String(name));
  return Object.fromEntries(entries.map(([each, value]) => [each, replace(value, resolve)]));
}

function unknownParameter(id: string, name: string, schemas: ParameterSchemas): Problem {
  const known = Object.keys(schemas);
  return {
    code: 'policy/unknown-parameter',
    message: `The policy ${quote(id)} has no parameter ${quote(name)}.${didYouMean(name, known)}`,
    remedy:
      known.length === 0
        ? 'Remove it from policies.parameters in reprieve.yaml.'
        : `In policies.parameters of reprieve.yaml, it can have: ${known.join(', ')}.`,
    path: `policies.parameters.${id}`,
  };
}

function wrongValue(id: string, name: string, fault: string, isGiven: boolean): Problem {
  const whose = isGiven ? 'value' : 'default';
  return {
    code: 'policy/parameter-value',
    message: `The ${whose} of parameter ${quote(name)} of policy ${quote(id)} doesn't fit: it ${fault}.`,
    remedy: isGiven
      ? 'Correct it in policies.parameters of reprieve.yaml.'
      : 'Give the parameter a `default` that fits its own schema.',
    path: isGiven ? `policies.parameters.${id}.${name}` : `parameters.${name}`,
  };
}

function undeclared(id: string, name: string, known: readonly string[]): Problem {
  return {
    code: 'policy/undeclared-parameter',
    message: `Policy ${quote(id)} uses a parameter ${quote(name)} that isn't declared.${didYouMean(name, known)}`,
    remedy: 'Declare it under `parameters`, with a `default`.',
    path: 'schema',
  };
}

function unused(id: string, name: string): Problem {
  return {
    code: 'policy/unused-parameter',
    message: `Nothing in policy ${quote(id)} uses its parameter ${quote(name)}.`,
    remedy: `Write { $parameter: ${name} } where its value belongs, or remove it.`,
    path: `parameters.${name}`,
  };
}
