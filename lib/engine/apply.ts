import { spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineEnvironment } from './environment.js';
import type { Engine } from './find.js';
import { Said } from './machine/failure.js';
import { Lines, type Message, readMessage } from './machine/message.js';
import type { Watch } from './machine/watched-run.js';
import { sha256Of, type WrittenPlan } from './plan.js';
import { EngineError } from './run.js';

/** How a plan is applied. */
export interface ApplyOptions {
  /** The folder of the stack. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Names the log. */
  readonly name: string;
  /** Whether somebody watches; otherwise the log is for people. */
  readonly watch?: Watch;
}

/** The file of a plan is no longer what was reviewed. */
export class PlanReplaced extends Error {}

/** An apply that runs. */
export interface Applying {
  /** What the engine prints, for whoever stops waiting. */
  readonly log: string;
  /** Ends with the engine; fails with its whole error. */
  readonly ended: Promise<{ readonly warnings: readonly string[] }>;
  /** Lets it go on without this process; the log stays. False where it has ended meanwhile. */
  readonly leave: () => Promise<boolean>;
}

/**
 * Applies a plan as it was written, and no other: from a copy that nobody else can replace. The engine
 * runs in a process group of its own, writes into a file, and is never ended from here: one that is
 * killed can leave an empty state. Ephemeral variables come from the environment once more.
 */
export async function startApply(
  engine: Engine,
  plan: Pick<WrittenPlan, 'binary' | 'sha256'>,
  options: ApplyOptions,
): Promise<Applying> {
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-deploy-'));
  try {
    const copy = join(folder, 'plan');
    await copyOf(plan, copy);
    return run(engine, folder, copy, options);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function copyOf(plan: Pick<WrittenPlan, 'binary' | 'sha256'>, copy: string): Promise<void> {
  if (!existsSync(plan.binary)) throw new PlanReplaced();
  copyFileSync(plan.binary, copy);
  if ((await sha256Of(copy)) !== plan.sha256.binary) throw new PlanReplaced();
}

function run(engine: Engine, folder: string, plan: string, options: ApplyOptions): Applying {
  const { cwd, env, name, watch } = options;
  const log = join(folder, `${name}.log`);
  writeFileSync(log, '', { mode: 0o600 });
  const output = openSync(log, 'a');
  const format = watch === undefined ? '-no-color' : '-json';
  const child = spawn(engine.program, ['apply', '-input=false', format, plan], {
    cwd,
    env: engineEnvironment(env),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const said = new Said(engine, options);
  let [isLoaded, isOver, isLeft] = [false, false, false];
  const tail = new Tail(log, (line) => {
    const message = watch === undefined ? TEXT(line) : readMessage(line);
    // The engine names its version before it reads the plan.
    isLoaded ||= message.type !== 'other' || line.includes('"planned_change"');
    said.add(message);
    watch?.(message);
  });
  const code = new Promise<number>((done, fail) => {
    child.once('error', (error) =>
      fail(new EngineError(`${engine.name} could not be started: ${error.message}`)),
    );
    child.once('close', (ended) => done(ended ?? -1));
  }).finally(() => {
    isOver = true;
    tail.stop();
  });
  const ended = code.then((each) => {
    // The log of one that was left is for whoever was told of it.
    if (!isLeft) rmSync(folder, { recursive: true, force: true });
    if (each !== 0) throw said.failure('apply', each);
    return { warnings: said.warnings };
  });
  // Whoever has left does not ask.
  ended.catch(() => undefined);
  const leave = async () => {
    for (let round = 0; round < MAX_ROUNDS && !isLoaded && !isOver; round += 1) {
      await sleep(EVERY);
      tail.look();
    }
    if (isOver) {
      await ended;
      return false;
    }
    isLeft = true;
    // It holds values in clear text, and the engine has read it.
    rmSync(plan, { force: true });
    tail.stop();
    child.unref();
    return true;
  };
  return { log, ended, leave };
}

const TEXT = (text: string): Message => ({ type: 'text', text });

/** How often the log is looked at, in milliseconds. */
const EVERY = 100;
/** Half a minute, in which any engine has read its plan. */
const MAX_ROUNDS = 300;
const PART = 64 * 1024;

/** Reads what is added to a file. */
class Tail {
  private readonly file: number;
  private readonly lines: Lines;
  private readonly timer: NodeJS.Timeout;
  private readonly part = Buffer.alloc(PART);
  private isOpen = true;

  constructor(path: string, each: (line: string) => void) {
    this.file = openSync(path, 'r');
    this.lines = new Lines(each);
    this.timer = setInterval(() => this.look(), EVERY);
  }

  look(): void {
    if (!this.isOpen) return;
    for (let size = this.read(); size > 0; size = this.read()) {
      this.lines.add(Buffer.from(this.part.subarray(0, size)));
    }
  }

  stop(): void {
    if (!this.isOpen) return;
    clearInterval(this.timer);
    this.look();
    this.lines.end();
    this.isOpen = false;
    closeSync(this.file);
  }

  private read(): number {
    return readSync(this.file, this.part, 0, PART, null);
  }
}
