import { stringify } from 'yaml';
import { jsonWithBigInts } from '../../base/exact-json.js';
import { escapeInvisible, quote } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import { compareTexts } from '../../base/order.js';
import { plural } from '../../base/plural.js';
import { type Problem, problemInLine } from '../../base/problem.js';
import type { Settings } from '../../files/settings.js';
import type { PolicyDocument } from '../../model/policy-document.js';
import { runPolicyTests, type TestResult, type TestRun } from '../../policy/tests.js';
import { asciiJson } from '../../report/ascii-json.js';
import { prose } from '../../report/markdown-text.js';
import { levelOf } from '../../validation/level.js';
import { findProject } from '../review/context.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import type { OutputFormat } from '../terminal/output.js';
import { printTable } from '../terminal/table.js';
import { usablePolicies } from './policies.js';

/** How what policies are is told. */
export interface PolicyOptions {
  readonly output?: OutputFormat;
}

/** `policy list`: every policy that counts, and how much. */
export function listPolicies(io: Io, { output }: PolicyOptions): ExitCode {
  const { documents, settings, code, impossible } = load(io);
  const rows = documents.map((each) => ({
    id: each.id,
    level: levelOf(settings, each),
    category: each.category,
    target: each.target,
    title: each.title,
    impossible: impossible.filter(({ path }) => path === each.id).map(impossibility),
  }));
  if (!printedAs(io, output, rows)) {
    const cells = rows.map(({ id, level, target, title }) =>
      [id, level, target, title].map(escapeInvisible),
    );
    printTable(io, [['Policy', 'Level', 'Target', 'Title'], ...cells]);
    for (const each of impossible) say(io, problemInLine(each));
  }
  return code;
}

/** `policy explain`: what a policy wants, why, and what to do. */
export function explainPolicy(io: Io, id: string, { output }: PolicyOptions): ExitCode {
  const { documents, settings, code } = load(io);
  const found = documents.find((each) => each.id === id);
  if (found !== undefined) {
    const parameters = valuesIn(settings, found);
    const data = { level: levelOf(settings, found), policy: found, parameters };
    if (!printedAs(io, output, data))
      print(io, described(settings, found).map(escapeInvisible).join('\n'));
    return code;
  }
  const ids = documents.map((each) => each.id);
  return misuse({
    code: 'cli/policy',
    message: `There is no policy ${quote(id)}.${didYouMean(id, ids)}`,
    remedy: '`reprieve policy list` shows those that reprieve.yaml names.',
  });
}

/** `policy docs`: all policies as one Markdown page. */
export function documentPolicies(io: Io): ExitCode {
  const { documents, settings, code } = load(io);
  const categories = [...new Set(documents.map(({ category }) => category))].sort(compareTexts);
  const sections = categories.flatMap((category) => [
    `## ${prose(category)}`,
    ...documents
      .filter((each) => each.category === category)
      .flatMap((each) => [`### ${each.id}`, section(settings, each)]),
  ]);
  print(io, ['# Policies', ...sections].join('\n\n'));
  return code;
}

/** Texts of a policy make nothing but text, and one link. */
function section(settings: Settings, document: PolicyDocument): string {
  const { url, tests = [], ...about } = document;
  const cases = tests.map(
    ({ name, verdict }) => `- ${verdict}: ${prose(name.replaceAll(/\s+/g, ' '))}`,
  );
  const link = url !== undefined && URL.canParse(url) ? [`[Read on](${linked(url)})`] : [];
  const [, ...lines] = described(settings, about);
  const shown = cases.length === 0 ? [] : ['Cases:', cases.join('\n')];
  return [...lines.map(prose), ...link, ...shown].join('\n\n');
}

