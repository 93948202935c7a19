import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quote } from '../../base/inert.js';
import type { Checked, Problem } from '../../base/problem.js';
import { SETTINGS_FILE } from '../../files/file-names.js';
import {
  type GitPlace,
  gitPlace,
  gitTree,
  isInRepository,
  pathsNamed,
} from '../../files/git-tree.js';
import { withPinnedPackages } from '../../files/pinned.js';
import { readSettings, type Settings } from '../../files/settings.js';
import { type FileTree, folderTree } from '../../files/tree.js';
import type { ForgeRun } from '../../forge/run.js';
import { misuse } from '../terminal/io.js';

/** Where rules are read that the change under review can’t set. */
export interface BaseRules {
  readonly tree: FileTree;
  readonly settings: Settings;
}

/** The package that is running: its policies, and what is installed beside it, aren’t the change’s. */
const PROGRAM = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The rules of what is named, or else of what the forge says of its run; undefined where only the
 * files under review have any.
 *
 * @param folder - the project under review
 * @param named - a commit by git’s names for it, or a folder by a path that begins with `.` or `/`
 */
export function baseRules(
  folder: string,
  cwd: string,
  named: string | undefined,
  run: ForgeRun | undefined,
): BaseRules | undefined {
  if (named !== undefined)
    return isPath(named) ? ofFolder(cwd, named) : ofCommit(folder, named, cwd);
  if (run?.kind === 'change') return ofCommit(folder, run.base ?? misuse(unknownBase()), cwd);
  return run?.kind === 'default-branch' && isInRepository(folder)
    ? ofCommit(folder, 'HEAD', cwd)
    : undefined;
}

/** Anything else is a commit: otherwise the change could bring a folder of that name. */
function isPath(named: string): boolean {
  return isAbsolute(named) || /^\.\.?(?:[\\/]|$)/.test(named);
}

function ofFolder(cwd: string, named: string): BaseRules {
  const folder = resolve(cwd, named);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) misuse(noFolder(named));
  const hasFiles = [SETTINGS_FILE, 'cdktf.json'].some((name) => existsSync(join(folder, name)));
  if (!hasFiles) misuse(noProject(named));
  const files = folderTree(folder, named);
  const tree = existsSync(join(folder, 'node_modules'))
    ? files
    : withPinnedPackages(files, PROGRAM);
  return { tree, settings: usable(settingsOf(tree)) };
}

function ofCommit(folder: string, ref: string, cwd: string): BaseRules {
  const place = usable(withHint(gitPlace(folder, ref), ref, cwd));
  const tree = withPinnedPackages(gitTree(place), PROGRAM);
  const settings = settingsOf(tree);
  if (tree.read(SETTINGS_FILE).text === undefined) notMoved(folder, place);
  return { tree, settings: usable(settings) };
}

function settingsOf(tree: FileTree): Checked<Settings> {
  const { text, problem } = tree.read(SETTINGS_FILE);
  return problem === undefined
    ? readSettings(tree.label(SETTINGS_FILE), text)
    : { problems: [problem] };
}

/** A folder whose name was given as if it were a commit’s. */
function withHint<T>(checked: Checked<T>, ref: string, cwd: string): Checked<T> {
  const isFolder = /^[\w.@]/.test(ref) && existsSync(resolve(cwd, ref));
  if (checked.value !== undefined || !isFolder) return checked;
  return {
    problems: checked.problems.map((each) => ({
      ...each,
      remedy: `If the folder is meant, write ./${ref}. ${each.remedy}`,
    })),
  };
}

/** A change that moves the project elsewhere would leave its base’s rules behind. */
function notMoved(folder: string, place: GitPlace): void {
  const root = resolve(
    folder,
    ...place.prefix
      .split('/')
      .filter(Boolean)
      .map(() => '..'),
  );
  const moved = pathsNamed(place, SETTINGS_FILE).find((path) => !existsSync(join(root, path)));
  if (moved !== undefined) misuse(movedAway(moved, place));
}

function usable<T>(checked: Checked<T>): T {
  return checked.value ?? misuse(...checked.problems);
}

function unknownBase(): Problem {
  return {
    code: 'rules/unknown-base',
    message:
      'The forge does not say which commit this change is based on, so nobody knows its rules.',
    remedy:
      'Name the base’s commit, or a folder that has its files: --rules origin/main, or --rules ../base',
  };
}

function noFolder(named: string): Problem {
  return {
    code: 'rules/no-folder',
    message: `${quote(named)}, whose rules hold, is not a folder.`,
    remedy: 'Name the folder that has the base’s files, or a commit, such as origin/main.',
  };
}

function noProject(named: string): Problem {
  return {
    code: 'rules/no-project',
    message: `${quote(named)}, whose rules hold, has neither reprieve.yaml nor cdktf.json.`,
    remedy: 'Name the project’s folder in the base’s checkout.',
  };
}

function movedAway(moved: string, { shown }: GitPlace): Problem {
  return {
    code: 'rules/moved',
    message: `${quote(shown)} has no reprieve.yaml here, and it has ${quote(moved)}, which is gone: the project was moved, away from its rules.`,
    remedy: 'Name a folder that has the base’s files: --rules ../base/FOLDER',
  };
}
