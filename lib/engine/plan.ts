import { spawn } from 'node:child_process';
import { chmodSync, createWriteStream, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Engine } from './find.js';
import { EngineError, type EngineOptions, mustRun, withoutSecrets } from './run.js';

/**
 * Plans a stack and writes the plan twice: `FILE.tfplan`, which can be applied, and `FILE`, the
 * same as JSON. Both may hold sensitive values in the clear, so only their owner can read them.
 */
export async function writePlan(
  engine: Engine,
  file: string,
  options: EngineOptions,
): Promise<void> {
  const binary = `${file.replace(/\.json$/, '')}.tfplan`;
  await mustRun(engine, ['init', '-input=false', '-no-color'], options);
  await mustRun(engine, ['plan', '-input=false', '-no-color', `-out=${binary}`], options);
  chmodSync(binary, 0o600);
  await show(engine, binary, file, options);
}

/** Straight to the file: a plan can be larger than a text in memory may be. */
async function show(
  engine: Engine,
  binary: string,
  file: string,
  options: EngineOptions,
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const child = spawn(engine.program, ['show', '-json', '-no-color', binary], {
    cwd: options.cwd,
    env: { ...options.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (part: Buffer) => said.length < 100 && said.push(part));
  const ended = new Promise<number>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done(code ?? -1));
  });
  try {
    await pipeline(child.stdout, createWriteStream(temporary, { mode: 0o600 }));
    const code = await ended;
    if (code !== 0) {
      const text = withoutSecrets(Buffer.concat(said).toString('utf8'), options.env);
      throw new EngineError(`${engine.name} show failed (exit code ${code}):\n${text}`);
    }
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}
