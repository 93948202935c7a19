import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { Cli } from './groups/group.js';
import { groupsOf } from './groups/index.js';
import { CommandFailure, EXIT, Interruption, type Io, say, sayProblems } from './io.js';

const EXAMPLES = `
Examples:
  $ reprieve plan
  $ reprieve review cdktf.out/plans/production.json
  $ terraform show -json plan.tfplan | reprieve review - --format markdown
  $ reprieve validate cdktf.out/plans/production.json
  $ reprieve policy test
  $ reprieve reclamation list
  $ reprieve reclamation restore billing --stack production
  $ reprieve reclamation close billing/job-templates/nightly
  $ reprieve sandbox reset sandbox

Exit codes: 0 nothing to stop for, 1 findings or refused, 2 usage or unreadable input,
3 Terraform or the cluster failed.`;

/** Runs a command line and says how it ended. Never throws. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let code: number = EXIT.ok;
  const done = (ended: number) => {
    code = ended;
  };
  try {
    const program = await commands(argv, { io, done });
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return failed(io, error);
  }
}

/** Groups below inherit what is configured here: commander would write to the process and end it. */
async function commands(argv: readonly string[], cli: Cli): Promise<Command> {
  const { io } = cli;
  const program = new Command('reprieve')
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .description('Deletion you can take back.')
    .version(version(), '-V, --version')
    .addHelpText('after', EXAMPLES);
  for (const register of await groupsOf(argv)) register(program, cli);
  return program;
}

async function failed(io: Io, error: unknown): Promise<number> {
  if (error instanceof CommandFailure) {
    sayProblems(io, error.problems);
    return error.exitCode;
  }
  if (error instanceof Interruption) {
    say(io, '');
    return EXIT.interrupted;
  }
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const { EngineError } = await import('../engine/run.js');
  const message = error instanceof Error ? error.message : String(error);
  say(io, EngineError.isEngineError(error) ? `error: ${message}` : `internal error: ${message}`);
  return EXIT.engine;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String(Object(JSON.parse(text)).version);
}

function processIo(): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    now: () => new Date(),
  };
}
