import { CommanderError } from 'commander';
import { buildProgram } from './command/program.js';
import { CommandFailure, EXIT, Interruption, type Io, say, sayProblems } from './terminal/io.js';

/** Runs a command line and says how it ended. Never throws. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  let code: number = EXIT.ok;
  const done = (ended: number) => {
    code = ended;
  };
  try {
    const program = await buildProgram(io, done, argv);
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return failed(io, error);
  }
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
  const isEngine = EngineError.isEngineError(error);
  say(io, isEngine ? `error: ${message}` : `internal error: ${message}`);
  if (isEngine && error.interrupted) return EXIT.interrupted;
  const { ClusterError } = await import('../engine/cluster.js');
  return ClusterError.isClusterError(error) && error.isUsage ? EXIT.usage : EXIT.engine;
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
