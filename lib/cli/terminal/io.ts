import type { Readable } from 'node:stream';
import { EXIT, type ExitCode } from '../../base/exit.js';
import { formatProblems, type Problem } from '../../base/problem.js';
import { type Output, paint } from './terminal.js';

export { EXIT, type ExitCode } from '../../base/exit.js';

/** Everything a command needs of the world, so that tests can give it another one. */
export interface Io {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Data. */
  readonly stdout: Output;
  /** Talk. */
  readonly stderr: Output;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly now: () => Date;
}

/** Ends a command with problems and an exit code. Thrown, since it may come from deep inside. */
export class CommandFailure extends Error {
  constructor(
    readonly exitCode: ExitCode,
    readonly problems: readonly Problem[],
  ) {
    super(problems.map((problem) => problem.message).join('; '));
    this.name = 'CommandFailure';
  }
}

/** The user ended the command with Ctrl-C; the message says what stands, where that isn't plain. */
export class Interruption extends Error {
  constructor(message = '') {
    super(message);
    this.name = 'Interruption';
  }
}

/** Says how a command ended; undefined, and nothing said, where it is no end that a command chose. */
export function sayEnd(io: Io, error: unknown): ExitCode | undefined {
  if (error instanceof CommandFailure) {
    sayProblems(io, error.problems);
    return error.exitCode;
  }
  if (!(error instanceof Interruption)) return undefined;
  say(io, error.message);
  return EXIT.interrupted;
}

/** Refuses to go on: something was found that stands against it. */
export function refuse(problem: Problem): never {
  throw new CommandFailure(EXIT.findings, [problem]);
}

/** Refuses to begin: the call or its input can't be used. */
export function misuse(...problems: readonly Problem[]): never {
  throw new CommandFailure(EXIT.usage, problems);
}

export function say(io: Io, text: string): void {
  io.stderr.write(`${text}\n`);
}

export function print(io: Io, text: string): void {
  io.stdout.write(`${text}\n`);
}

export function sayProblems(io: Io, problems: readonly Problem[]): void {
  const error = paint('red', 'error:', io.stderr, io.env);
  const texts = formatProblems(problems).map((text) => text.replace(/^error:/, error));
  say(io, texts.join('\n\n'));
}
