import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { engineEnvironment, withoutSecrets } from './environment.js';
import type { Engine } from './find.js';
import { type Watch, watchedRun } from './machine/watched-run.js';
import { EngineError, type EngineOptions, interruption, mustRun } from './run.js';
import { supervise } from './signals.js';

/** What the engine is told besides. */
export interface PlanFlags {
  readonly init?: readonly string[];
  readonly plan?: readonly string[];
  /** Sees what the engine does meanwhile. */
  readonly watch?: Watch;
}

/** A plan as it was written. */
export interface WrittenPlan {
  /** What can be applied. */
  readonly binary: string;
  /** SHA-256 of what can be applied, and of the same as JSON: neither is replaced unnoticed. */
  readonly sha256: { readonly binary: string; readonly json: string };
  /** Whether there is nothing to apply, not even an output or a move. */
  readonly isEmpty: boolean;
  /** The engine's warnings, whole, without secrets. */
  readonly warnings: readonly string[];
}

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
  options: EngineOptions & PlanFlags,
): Promise<WrittenPlan> {
  const { init = [], plan: planning = [] } = options;
  const binary = binaryOf(file);
  for (const earlier of [file, binary]) rmSync(earlier, { force: true });
  // Nobody else may look into the folder, so it does not matter which mode the engine gives a file.
  const folder = mkdtempSync(join(dirname(file), '.plan-'));
  const plan = join(folder, 'plan');
  const json = join(folder, 'json');
  try {
    await mustRun(engine, ['init', '-input=false', '-no-color', ...init], options);
    const args = ['-input=false', '-json', '-detailed-exitcode', ...planning, `-out=${plan}`];
    const { code, warnings } = await watchedRun(engine, ['plan', ...args], options, PLANNED);
    await show(engine, plan, json, options);
    chmodSync(plan, 0o600);
    const sha256 = { binary: await sha256Of(plan), json: await sha256Of(json) };
    renameSync(plan, binary);
    renameSync(json, file);
    return { binary, sha256, isEmpty: code === 0, warnings };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where the plan that can be applied is, beside its JSON. */
export function binaryOf(file: string): string {
  return `${file.replace(/\.json$/, '')}.tfplan`;
}

/** What `-detailed-exitcode` says of a plan: nothing to apply, or something. */
const PLANNED = [0, 2];

/** The hash of a file of any size. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** OpenTofu writes its warnings to stdout, too, before what was asked for. */
class FromBrace extends Transform {
  private begun = false;
  /** The end of what was left out: a line can begin in another part. */
  private atLineStart = true;

  override _transform(part: Buffer, _encoding: string, done: TransformCallback): void {
    const from = this.begun ? 0 : this.braceIn(part);
    this.begun ||= from !== -1;
    this.atLineStart = part.at(-1) === NEWLINE;
    done(null, from === -1 ? undefined : part.subarray(from));
  }

  private braceIn(part: Buffer): number {
    if (this.atLineStart && part[0] === BRACE) return 0;
    const at = part.indexOf('\n{');
    return at === -1 ? -1 : at + 1;
  }
}

const NEWLINE = 0x0a;
const BRACE = 0x7b;

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
  const written = pipeline(child.stdout, new FromBrace(), createWriteStream(file, { mode: 0o600 }));
  const [code] = await Promise.all([ended, written]).finally(run.stop);
  const signal = run.signal();
  if (signal !== undefined) throw interruption(engine, 'show', signal);
  if (code === 0) return;
  const text = withoutSecrets(Buffer.concat(said).toString('utf8'), options.env);
  throw new EngineError(`${engine.name} show failed (exit code ${code}):\n${text}`);
}
