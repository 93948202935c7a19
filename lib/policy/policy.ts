import { inert, quoteName } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { NEWEST_VERSION } from '../model/pod-security.js';
import type { PolicyDocument } from '../model/policy-document.js';
import { Compiler } from './json-schema/compiler.js';
import { relatedKinds } from './json-schema/keywords/related.js';
import { faultOfSchema, Outline } from './json-schema/outline.js';
import { PartialEvaluator } from './json-schema/partial-evaluator.js';
import type { Predicate } from './json-schema/predicate.js';
import { faultsOfSchema, type SchemaFault } from './json-schema/schema-faults.js';
import { type Judgement, PASS, type SchemaVerdict } from './json-schema/verdict.js';
import type { ObjectIndex } from './object-index.js';
import { parameterValues, placesOf, withParameters } from './parameters.js';
import { atVersion } from './since.js';
import { VIRTUAL_TARGETS } from './targets.js';

/** An object as a policy sees it, and the whole that it belongs to. */
export interface Judged {
  readonly value: unknown;
  /** What isn't known in it, and nothing else. */
  readonly unknown: unknown;
  /** The other objects, for policies that ask for some. */
  readonly objects: ObjectIndex;
}

/** A policy that is ready for use. */
export interface Policy {
  readonly document: PolicyDocument;
  /** Its `schema` and `when`, with the parameters filled in. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** The verdict about an object. */
  readonly judge: (judged: Judged) => Judgement;
  /** Whether the policy is about an object at all: what its `when` says. */
  readonly concerns: (judged: Judged) => SchemaVerdict;
  /** Both at once for a value that is known in every part, where that is all that they look at. */
  readonly ofKnown?: ((value: unknown) => 'pass' | 'fail' | 'skip') | undefined;
  /** Kinds of other objects that it asks for. */
  readonly asksFor: readonly string[];
}

/**
 * Makes a policy ready for use, once for all objects.
 *
 * @param parameters - what reprieve.yaml sets; defaults stand for the rest
 * @param isChecked - whether it is known that nothing is wrong with it
 * @param version - the version of Kubernetes whose rules hold
 */
export function compilePolicy(
  written: PolicyDocument,
  parameters: Readonly<Record<string, unknown>> = {},
  compiler: Compiler = new Compiler(),
  isChecked = false,
  version = NEWEST_VERSION,
): Checked<Policy> {
  const { id } = written;
  const problems = new Problems();
  const document = problems.take(inVersion(written, version));
  if (document === undefined) return { problems: problems.all };
  const { schema, when } = document;
  const targetFault = faultOfTarget(document);
  if (targetFault !== undefined) problems.add(targetFault);
  const check = (each: unknown, value: unknown) =>
    isChecked ? undefined : firstFault(compiler, each, value);
  // Nothing hides anything else: whoever writes a policy sees all that is wrong with it.
  const given = parameterValues(id, document.parameters ?? {}, parameters, check);
  const filled = withParameters(id, { schema, when }, given.values);
  for (const problem of [...given.problems, ...filled.problems]) problems.add(problem);
  const unfit = placesOf({ schema, when }, given.unfit);
  const use = (path: string, each: unknown) => {
    const made = compiled(compiler, { id, path, isChecked }, each);
    const own = made.problems.filter((fault) => !unfit.some((way) => isAlong(fault, way)));
    return problems.take({ ...made, problems: own });
  };
  const judge = use('schema', filled.schemas['schema']);
  const concerns = when === undefined ? ALL : use('when', filled.schemas['when']);
  if (judge === undefined || concerns === undefined) return { problems: problems.all };
  const asksFor = [...new Set([...judge.asksFor, ...concerns.asksFor])];
  return problems.result({
    document,
    schemas: filled.schemas,
    judge: judge.judge,
    concerns: concerns.verdict,
    ofKnown: both(concerns.matches, judge.matches),
    asksFor,
  });
}

/** Whether a fault may be one of a parameter's value, which is told already: at it, or around it. */
function isAlong({ steps = [] }: Problem, way: readonly string[]): boolean {
  return way.every((step, at) => at >= steps.length || String(steps[at]) === step);
}

