import { spawn } from 'node:child_process';
import { engineEnvironment } from '../environment.js';
import type { Engine } from '../find.js';
import { EngineError, type EngineOptions, interruption } from '../run.js';
import { supervise } from '../signals.js';
import { Said } from './failure.js';
import { Lines, type Message, readMessage } from './message.js';

/** Sees every message of an engine at the time it comes. */
export type Watch = (message: Message) => void;

/**
 * Runs the engine with `-json`, and fails with the engine's whole error unless its exit code is one of
 * `fine`. It is not ended after a time: somebody watches it.
 *
 * @returns the exit code, and the warnings
 */
export async function watchedRun(
  engine: Engine,
  args: readonly [string, ...string[]],
  options: EngineOptions & { readonly watch?: Watch | undefined },
  fine: readonly number[] = [0],
): Promise<{ readonly code: number; readonly warnings: readonly string[] }> {
  const said = new Said(engine, options);
  const hear = (line: string) => {
    const message = readMessage(line);
    said.add(message);
    options.watch?.(message);
  };
  const code = await run(engine, args, options, hear);
  if (!fine.includes(code)) throw said.failure(args[0], code);
  return { code, warnings: said.warnings };
}

function run(
  engine: Engine,
  args: readonly [string, ...string[]],
  { cwd, env }: EngineOptions,
  hear: (line: string) => void,
): Promise<number> {
  return new Promise((done, fail) => {
    const { child, signal, stop } = supervise(() =>
      spawn(engine.program, args, {
        cwd,
        env: engineEnvironment(env),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    const streams = [child.stdout, child.stderr].map((stream) => {
      const lines = new Lines(hear);
      stream.on('data', (part: Buffer) => lines.add(part));
      return lines;
    });
    child.on('error', (error) => {
      stop();
      const message = `${engine.name} could not be started: ${error.message}`;
      fail(new EngineError(message, { cause: error }));
    });
    child.on('close', (code) => {
      stop();
      for (const lines of streams) lines.end();
      const by = signal();
      if (by === undefined) done(code ?? -1);
      else fail(interruption(engine, args[0], by));
    });
  });
}
