import { spawnSync } from 'node:child_process';
import { lockedProject } from '../../files/projects-lock.js';
import { nameIn, type Selection } from '../subject/subject.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { type DisplayOptions, fields, printData, talk } from '../terminal/output.js';
import { locate } from '../workspace/locate.js';
import { describeSelected, SELECTION_FILE, select, selectedIn } from '../workspace/selected.js';
import { Workspace } from '../workspace/workspace.js';

/** `project select`: the project that commands about items take from now on, in this folder. */
export async function selectProject(
  io: Io,
  argument: string | undefined,
  options: Selection & { readonly none?: boolean; readonly quiet?: boolean },
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  if (options.none === true) {
    select(workspace, undefined);
    talk(io, options, 'No project is selected.');
    return EXIT.ok;
  }
  nameIn(argument, options);
  const { stack, project } = await locate(io, workspace, 'project', argument, options);
  talk(io, options, `Selecting project '${project}'...`);
  select(workspace, { stack, project });
  if (!isIgnored(workspace.folder, io.env)) {
    say(io, `note: ${SELECTION_FILE} is yours alone: add it to .gitignore.`);
  }
  if (options.quiet !== true) print(io, 'OK');
  return EXIT.ok;
}

/** `project current`: which project is selected here. */
export function currentProject(io: Io, options: DisplayOptions): ExitCode {
  const workspace = Workspace.find(io);
  const selected = selectedIn(workspace);
  if (selected === undefined) {
    return misuse({
      code: 'cli/selected',
      message: 'No project is selected in this folder.',
      remedy: 'Select one: npx reprieve project select NAME',
    });
  }
  const namespace = lockedProject(workspace.lock(), selected)?.namespace ?? null;
  const { stack, project } = selected;
  if (namespace === null) {
    say(io, `warning: ${describeSelected(selected)} is not in projects.lock.yaml.`);
  }
  printData(io, options, { name: project, stack, namespace }, () =>
    fields([
      ['Name', project],
      ['Stack', stack],
      ['Namespace', namespace ?? '-'],
    ]),
  );
  return EXIT.ok;
}

/** Whether git leaves the file out. Where there is no repository, nothing is committed. */
function isIgnored(folder: string, env: NodeJS.ProcessEnv): boolean {
  const { status } = spawnSync('git', ['check-ignore', '--quiet', SELECTION_FILE], {
    cwd: folder,
    env,
    timeout: 10_000,
  });
  return status !== 1;
}
