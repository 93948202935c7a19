import { jsonWithBigInts } from '../base/exact-json.js';
import { isRecord } from '../base/guards.js';
import { quote, quoteName } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { type Checked, type Problem, Problems, type Source } from '../base/problem.js';
import { SETTINGS_FILE } from '../files/file-names.js';
import { isProfile } from '../files/policy-levels.js';
import type { Settings } from '../files/settings.js';
import { type FileTree, folderTree } from '../files/tree.js';
import { openYamlFile, parseYamlFile, type YamlFile } from '../files/yaml-file.js';
import type { PolicyDocument } from '../model/policy-document.js';
import { impossibleIn } from '../policy/impossible.js';
import { Compiler } from '../policy/json-schema/compiler.js';
import type { Impossibility } from '../policy/json-schema/impossibility.js';
import { compilePolicy, type Policy } from '../policy/policy.js';
import { builtIn } from './built-in.js';
import { isOfProfile, isWanted, policyPlaces, withProfiles } from './profiles.js';
import { targetFields } from './target-fields.js';

/** Where the policies are looked for, and what is set about them. */
export interface PolicyProject {
  /** The folder of reprieve.yaml. @default - the working directory */
  readonly folder?: string | undefined;
  readonly settings: Settings;
  /** Where the files are read. @default - the folder */
  readonly tree?: FileTree | undefined;
}

/** More files than this in one folder are no policies. */
const MAX_FILES = 2000;

/** The policies that reprieve.yaml names. */
export interface LoadedPolicies {
  readonly policies: readonly Policy[];
  /** What is wrong with those that can't be used. */
  readonly problems: readonly Problem[];
  /** What the others ask for and their targets can't have, with the policy's id as the path. */
  readonly impossible: readonly Problem[];
}

/** Reads the policies that reprieve.yaml names. */
export function loadPolicies(project: PolicyProject): LoadedPolicies {
  const problems = new Problems();
  const impossible = new Problems();
  const policies = new Map<string, Policy>();
  const shipped = new Set<string>();
  const compiler = new Compiler();
  const { folder = '.', settings, tree = folderTree(folder) } = project;
  const place: PolicyPlace = { settings, tree: withProfiles(tree) };
  for (const file of policyFiles(place, problems)) {
    const read = readPolicy(place, file, problems, compiler);
    if (read === undefined) continue;
    const { id } = read.policy.document;
    // A profile may be named by its folder's path, too.
    if (shipped.has(read.text) && policies.has(id)) continue;
    if (policies.has(id)) {
      problems.add(twice(id, tree.label(file)));
      continue;
    }
    policies.set(id, read.policy);
    if (isOfProfile(file)) shipped.add(read.text);
    if (read.isChecked) continue;
    for (const each of impossibleIn(read.policy, targetFields())) {
      impossible.add(impossibility(id, each, read.opened));
    }
  }
  // The name may be that of a policy which can't be used.
  if (problems.all.length === 0) checkIds(place, [...policies.values()], problems);
  return {
    policies: [...policies.values()],
    problems: problems.all,
    impossible: impossible.all,
  };
}

/** A mistyped id would leave its policy at the default level, and nobody would notice. */
function checkIds({ settings, tree }: PolicyPlace, all: readonly Policy[], problems: Problems) {
  const { levels, parameters } = settings.policies;
  const ids = all.map(({ document }) => document.id);
  const profiles = all.map(({ document }) => document.category).filter(isProfile);
  const known = { levels: new Set([...ids, ...profiles]), parameters: new Set(ids) };
  for (const [section, names] of Object.entries({ levels, parameters } as const)) {
    const those = known[section === 'levels' ? 'levels' : 'parameters'];
    for (const id of names.keys())
      if (!those.has(id)) problems.add(unknownId(tree, `policies.${section}`, id, [...those]));
  }
}

function unknownId(tree: FileTree, path: string, id: string, ids: readonly string[]): Problem {
  return {
    code: 'policy/unknown-id',
    message: `There is no policy ${quote(id)}.${didYouMean(id, ids)}`,
    remedy: `Correct it in ${path}: \`reprieve policy list\` shows those that there are.`,
    path,
    source: { file: tree.label(SETTINGS_FILE) },
  };
}

/** Where policies are read, and what is set about them. */
export interface PolicyPlace {
  readonly settings: Settings;
  readonly tree: FileTree;
}

/** The files that reprieve.yaml names, and those in the folders that it names. */
export function policyFiles(
  { tree, settings }: PolicyPlace,
  problems: Problems,
): readonly string[] {
  const files = policyPlaces(settings).flatMap((path) => {
    try {
      const listed = tree.list(path);
      if (listed.length === 1 && listed[0] === path) return listed;
      const found = listed.filter((name) => /\.ya?ml$/.test(name));
      if (found.length > MAX_FILES) throw new Error(`it has more than ${MAX_FILES} files`);
      return found;
    } catch (error) {
      problems.add(noPath(tree, path, error));
      return [];
    }
  });
  return [...new Set(files)];
}

/** A policy, and the file that it comes from. */
interface ReadPolicy {
  readonly policy: Policy;
  readonly opened: YamlFile<unknown>;
  readonly text: string;
  /** Whether it is known that nothing is wrong with it. */
  readonly isChecked: boolean;
}