/** What a policy says in a version of Kubernetes. */
function inVersion(document: PolicyDocument, version: string): Checked<PolicyDocument> {
  const { id, schema, when, parameters } = document;
  const { value, problems } = atVersion(id, { schema, when, parameters }, version);
  if (value === undefined) return { problems };
  return {
    value: {
      ...document,
      schema: asObject(value.schema),
      ...(value.when === undefined ? {} : { when: asObject(value.when) }),
      ...(value.parameters === undefined ? {} : { parameters: value.parameters }),
    },
    problems,
  };
}

/** A schema that is nothing but true or false in a version. */
function asObject(schema: PolicyDocument['schema'] | boolean): PolicyDocument['schema'] {
  return typeof schema === 'boolean' ? { allOf: [schema] } : schema;
}

interface Compiled extends Pick<Policy, 'judge' | 'asksFor'> {
  readonly verdict: Policy['concerns'];
  readonly matches: Predicate | undefined;
}

const ALL: Compiled = {
  judge: () => PASS,
  verdict: () => 'pass',
  matches: () => true,
  asksFor: [],
};

function both(concerns: Predicate | undefined, judge: Predicate | undefined): Policy['ofKnown'] {
  if (concerns === undefined || judge === undefined) return undefined;
  return (value) => {
    if (!concerns(value)) return 'skip';
    return judge(value) ? 'pass' : 'fail';
  };
}

/** One of a policy's schemas. */
interface Used {
  readonly id: string;
  readonly path: string;
  readonly isChecked: boolean;
}

function compiled(
  compiler: Compiler,
  { id, path, isChecked }: Used,
  schema: unknown,
): Checked<Compiled> {
  const outline = new Outline(schema);
  try {
    if (!isChecked && faultOfSchema(outline) !== undefined) throw new Error('it is wrong');
    const validator = compiler.compile(Object(schema), isChecked ? 'when needed' : 'now');
    const evaluator = new PartialEvaluator(outline, validator);
    const asksFor = relatedKinds(outline.all);
    const beside = ({ value, unknown, objects }: Judged) =>
      asksFor.length === 0
        ? evaluator
        : evaluator.in({ object: { value, unknown }, others: objects });
    const judge = (judged: Judged) => beside(judged).judge(judged.value, judged.unknown);
    const verdict = (judged: Judged) => judge(judged).verdict;
    const matches = asksFor.length === 0 ? evaluator.matches : undefined;
    return { value: { judge, verdict, matches, asksFor }, problems: [] };
  } catch (error) {
    const faults = faultsOfSchema(outline, compiler);
    const why = error instanceof Error ? error.message : 'it failed';
    const found = faults.length > 0 ? faults : [{ steps: [], message: why }];
    return { problems: found.map((each) => unusable(id, path, each)) };
  }
}

function firstFault(compiler: Compiler, schema: unknown, value: unknown): string | undefined {
  try {
    const [found] = compiler.compile(Object(schema)).at('', value) ?? [];
    return found?.message;
  } catch (error) {
    return `has a schema that can't be used: ${inert(error instanceof Error ? error.message : '')}`;
  }
}

function faultOfTarget(document: PolicyDocument): Problem | undefined {
  const { kinds, target } = document;
  return kinds !== undefined && !VIRTUAL_TARGETS.includes(target) ? noKinds(document) : undefined;
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`;
}

function unusable(id: string, path: string, { steps, message }: SchemaFault): Problem {
  const at = steps.length === 0 ? '' : ` at ${quoteName(steps.join('/'))}`;
  return {
    code: 'policy/schema',
    message: `The \`${path}\` of policy ${quoteName(id)} can't be used${at}: ${sentence(inert(message))}`,
    remedy: 'Correct it: JSON Schema 2020-12, known keywords only, and patterns as RE2 has them.',
    path,
    steps: [path, ...steps],
  };
}

function noKinds({ id, target }: PolicyDocument): Problem {
  return {
    code: 'policy/kinds',
    message: `The policy ${quoteName(id)} names \`kinds\`, but its target \`${target}\` is no part of a manifest.`,
    remedy: `Take one of ${VIRTUAL_TARGETS.join(', ')} as the target, or remove \`kinds\`.`,
    path: 'kinds',
  };
}
