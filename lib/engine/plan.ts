import { spawn } from 'node:child_process';
import { chmodSync, createWriteStream, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { engineEnvironment, withoutSecrets } from './environment.js';
import type { Engine } from './find.js';
import { EngineError, type EngineOptions, interrupted, mustRun } from './run.js';
import { supervise } from './signals.js';

/**
 * Plans a stack and writes the plan twice: `FILE.tfplan`, which can be applied, and `FILE`, the
 * same as JSON. Both may hold sensitive values in the clear, so only their owner can read them.
 *
 * An earlier plan is removed first, and the JSON comes last: whatever ends this in between, what
 * is reviewed is never the plan of another time than what can be applied.
 */
export async function writePlan(
  engine: Engine,
  file: string,
  options: EngineOptions,
): Promise<void> {
  const binary = `${file.replace(/\.json$/, '')}.tfplan`;
  for (const earlier of [file, binary]) rmSync(earlier, { force: true });
  // Nobody else may look into the folder, so it does not matter which mode the engine gives a file.
  const folder = mkdtempSync(join(dirname(file), '.plan-'));
  const plan = join(folder, 'plan');
  const json = join(folder, 'json');
  try {
    await mustRun(engine, ['init', '-input=false', '-no-color'], options);
    await mustRun(engine, ['plan', '-input=false', '-no-color', `-out=${plan}`], options);
    await show(engine, plan, json, options);
    chmodSync(plan, 0o600);
    renameSync(plan, binary);
    renameSync(json, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Straight to the file: a plan can be larger than a text in memory may be. */
async function show(
  engine: Engine,
  binary: string,
  file: string,
  options: EngineOptions,
): Promise<void> {
  const run = supervise(() =>
    spawn(engine.program, ['show', '-json', '-no-color', binary], {
      cwd: options.cwd,
      env: engineEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const { child } = run;
  const said: Buffer[] = [];
  child.stderr.on('data', (part: Buffer) => said.length < 100 && said.push(part));
  const ended = new Promise<number>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done(code ?? -1));
  });
  const written = pipeline(child.stdout, createWriteStream(file, { mode: 0o600 }));
  const [code] = await Promise.all([ended, written]).finally(run.stop);
  const signal = run.signal();
  if (signal !== undefined) throw interrupted(engine, 'show', signal);
  if (code === 0) return;
  const text = withoutSecrets(Buffer.concat(said).toString('utf8'), options.env);
  throw new EngineError(`${engine.name} show failed (exit code ${code}):\n${text}`);
}
