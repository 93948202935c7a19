import { spawn } from 'node:child_process';
import type { Engine } from './find.js';

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
}

/** The most that is kept of each stream: a state larger than this can't be read. */
const MAX_OUTPUT = 256 * 2 ** 20;

/** The engine failed. The message is for a user; what the engine said is in it, without secrets. */
export class EngineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EngineError';
  }

  static isEngineError(x: unknown): x is EngineError {
    return x instanceof Error && x.name === 'EngineError';
  }
}

/** Runs the engine without a terminal: it can't ask anything. */
export function runEngine(
  engine: Engine,
  args: readonly string[],
  options: EngineOptions,
): Promise<EngineRun> {
  return new Promise((done, fail) => {
    const child = spawn(engine.program, args, {
      cwd: options.cwd,
      env: { ...options.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeout ?? 600_000,
    });
    const stdout = collect(child.stdout, () => child.kill());
    const stderr = collect(child.stderr, () => child.kill());
    child.on('error', (error) =>
      fail(new EngineError(`${engine.name} could not be started: ${error.message}`)),
    );
    child.on('close', (code) => done({ code: code ?? -1, stdout: stdout(), stderr: stderr() }));
  });
}

/** Runs the engine and fails unless it succeeds. */
export async function mustRun(
  engine: Engine,
  args: readonly string[],
  options: EngineOptions,
): Promise<string> {
  const run = await runEngine(engine, args, options);
  if (run.code === 0) return run.stdout;
  const said = withoutSecrets(lastLines(`${run.stdout}\n${run.stderr}`), options.env);
  throw new EngineError(`${engine.name} ${args[0] ?? ''} failed (exit code ${run.code}):\n${said}`);
}

/** Takes the values of TF_VAR_* out of a text, should the engine have repeated one. */
export function withoutSecrets(text: string, env: NodeJS.ProcessEnv): string {
  return Object.entries(env)
    .filter(([name, value]) => /^TF_(VAR|TOKEN)_/.test(name) && (value?.length ?? 0) >= 4)
    .reduce((shown, [name, value]) => shown.replaceAll(value ?? '', `<${name}>`), text);
}

function collect(stream: NodeJS.ReadableStream, overflow: () => void): () => string {
  const parts: Buffer[] = [];
  let length = 0;
  stream.on('data', (part: Buffer) => {
    length += part.length;
    if (length > MAX_OUTPUT) overflow();
    else parts.push(part);
  });
  return () => Buffer.concat(parts).toString('utf8');
}

function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines
    .slice(-20)
    .map((line) => `  ${line}`)
    .join('\n');
}
