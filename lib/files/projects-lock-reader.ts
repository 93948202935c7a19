import { parseDuration } from '../base/duration.js';
import { quote } from '../base/inert.js';
import { type Checked, formatSource, type Problem, Problems } from '../base/problem.js';
import { placed, type YamlFile, type YamlPath } from '../yaml/path.js';
import type { LockedProject, LockFile, ProjectsLock } from './projects-lock-types.js';
import { missingYamlFile, parseYamlFile } from './yaml-file.js';

/** A project of the lock, and the way to it. */
interface Entry {
  readonly stack: string;
  readonly path: YamlPath;
  readonly project: LockedProject;
}

/**
 * How cdktf marks, inside text, what it puts in at synthesis. In a file it could only have been
 * put there by hand, to have something else put in.
 */
const TOKEN = /TfToken\[/;

/** Reads projects.lock.yaml; `text` is undefined where there is no such file. */
export function readLock(file: string, text: string | undefined): Checked<LockFile> {
  const parsed: Checked<YamlFile<ProjectsLock>> =
    text === undefined
      ? { value: missingYamlFile(file, 'projects.lock'), problems: [] }
      : parseYamlFile(file, text, 'projects.lock');
  const yaml = parsed.value;
  if (yaml === undefined) return { problems: parsed.problems };
  const problems = new Problems();
  for (const problem of lockProblems(yaml)) problems.add(problem);
  return problems.result({
    lock: yaml.value,
    at: (stack, project) => {
      if (project === undefined) return yaml.keyAt(['stacks', stack]);
      const reclaimables = yaml.value.stacks[stack]?.reclaimables ?? {};
      const section = Object.hasOwn(reclaimables, project) ? 'reclaimables' : 'projects';
      return yaml.keyAt(['stacks', stack, section, project]);
    },
  });
}

/** What is wrong with a lock's content, wherever it is; its schema has been seen to. */
export function faultsOf(lock: ProjectsLock): readonly Problem[] {
  const nowhere = () => ({ file: '' });
  return lockProblems({ file: '', value: lock, at: nowhere, keyAt: nowhere });
}

function lockProblems(yaml: YamlFile<ProjectsLock>): readonly Problem[] {
  const entries = entriesOf(yaml.value);
  return [
    ...entries.flatMap((entry) => [...wrongPath(entry, yaml), ...wrongPeriod(entry, yaml)]),
    ...sharedPlaces(entries, 'path', yaml),
    ...sharedPlaces(entries, 'namespace', yaml),
    ...tokens(yaml.value, yaml),
    ...tooNew(yaml),
    ...takenNames(yaml),
  ];
}

function entriesOf(lock: ProjectsLock): readonly Entry[] {
  return Object.entries(lock.stacks).flatMap(([stack, { projects }]) =>
    Object.entries(projects).map(([name, project]) => ({
      stack,
      path: ['stacks', stack, 'projects', name],
      project,
    })),
  );
}

function wrongPath(
  { stack, path, project }: Entry,
  yaml: YamlFile<ProjectsLock>,
): readonly Problem[] {
  if (project.path.startsWith(`${stack}/`)) return [];
  return [
    placed(yaml, [...path, 'path'], {
      code: 'lock/foreign-path',
      message: `\`path\` ${quote(project.path)} does not lie in the stack ${quote(stack)}.`,
      remedy: `A path begins with its stack: ${quote(`${stack}/…`)}. ${RESTORE}`,
    }),
  ];
}

/** What version 1 can't hold. */
function tooNew(yaml: YamlFile<ProjectsLock>): readonly Problem[] {
  const { version, stacks } = yaml.value;
  if (version !== 1) return [];
  const isNew = Object.values(stacks).some(
    ({ target, encryption, reclaimables, projects }) =>
      target === 'terraform' ||
      encryption !== undefined ||
      reclaimables !== undefined ||
      Object.values(projects).some(({ parts }) => parts !== undefined),
  );
  if (!isNew) return [];
  return [
    placed(yaml, ['version'], {
      code: 'lock/version',
      message: 'The file says version 1, and has what only version 2 can hold.',
      remedy: `Write version: 2. ${RESTORE}`,
    }),
  ];
}

/** One name for a project and for something else: one clock would end both. */
function takenNames(yaml: YamlFile<ProjectsLock>): readonly Problem[] {
  return Object.entries(yaml.value.stacks).flatMap(([stack, { projects, reclaimables = {} }]) =>
    Object.keys(reclaimables)
      .filter((name) => Object.hasOwn(projects, name))
      .map((name) =>
        placed(yaml, ['stacks', stack, 'reclaimables', name], {
          code: 'lock/shared-name',
          message: `The name ${quote(name)} belongs to a project of the stack too.`,
          remedy: RESTORE,
        }),
      ),
  );
}

function wrongPeriod({ path, project }: Entry, yaml: YamlFile<ProjectsLock>): readonly Problem[] {
  const { period } = project.spec;
  const canonical = period === undefined ? undefined : parseDuration(period).value?.text;
  if (canonical === undefined || canonical === period) return [];
  return [
    placed(yaml, [...path, 'spec', 'period'], {
      code: 'lock/period',
      message: `\`period\` ${quote(period)} is not in the form that synth writes.`,
      remedy: `Write ${canonical}. ${RESTORE}`,
    }),
  ];
}

/** Two projects at one place: one would be built over the other. */
function sharedPlaces(
  entries: readonly Entry[],
  field: 'path' | 'namespace',
  yaml: YamlFile<ProjectsLock>,
): readonly Problem[] {
  const owners = new Map<string, Entry>();
  return entries.flatMap((entry) => {
    const key = `${entry.stack}/${entry.project[field]}`;
    const owner = owners.get(key);
    if (owner === undefined) owners.set(key, entry);
    if (owner === undefined) return [];
    return [
      placed(yaml, [...entry.path, field], {
        code: `lock/shared-${field}`,
        message: `\`${field}\` ${quote(entry.project[field])} belongs to the project at ${formatSource(yaml.keyAt(owner.path))} too.`,
        remedy: RESTORE,
      }),
    ];
  });
}

function tokens(lock: ProjectsLock, yaml: YamlFile<ProjectsLock>): readonly Problem[] {
  // Ways to every text take longer than all other checks.
  if (!TOKEN.test(JSON.stringify(lock))) return [];
  return textsIn(lock, [])
    .filter(({ text }) => TOKEN.test(text))
    .map(({ path }) =>
      placed(yaml, path, {
        code: 'lock/token',
        message: 'This text holds a token of cdktf, which synth never writes.',
        remedy: RESTORE,
      }),
    );
}

/** Every key and every text below a value. */
function textsIn(
  value: unknown,
  path: YamlPath,
): readonly { readonly text: string; readonly path: YamlPath }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (typeof value !== 'object' || value === null) return [];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, part]) => {
    const below = [...path, isList ? Number(key) : key];
    return isList ? textsIn(part, below) : [{ text: key, path: below }, ...textsIn(part, below)];
  });
}

const RESTORE =
  'This file is written by synth: undo the edit, or restore the file from the history of the repository.';
