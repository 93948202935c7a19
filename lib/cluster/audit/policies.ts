import { isRecord, memberOf } from '../../base/guards.js';
import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { TICK_NAMES } from '../clock.js';
import { MANAGED_BY, type Manifest } from '../manifest.js';
import { type AuditFinding, finding, note } from './finding.js';

const BINDING = 'ValidatingAdmissionPolicyBinding';

/** Says why a cluster can't have the policies at all: its version, or the settings. */
export function auditRules(problems: readonly Problem[]): readonly AuditFinding[] {
  return problems.map((problem) => ({ ...problem, level: 'finding' }));
}

/** Holds the admission policies and bindings of a cluster against those that should be there. */
export function auditPolicies(
  expected: readonly Manifest[],
  installed: readonly unknown[],
  stacks: readonly string[],
): readonly AuditFinding[] {
  const flags = stacks.map((stack) => ` --stack ${stack}`).join('');
  const remedy = `Apply what should be there: npx reprieve cluster policies${flags} --apply`;
  const found = new Map(installed.map((it) => [keyOf(it), it]));
  const known = new Set(expected.map(keyOf));
  return [
    ...expected.flatMap((each) => judge(each, found.get(keyOf(each)), remedy)),
    ...installed.filter((it) => isOurs(it) && !known.has(keyOf(it))).map(unexpected),
  ];
}

function judge(expected: Manifest, actual: unknown, remedy: string): readonly AuditFinding[] {
  const isBinding = expected.kind === BINDING;
  if (actual === undefined)
    return [isBinding ? unbound(expected, 'is missing', remedy) : missing(expected, remedy)];
  // The ticks are made anew over and over.
  if (TICK_NAMES.some((name) => name === expected.metadata.name)) return [];
  const differences = differ(expected.spec, memberOf(actual, 'spec'), 'spec');
  if (differences.length === 0) return [];
  const denies = memberOf(memberOf(actual, 'spec'), 'validationActions');
  const isLoose = isBinding && !(Array.isArray(denies) && denies.includes('Deny'));
  return [
    isLoose ? unbound(expected, 'does not deny', remedy) : edited(expected, differences, remedy),
  ];
}

function keyOf(object: unknown): string {
  return `${memberOf(object, 'kind')} ${memberOf(memberOf(object, 'metadata'), 'name')}`;
}

function isOurs(object: unknown): boolean {
  const labels = memberOf(memberOf(object, 'metadata'), 'labels');
  return Object.entries(MANAGED_BY).every(([key, value]) => memberOf(labels, key) === value);
}

/** What the API server fills in where a manifest says nothing. Anything else may weaken a policy. */
const FILLED_IN: Readonly<Record<string, unknown>> = { matchPolicy: 'Equivalent', scope: '*' };

/** The paths at which an object differs from what it should be. */
export function differ(expected: unknown, actual: unknown, path: string): readonly string[] {
  if (isEmpty(expected) && actual === undefined) return [];
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return [path];
    return expected.flatMap((each, index) => differ(each, actual[index], `${path}[${index}]`));
  }
  if (!isRecord(expected)) return Object.is(expected, actual) ? [] : [path];
  if (!isRecord(actual)) return [path];
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
  return keys.flatMap((key) => {
    const [should, is] = [memberOf(expected, key), memberOf(actual, key)];
    if (should === undefined) return isFilledIn(key, is) ? [] : [`${path}.${key}`];
    return differ(should, is, `${path}.${key}`);
  });
}

function isFilledIn(key: string, value: unknown): boolean {
  return isEmpty(value) || (Object.hasOwn(FILLED_IN, key) && FILLED_IN[key] === value);
}

/** The API server leaves out what is empty. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

function missing({ kind, metadata }: Manifest, remedy: string): AuditFinding {
  return finding(
    'policy/missing',
    `${kind} ${metadata.name}`,
    `The ${kind} ${metadata.name} is missing from the cluster: what it stops is open to kubectl.`,
    remedy,
  );
}

function unbound({ kind, metadata }: Manifest, how: string, remedy: string): AuditFinding {
  return finding(
    'policy/unbound',
    `${kind} ${metadata.name}`,
    `The binding of the policy ${metadata.name} ${how}: the policy stops nothing.`,
    remedy,
  );
}

function edited(
  { kind, metadata }: Manifest,
  paths: readonly string[],
  remedy: string,
): AuditFinding {
  const shown = paths.slice(0, 5).map(quoteName).join(', ');
  return finding(
    'policy/edited',
    `${kind} ${metadata.name}`,
    `The ${kind} ${metadata.name} is not what reprieve.yaml asks for: it differs at ${shown}${paths.length > 5 ? ' and more' : ''}.`,
    `${remedy}. If reprieve.yaml was changed lately, that is all; otherwise find out who edited it.`,
  );
}

function unexpected(object: unknown): AuditFinding {
  const key = keyOf(object);
  return note(
    'policy/unexpected',
    key,
    `${quoteName(key)} is Reprieve's by its label, but this version has no such policy.`,
    'If it is left from another version, remove it.',
  );
}
