import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS_FILE } from '../../files/file-names.js';
import { findProject } from '../review/context.js';
import { CommandFailure, type ExitCode, type Io, print, say, sayProblems } from '../terminal/io.js';

/** An editor writes a file in several steps. */
const QUIET = 100;

/** Runs something now and after every change of the policies or of reprieve.yaml, until Ctrl-C. */
export async function watchPolicies(io: Io, run: () => ExitCode): Promise<ExitCode> {
  const { folder = io.cwd, settings } = findProject(io);
  let code = attempt(io, run);
  let timer: NodeJS.Timeout | undefined;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      print(io, '');
      code = attempt(io, run);
    }, QUIET);
  };
  const places = settings.policies.paths.map((path) => join(folder, path));
  const watchers = [
    ...places.flatMap((path) => watcherOf(io, path, again)),
    ...watcherOf(io, join(folder, SETTINGS_FILE), again),
  ];
  say(io, 'Waiting for changes; Ctrl-C ends it.');
  await new Promise<void>((resolve) => process.once('SIGINT', resolve));
  clearTimeout(timer);
  for (const each of watchers) each.close();
  return code;
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

function watcherOf(io: Io, path: string, changed: () => void): readonly FSWatcher[] {
  try {
    return [watch(path, { recursive: true }, changed).on('error', () => undefined)];
  } catch {
    say(io, `Changes of ${path} are not noticed: it can't be watched.`);
    return [];
  }
}