function readPolicy(
  { tree, settings }: PolicyPlace,
  file: string,
  problems: Problems,
  compiler: Compiler,
): ReadPolicy | undefined {
  const { text, problem } = tree.read(file);
  if (problem !== undefined)
    problems.add({ ...problem, source: { file, line: 1, column: 1, ...problem.source } });
  const name = tree.label(file);
  if (text === undefined) return undefined;
  const document = builtIn(text);
  const opened =
    document === undefined
      ? problems.take(wholePolicy(name, text, compiler))
      : placedLater(name, text, document);
  if (opened === undefined || !isWanted(file, opened.value, settings)) return undefined;
  const parameters = settings.policies.parameters.get(opened.value.id);
  // With other values, it is another policy.
  const isChecked = document !== undefined && parameters === undefined;
  const version = settings.policies.podSecurity?.version;
  const compiled = compilePolicy(opened.value, parameters, compiler, isChecked, version);
  for (const problem of compiled.problems) {
    const { steps: _, ...each } = problem;
    problems.add({ ...each, source: sourceOf(problem, opened, tree) });
  }
  return compiled.value && { policy: compiled.value, opened, text, isChecked };
}

/** Where a file is no policy, its schemas are looked at all the same: one run tells all. */
function wholePolicy(
  name: string,
  text: string,
  compiler: Compiler,
): Checked<YamlFile<PolicyDocument>> {
  const parsed = parseYamlFile(name, text, 'policy');
  const opened = parsed.value === undefined ? openYamlFile(name, text, 'policy').value : undefined;
  if (opened === undefined || !isRecord(opened.value)) return parsed;
  const { id, schema, when, parameters } = opened.value;
  const part = { ...EMPTY_POLICY, id: String(id), schema: Object(schema) };
  const document: PolicyDocument = {
    ...part,
    ...(isRecord(when) ? { when } : {}),
    ...(isParameters(parameters) ? { parameters } : {}),
  };
  const more = compilePolicy(document, {}, compiler).problems.map(({ steps, ...each }) => ({
    ...each,
    source: placeOf(opened, { ...each, ...(steps === undefined ? {} : { steps }) }),
  }));
  return { problems: [...parsed.problems, ...more] };
}

const EMPTY_POLICY = { title: '', category: '', why: '', remediation: '', target: 'manifest' };

function isParameters(value: unknown): value is NonNullable<PolicyDocument['parameters']> {
  return isRecord(value) && Object.values(value).every(isRecord);
}

/** Where something stands is only asked where something is wrong. */
function placedLater(file: string, text: string, value: PolicyDocument): YamlFile<PolicyDocument> {
  let parsed: YamlFile<PolicyDocument> | undefined;
  const places = () => {
    parsed ??= parseYamlFile(file, text, 'policy').value;
    return parsed;
  };
  return {
    file,
    value,
    at: (path) => places()?.at(path) ?? { file },
    keyAt: (path) => places()?.keyAt(path) ?? { file },
  };
}

function impossibility(
  id: string,
  { code, message, remedy, steps }: Impossibility,
  opened: YamlFile<unknown>,
): Problem {
  const source = opened.keyAt(steps);
  return { code, message: `The policy ${quoteName(id)} ${message}`, remedy, path: id, source };
}

/** What a setting of reprieve.yaml makes wrong isn't the policy's file's fault. */
function sourceOf(problem: Problem, opened: YamlFile<unknown>, tree: FileTree): Source {
  const isSetting = problem.path?.startsWith('policies.parameters.') === true;
  return isSetting ? { file: tree.label(SETTINGS_FILE) } : placeOf(opened, problem);
}

function placeOf(opened: YamlFile<unknown>, { path = '', steps }: Problem): Source {
  if (steps !== undefined && steps.length > 1) return opened.keyAt(steps);
  return opened.at(path === '' ? [] : path.split('.'));
}

function twice(id: string, file: string): Problem {
  return {
    code: 'policy/twice',
    message: `There are two policies ${quote(id)}.`,
    remedy: 'Give each its own id.',
    source: { file },
  };
}

function noPath(tree: FileTree, path: string, error: unknown): Problem {
  return {
    code: 'policy/path',
    message: `The policies at ${quote(path)} can't be read: ${error instanceof Error ? error.message : 'it failed'}.`,
    remedy: 'Correct policies.paths in reprieve.yaml.',
    source: { file: tree.label(SETTINGS_FILE) },
  };
}

/** The policies of two sides: each that differs in anything, once. */
export function unitedPolicies(base: LoadedPolicies, head: LoadedPolicies): LoadedPolicies {
  const keyOf = ({ document, schemas }: Policy) => jsonWithBigInts([document, schemas]);
  const known = new Set(base.policies.map(keyOf));
  return {
    policies: [...base.policies, ...head.policies.filter((each) => !known.has(keyOf(each)))],
    problems: [...base.problems, ...head.problems],
    impossible: uniqueProblems([...base.impossible, ...head.impossible]),
  };
}

function uniqueProblems(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((each) => [`${each.code} ${each.message}`, each])).values()];
}
