import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, memberOf } from '../../base/guards.js';
import { compareTexts } from '../../base/order.js';
import {
  credentialCondition,
  environmentVariable,
  usersIn,
} from '../../model/credential-variable.js';

/** A variable without a value, for want of which a plan fails. */
export interface UnsetVariable {
  readonly name: string;
  /** Who needs it, in words; empty where nobody says. */
  readonly users: string;
  /** Whether it is set to an empty text, which a credential can't be. */
  readonly isEmpty: boolean;
}

/** Where the engine looks for values besides a stack's configuration. */
export interface ValueSources {
  /** The folder of the stack. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The variables of a stack that a plan needs and that have no value: those without a default, and
 * credentials. Nothing is said where values may come from elsewhere: of a workspace of HCP Terraform, or
 * by a file that TF_CLI_ARGS names.
 *
 * @see https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
 */
export function unsetVariables(
  configuration: unknown,
  { folder, env }: ValueSources,
): readonly UnsetVariable[] {
  const variables = memberOf(configuration, 'variable');
  if (!isRecord(variables) || isRemote(configuration)) return [];
  const given = valuesIn(folder, env);
  if (given === undefined) return [];
  return Object.entries(variables)
    .flatMap(([name, body]) => need(name, body))
    .flatMap(({ name, users, isCredential }) => {
      const value = env[environmentVariable(name)];
      const isEmpty = isCredential && value === '' && !given.has(name);
      if (given.has(name) || (value !== undefined && !isEmpty)) return [];
      return [{ name, users, isEmpty }];
    })
    .sort((a, b) => compareTexts(a.name, b.name));
}

interface Need {
  readonly name: string;
  readonly users: string;
  readonly isCredential: boolean;
}

function need(name: string, body: unknown): readonly Need[] {
  const validation = memberOf(memberOf(body, 'validation'), 0);
  const isCredential = memberOf(validation, 'condition') === `\${${credentialCondition(name)}}`;
  if (isCredential) {
    const users = usersIn(String(memberOf(validation, 'error_message')));
    return [{ name, users, isCredential }];
  }
  const hasDefault = isRecord(body) && body['default'] !== undefined;
  return hasDefault ? [] : [{ name, users: '', isCredential }];
}

/** Where plans run elsewhere, so do their variables. */
function isRemote(configuration: unknown): boolean {
  const terraform = memberOf(configuration, 'terraform');
  const backend = memberOf(terraform, 'backend');
  return memberOf(terraform, 'cloud') !== undefined || memberOf(backend, 'remote') !== undefined;
}

/** The names that files and flags give values; undefined where that can't be told. */
function valuesIn(folder: string, env: NodeJS.ProcessEnv): ReadonlySet<string> | undefined {
  const flags = [env['TF_CLI_ARGS'], env['TF_CLI_ARGS_plan']].join(' ');
  if (/-var-file\b/.test(flags)) return undefined;
  const byFlag = [...flags.matchAll(/-var[= ]['"]?([\w-]+)=/g)].map(([, name = '']) => name);
  const byFile = filesIn(folder).map((file) => namesIn(join(folder, file)));
  if (byFile.some((names) => names === undefined)) return undefined;
  return new Set([...byFlag, ...byFile.flatMap((names) => names ?? [])]);
}

const VALUES = /(^terraform\.tfvars|\.auto\.tfvars)(\.json)?$/;

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => VALUES.test(name));
  } catch {
    return [];
  }
}

/** Names at the start of a line: one too many leaves it to the engine to complain. */
function namesIn(file: string): readonly string[] | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    if (file.endsWith('.json')) return Object.keys(Object(JSON.parse(text)));
    return [...text.matchAll(/^\s*"?([\w-]+)"?\s*=/gm)].map(([, name = '']) => name);
  } catch {
    return undefined;
  }
}