function linked(url: string): string {
  const signs = /[()[\]<>\\`'"]/g;
  return new URL(url).href.replaceAll(signs, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
}

/** `policy test`: tries every policy on its own cases. */
export function testPolicies(io: Io, { output }: PolicyOptions): ExitCode {
  const { documents, code, impossible } = load(io);
  const run = runPolicyTests(documents);
  const ok = run.ok && impossible.length === 0;
  const data = {
    policies: documents.length,
    ok,
    cases: run.results.map(caseOf),
    unproven: run.unproven,
    impossible: impossible.map((each) => ({ policy: each.path ?? null, ...impossibility(each) })),
  };
  if (!printedAs(io, output, data)) tellRun(io, documents.length, run, impossible);
  if (code !== EXIT.ok) return code;
  return ok ? EXIT.ok : EXIT.findings;
}

/** Writes data as JSON or YAML; false where text is wanted. */
function printedAs(io: Io, output: PolicyOptions['output'], data: unknown): boolean {
  if (output === undefined) return false;
  io.stdout.write(output === 'json' ? asciiJson(data) : stringify(data));
  return true;
}

function impossibility({ code, message, remedy, source }: Problem) {
  return { code, message, remedy, ...source };
}

function caseOf({ policy, name, expected, actual, ok }: TestResult) {
  const isVerdict = typeof actual === 'string';
  return {
    policy,
    name,
    expected,
    actual: isVerdict ? actual : null,
    ok,
    problem: isVerdict ? null : actual.problem,
  };
}

function tellRun(
  io: Io,
  count: number,
  { results, unproven }: TestRun,
  impossible: readonly Problem[],
): void {
  for (const each of impossible) print(io, problemInLine(each));
  for (const result of results.filter((each) => !each.ok)) print(io, wrong(result));
  for (const id of unproven) print(io, `${id}: needs a case that passes and one that fails.`);
  const right = results.filter((each) => each.ok).length;
  print(
    io,
    `Policies: ${count}; ${plural(results.length, 'case')}: ${right} as expected, ${results.length - right} not.`,
  );
}

function load(io: Io): {
  readonly documents: readonly PolicyDocument[];
  readonly settings: Settings;
  readonly code: ExitCode;
  readonly impossible: readonly Problem[];
} {
  const project = findProject(io);
  const { policies, problems, impossible } = usablePolicies(io, project);
  const documents = policies
    .map(({ document }) => document)
    .sort((a, b) => compareTexts(a.id, b.id));
  const code = problems.length > 0 ? EXIT.usage : EXIT.ok;
  return { documents, settings: project.settings, code, impossible };
}

function described(settings: Settings, document: PolicyDocument): readonly string[] {
  const { id, title, why, remediation, url, target, kinds, standard } = document;
  const about = kinds === undefined ? target : `${target} of ${kinds.join(', ')}`;
  const values = Object.entries(valuesIn(settings, document)).map(([name, each]) =>
    each.isSet
      ? `${name}: ${written(each.value)} (reprieve.yaml; the default is ${written(each.default)})`
      : `${name}: ${written(each.value)} (the default)`,
  );
  return [
    `${id}: ${title}`,
    `${title}.`,
    `Level: ${levelOf(settings, document)}. About: ${about}.`,
    ...(standard === undefined
      ? []
      : [
          `Pod Security Standards: ${standard.control}, of the profiles ${standard.profiles.join(' and ')}.`,
        ]),
    `Why: ${why}`,
    `What to do: ${remediation}`,
    ...(values.length === 0 ? [] : [`Parameters: ${values.join('; ')}`]),
    ...(url === undefined ? [] : [url]),
  ];
}

/** A parameter's value in force, and where it comes from. */
interface ParameterValue {
  readonly value: unknown;
  readonly default: unknown;
  readonly isSet: boolean;
}

function valuesIn(
  settings: Settings,
  { id, parameters = {} }: PolicyDocument,
): Readonly<Record<string, ParameterValue>> {
  const given = settings.policies.parameters.get(id) ?? {};
  return Object.fromEntries(
    Object.entries(parameters).map(([name, schema]) => {
      const isSet = Object.hasOwn(given, name);
      const { default: usual } = schema;
      return [name, { value: isSet ? given[name] : usual, default: usual, isSet }];
    }),
  );
}

function written(value: unknown): string {
  return jsonWithBigInts(value);
}

function wrong({ policy, name, expected, actual }: TestResult): string {
  const said = typeof actual === 'string' ? actual : actual.problem;
  return `${policy}: ${quote(name)} should ${expected === 'undecided' ? 'be undecided' : expected}, and it was: ${escapeInvisible(said)}`;
}
