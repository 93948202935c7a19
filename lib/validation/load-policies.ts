import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { quote } from '../model/inert.js';
import { type Problem, Problems, type Source } from '../model/problem.js';
import { Compiler } from '../policy/compiler.js';
import { compilePolicy, type Policy } from '../policy/policy.js';
import { readProjectFile } from '../reclamation/files.js';
import type { Settings } from '../reclamation/settings.js';
import { parseYamlFile, type YamlFile } from '../reclamation/yaml-file.js';

/** Where the policies are looked for, and what is set about them. */
export interface PolicyProject {
  /** The folder of reprieve.yaml. @default - the working directory */
  readonly folder?: string | undefined;
  readonly settings: Settings;
}

/** More files than this in one folder are no policies. */
const MAX_FILES = 2000;

/** The policies that reprieve.yaml names, and what is wrong with the others. */
export function loadPolicies(project: PolicyProject): {
  readonly policies: readonly Policy[];
  readonly problems: readonly Problem[];
} {
  const problems = new Problems();
  const policies = new Map<string, Policy>();
  const compiler = new Compiler();
  for (const file of policyFiles(project, problems)) {
    const policy = readPolicy(project, file, problems, compiler);
    if (policy === undefined) continue;
    const { id } = policy.document;
    if (policies.has(id)) problems.add(twice(id, file));
    else policies.set(id, policy);
  }
  return { policies: [...policies.values()], problems: problems.all };
}

function policyFiles({ folder, settings }: PolicyProject, problems: Problems): readonly string[] {
  return settings.policies.paths.flatMap((path) => {
    try {
      const full = join(folder ?? '.', path);
      if (!statSync(full).isDirectory()) return [path];
      const names = readdirSync(full, { recursive: true, encoding: 'utf8' });
      const found = names.filter((name) => /\.ya?ml$/.test(name)).sort();
      if (found.length > MAX_FILES) throw new Error(`it has more than ${MAX_FILES} files`);
      return found.map((name) => join(path, name));
    } catch (error) {
      problems.add(noPath(path, error));
      return [];
    }
  });
}

function readPolicy(
  { folder = '.', settings }: PolicyProject,
  file: string,
  problems: Problems,
  compiler: Compiler,
): Policy | undefined {
  const { text, problem } = readProjectFile(folder, file);
  if (problem !== undefined) problems.add(problem);
  if (text === undefined) return undefined;
  const opened = problems.take(parseYamlFile(relative('.', file), text, 'policy'));
  if (opened === undefined) return undefined;
  const compiled = compilePolicy(
    opened.value,
    settings.policies.parameters.get(opened.value.id),
    compiler,
  );
  for (const each of compiled.problems) problems.add({ ...each, source: sourceOf(each, opened) });
  return compiled.value;
}

/** What a setting of reprieve.yaml makes wrong isn't the policy's file's fault. */
function sourceOf({ path = '' }: Problem, opened: YamlFile<unknown>): Source {
  const isSetting = path.startsWith('policies.parameters.');
  return isSetting ? { file: 'reprieve.yaml' } : opened.at(path === '' ? [] : path.split('.'));
}

function twice(id: string, file: string): Problem {
  return {
    code: 'policy/twice',
    message: `There are two policies ${quote(id)}.`,
    remedy: 'Give each its own id.',
    source: { file },
  };
}

function noPath(path: string, error: unknown): Problem {
  return {
    code: 'policy/path',
    message: `The policies at ${quote(path)} can't be read: ${error instanceof Error ? error.message : 'it failed'}.`,
    remedy: 'Correct policies.paths in reprieve.yaml.',
    source: { file: 'reprieve.yaml' },
  };
}
