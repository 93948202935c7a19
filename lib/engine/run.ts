import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { engineEnvironment, withoutSecrets } from './environment.js';
import type { Engine } from './find.js';
import { describeLock, lockIn } from './lock.js';
import { supervise } from './signals.js';

/** A program that is run for us, by the name that messages call it. */
export interface Program {
  readonly name: string;
  /** As it is called: a name on the PATH, or a path. */
  readonly program: string;
}

/** What a run of the engine printed. */
export interface EngineRun {
  /** The exit code; -1 where it was ended by a signal or by us. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the engine is run. */
export interface EngineOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds. @default 600000 */
  readonly timeout?: number;
  /**
   * Whether it is ended at once when its time is over, and not waited for whatever it has started: only
   * for what writes nothing. @default false
   */
  readonly endsAtOnce?: boolean;
  /** The most that is kept of each stream, in bytes; more ends the run. @default 256 MiB */
  readonly maxOutput?: number;
  /** What the program reads. @default - nothing */
  readonly input?: string;
}

const TIMEOUT = 600_000;
/** The most that is kept of each stream: a state larger than this can't be read. */
const MAX_OUTPUT = 256 * 2 ** 20;

/** The engine failed. The message is for a user; what the engine said is in it, without secrets. */
export class EngineError extends Error {
  /** Whether somebody wanted it to end. */
  readonly interrupted: boolean;

  constructor(message: string, options: ErrorOptions & { interrupted?: boolean } = {}) {
    super(message, options);
    this.name = 'EngineError';
    this.interrupted = options.interrupted ?? false;
  }

  static isEngineError(x: unknown): x is EngineError {
    return x instanceof Error && x.name === 'EngineError';
  }
}

/** Runs the engine without a terminal: it can't ask anything. */
export function runEngine(
  engine: Program,
  args: readonly string[],
  options: EngineOptions,
): Promise<EngineRun> {
  return new Promise((done, fail) => {
    const run = supervise(() =>
      spawn(engine.program, args, {
        cwd: options.cwd,
        env: engineEnvironment(options.env),
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: options.timeout ?? TIMEOUT,
      }),
    );
    const { child } = run;
    const ending = options.endsAtOnce === true ? endingOf(child, options.timeout) : undefined;
    const most = options.maxOutput ?? MAX_OUTPUT;
    const stdout = collect(child.stdout, most, () => child.kill());
    const stderr = collect(child.stderr, most, () => child.kill());
    // Whoever ends before it has read everything says why by its exit code.
    child.stdin.on('error', () => {}).end(options.input ?? '');
    child.on('error', (error) => {
      clearTimeout(ending);
      run.stop();
      const message = `${engine.name} could not be started: ${error.message}`;
      fail(new EngineError(message, { cause: error }));
    });
    child.on('close', (code) => {
      clearTimeout(ending);
      run.stop();
      const signal = run.signal();
      if (signal === undefined) done({ code: code ?? -1, stdout: stdout(), stderr: stderr() });
      else fail(interruption(engine, args[0], signal));
    });
  });
}

/** What it started may hold its streams open, and it may not listen to a signal. */
function endingOf(child: ChildProcessWithoutNullStreams, timeout = TIMEOUT): NodeJS.Timeout {
  return setTimeout(() => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  }, timeout);
}

/** For whoever has to stop: nothing after this engine's run is to be done. */
export function interruption(engine: Program, command = '', signal: NodeJS.Signals): EngineError {
  const message = `${engine.name} ${command} was interrupted (${signal}).`;
  return new EngineError(message, { interrupted: true });
}

/** Runs the engine and fails unless it succeeds. */
export async function mustRun(
  engine: Engine,
  args: readonly string[],
  options: EngineOptions,
): Promise<string> {
  const run = await runEngine(engine, args, options);
  if (run.code === 0) return run.stdout;
  const text = `${run.stdout}\n${run.stderr}`;
  const lock = lockIn(text);
  if (lock !== undefined) throw new EngineError(describeLock(engine, lock, options.cwd));
  const said = errorIn(run, options.env);
  throw new EngineError(`${engine.name} ${args[0] ?? ''} failed (exit code ${run.code}):\n${said}`);
}

function collect(stream: NodeJS.ReadableStream, most: number, overflow: () => void): () => string {
  const parts: Buffer[] = [];
  let length = 0;
  stream.on('data', (part: Buffer) => {
    length += part.length;
    if (length > most) overflow();
    else parts.push(part);
  });
  return () => Buffer.concat(parts).toString('utf8');
}

/** An engine's errors are on stderr, and are repeated whole; without any, the end of the rest has to do. */
function errorIn({ stdout, stderr }: EngineRun, env: NodeJS.ProcessEnv): string {
  const isSaid = stderr.trim() !== '';
  const lines = withoutSecrets(isSaid ? stderr : stdout, env)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return (isSaid ? lines : lines.slice(-20)).map((line) => `  ${line}`).join('\n');
}
