import { CommanderError } from 'commander';
import { inert, quote } from '../base/inert.js';
import { buildProgram } from './command/program.js';
import { unknownCommand } from './command/unknown.js';
import { EXIT, type Io, misuse, say, sayEnd } from './terminal/io.js';

/** Runs a command line and says how it ended. Never throws. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let code: number = EXIT.ok;
  const done = (ended: number) => {
    code = ended;
  };
  try {
    const program = await buildProgram(io, done, argv);
    const unknown = unknownCommand(program, argv);
    if (unknown !== undefined && 'notCovered' in unknown) {
      say(io, `error: ${unknown.notCovered}: not covered by Reprieve.`);
      return EXIT.usage;
    }
    if (unknown !== undefined) misuse(unknown);
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return failed(io, error);
  }
}

async function failed(io: Io, error: unknown): Promise<number> {
  const end = sayEnd(io, error);
  if (end !== undefined) return end;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (isOfFiles(error)) return unusable(io, error);
  const { EngineError } = await import('../engine/run.js');
  const message = error instanceof Error ? error.message : String(error);
  const isEngine = EngineError.isEngineError(error);
  say(io, isEngine ? `error: ${message}` : `internal error: ${message}`);
  if (isEngine && error.interrupted) return EXIT.interrupted;
  const { ClusterError } = await import('../engine/cluster.js');
  return ClusterError.isClusterError(error) && error.isUsage ? EXIT.usage : EXIT.engine;
}

/** Permissions, a full disk, a folder where a file should be: nothing is wrong with this program. */
function unusable(io: Io, { message, path }: NodeJS.ErrnoException): number {
  say(
    io,
    `error: ${path === undefined ? 'A file' : quote(path)} can't be used: ${inert(message)}.`,
  );
  say(io, '  Check its permissions and those of its folder, and the space on the disk.');
  return EXIT.usage;
}

function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
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
