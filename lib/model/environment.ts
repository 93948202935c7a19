import { isRecord, isText } from '../base/guards.js';
import { inert, quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { atMost } from '../base/texts.js';
import { MAX_ENTRIES } from './limits.js';
import { hasOther, isDotName, keyReference, sourceReference } from './references.js';
import type { EnvironmentSpec } from './specification.js';

/** A variable's value: literal text, or one key of a secret or config map. */
export type EnvironmentValue =
  | string
  | { readonly secret: string; readonly key: string }
  | { readonly configMap: string; readonly key: string };

/** A secret or config map, every key of which becomes a variable. */
export type EnvironmentSource =
  | { readonly secret: string; readonly prefix?: string }
  | { readonly configMap: string; readonly prefix?: string };

const NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;
const PREFIX = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const MAX_NAME = 253;

/** What the platform sets in every run. */
const INJECTED = [
  'JOB_INDEX',
  'JOB_ARRAY_SIZE',
  'JOB_INDEX_RETRY_COUNT',
  'JOB_MODE',
  'JOB_RETRY_LIMIT',
];

/**
 * Checks the environment of a job template: variables first, in the order of their declaration,
 * then whole secrets and config maps.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-envvar
 */
export function checkEnvironment(
  variables: Readonly<Record<string, EnvironmentValue>> | undefined,
  sources: readonly EnvironmentSource[] | undefined,
): Checked<readonly EnvironmentSpec[]> {
  const problems = new Problems();
  const named = problems.take(checkVariables(variables)) ?? [];
  const whole = problems.take(checkSources(sources)) ?? [];
  const count =
    Object.keys(isRecord(variables) ? variables : {}).length +
    (Array.isArray(sources) ? sources.length : 0);
  if (count > MAX_ENTRIES) {
    problems.add({
      code: 'environment/too-many',
      message: `\`environment\` has ${count} entries, more than ${MAX_ENTRIES}.`,
      remedy: 'Put several values into one config map and use `environmentFrom`.',
    });
  }
  return problems.result([...named, ...whole]);
}

function checkVariables(variables: unknown): Checked<readonly EnvironmentSpec[]> {
  if (variables === undefined) return { value: [], problems: [] };
  if (!isRecord(variables)) return { problems: [wrongShape('environment', variables)] };
  const problems = new Problems();
  const found = new Problems();
  const checked = Object.entries(variables).map(([name, value]) => {
    for (const problem of checkName(name)) found.add(problem);
    return found.take(checkValue(name, value));
  });
  problems.take({ problems: atMost(found.all) });
  return problems.result(checked.filter((entry) => entry !== undefined));
}

function checkName(name: string): readonly Problem[] {
  if (INJECTED.includes(name) || name.startsWith('CE_')) {
    return [
      {
        code: 'environment/injected',
        message: `\`environment.${inert(name)}\` is set by the platform in every run.`,
        remedy: 'Choose another name; names that begin with CE_ are the platform’s.',
      },
    ];
  }
  if (name.length <= MAX_NAME && NAME.test(name) && !isDotName(name)) return [];
  return [
    {
      code: 'environment/name',
      message: `\`environment\` has ${quote(name)}, which is not a variable's name.`,
      remedy: 'Use letters, digits, `_`, `-` and `.`, not beginning with a digit.',
    },
  ];
}

function checkValue(name: string, value: unknown): Checked<EnvironmentSpec> {
  const field = `environment.${inert(name)}`;
  if (typeof value === 'string') {
    return isText(value) && !value.includes('\0')
      ? { value: { name, value }, problems: [] }
      : { problems: [wrongText(field)] };
  }
  const reference = keyReference(value);
  return reference === undefined
    ? { problems: [wrongShape(field, value)] }
    : { value: { name, ...reference }, problems: [] };
}

function checkSources(sources: unknown): Checked<readonly EnvironmentSpec[]> {
  if (sources === undefined) return { value: [], problems: [] };
  if (!Array.isArray(sources)) return { problems: [wrongShape('environmentFrom', sources)] };
  const problems = new Problems();
  const found = new Problems();
  const seen = new Set<string>();
  const checked = sources.map((source: unknown, index) => {
    const field = `environmentFrom[${index}]`;
    const entry = found.take(checkSource(field, source));
    const key = JSON.stringify(entry);
    if (entry !== undefined && seen.has(key)) found.add(twice(field));
    seen.add(key);
    return entry;
  });
  problems.take({ problems: atMost(found.all) });
  return problems.result(checked.filter((entry) => entry !== undefined));
}

function checkSource(field: string, value: unknown): Checked<EnvironmentSpec> {
  if (!isRecord(value) || hasOther(value, ['secret', 'configMap', 'prefix'])) {
    return { problems: [wrongShape(field, value)] };
  }
  const { prefix } = value;
  const source = sourceReference(value);
  if (source === undefined) return { problems: [wrongShape(field, value)] };
  if (prefix === undefined || prefix === '') return { value: source, problems: [] };
  if (typeof prefix !== 'string' || prefix.length > MAX_NAME || !PREFIX.test(prefix)) {
    return { problems: [wrongPrefix(field, prefix)] };
  }
  return { value: { ...source, prefix }, problems: [] };
}

/** What the text is stays unsaid: nobody knows what people put into their environment. */
function wrongText(field: string): Problem {
  return {
    code: 'environment/value',
    message: `\`${field}\` has a character that no variable can hold: NUL, or half of one beyond the first 65536.`,
    remedy: 'Remove it, or encode the value, for example in base64.',
  };
}

function wrongPrefix(field: string, prefix: unknown): Problem {
  return {
    code: 'environment/prefix',
    message: `\`${field}.prefix\` ${quote(prefix)} can't begin a variable's name.`,
    remedy: `Use at most ${MAX_NAME} letters, digits and \`_\`, not beginning with a digit.`,
  };
}

function twice(field: string): Problem {
  return {
    code: 'environment/duplicate',
    message: `\`${field}\` repeats an entry above it.`,
    remedy: 'Remove it, or give it a `prefix` of its own.',
  };
}

function wrongShape(field: string, value: unknown): Problem {
  return {
    code: 'environment/value',
    message: `\`${field}\` is ${quote(value)}, which is not one of the five kinds of environment.`,
    remedy:
      "In `environment`: NAME: 'text', NAME: { secret, key } or NAME: { configMap, key }. In `environmentFrom`: { secret, prefix } or { configMap, prefix }, the prefix optional. Names are those of items in the project.",
  };
}
