import { Command } from 'commander';
import type { ExitCode, Io } from '../terminal/io.js';
import { columnsOf, HELP_WIDTH } from '../terminal/terminal.js';
import type { Group } from './group.js';
import { GROUPS } from './table.js';
import { version } from './version.js';

const AFTER_HELP = `
Examples:
  $ reprieve init my-projects
  $ reprieve plan
  $ reprieve review cdktf.out/plans/production.json
  $ reprieve reclamation list
  $ reprieve doctor

Exit codes: 0 nothing to stop for, 1 findings or refused, 2 usage or unreadable input,
3 Terraform or the cluster failed, 130 interrupted.`;

/**
 * The command line as commander parses it, with the group that `argv` names, or with all of them:
 * for the help, for suggestions and for completion.
 */
export async function buildProgram(
  io: Io,
  done: (code: ExitCode) => void,
  argv: readonly string[] = [],
): Promise<Command> {
  const program = frame(io);
  const cli = { io, done, whole: () => buildProgram(io, done) };
  for (const register of await groupsOf(argv)) register(program, cli);
  return program;
}

/** What all commands inherit: commander would write to the process and end it. */
function frame(io: Io): Command {
  return new Command('reprieve')
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: () => Math.min(HELP_WIDTH, columnsOf(io.stdout) ?? HELP_WIDTH),
      getErrHelpWidth: () => Math.min(HELP_WIDTH, columnsOf(io.stderr) ?? HELP_WIDTH),
    })
    .description('Deletion you can take back.')
    .version(version(), '-V, --version')
    .addHelpText('after', AFTER_HELP);
}

function groupsOf(argv: readonly string[]): Promise<readonly Group[]> {
  const [name = ''] = argv;
  const named = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
  const loaders = named === undefined ? Object.values(GROUPS) : [named];
  return Promise.all(loaders.map((load) => load()));
}
