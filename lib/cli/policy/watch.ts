import { existsSync, type FSWatcher, type WatchListener, watch } from 'node:fs';
import { join, normalize, sep } from 'node:path';
import { SETTINGS_FILE } from '../../files/file-names.js';
import { findProject } from '../review/context.js';
import { CommandFailure, type ExitCode, type Io, print, say, sayProblems } from '../terminal/io.js';

/** An editor writes a file in several steps. */
const QUIET = 100;

/** Runs something now and after every change of the policies or of reprieve.yaml, until Ctrl-C. */
export async function watchPolicies(io: Io, run: () => ExitCode): Promise<ExitCode> {
  const { folder = io.cwd, settings } = findProject(io);
  let paths = settings.policies.paths;
  let watchers = watchersOf(io, folder, paths, () => again());
  let code = attempt(io, run);
  let timer: NodeJS.Timeout | undefined;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // What was removed and made again is another folder, and other paths may be named now.
      for (const each of watchers) each.close();
      paths = pathsNow(io) ?? paths;
      watchers = watchersOf(io, folder, paths, again);
      print(io, '');
      code = attempt(io, run);
    }, QUIET);
  };
  say(io, 'Waiting for changes; Ctrl-C ends it.');
  await new Promise<void>((resolve) => process.once('SIGINT', resolve));
  clearTimeout(timer);
  for (const each of watchers) each.close();
  return code;
}

/** Undefined while reprieve.yaml can't be read. */
function pathsNow(io: Io): readonly string[] | undefined {
  try {
    return findProject(io).settings.policies.paths;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return undefined;
  }
}

/**
 * The policies, and around them the folder of reprieve.yaml, where what isn't there may appear and
 * editors put a new file in place of the old one.
 */
function watchersOf(
  io: Io,
  folder: string,
  paths: readonly string[],
  changed: () => void,
): readonly FSWatcher[] {
  const names = new Set([SETTINGS_FILE, ...paths.map((path) => normalize(path).split(sep)[0])]);
  const isOurs = (name: string | null) => name === null || names.has(name);
  const around = watcherOf(io, folder, (_, name) => isOurs(name) && changed(), false);
  const places = paths.map((path) => join(folder, path)).filter((path) => existsSync(path));
  return [...around, ...places.flatMap((path) => watcherOf(io, path, changed, true))];
}

/** What can't be read now may be right after the next change. */
function attempt(io: Io, run: () => ExitCode): ExitCode {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    sayProblems(io, error.problems);
    return error.exitCode;
  }
}

function watcherOf(
  io: Io,
  path: string,
  changed: WatchListener<string>,
  recursive: boolean,
): readonly FSWatcher[] {
  try {
    return [watch(path, { recursive }, changed).on('error', () => undefined)];
  } catch {
    say(io, `Changes of ${path} are not noticed: it can't be watched.`);
    return [];
  }
}
