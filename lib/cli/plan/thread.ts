import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { parseExactly } from '../../base/exact-json.js';
import type { Checked } from '../../base/problem.js';
import type { Plan, Planned } from '../../plan/plan.js';

/** What the thread says: some `Planned` as a list in JSON, and at the end the plan. */
export type ThreadMessage = { readonly planned: string } | Loaded | { readonly failed: string };

interface Loaded {
  readonly loaded: Checked<Plan>;
  /** How many `Planned` there were. */
  readonly count: number;
}

/** What it is told after each list, so that it does not run far ahead. */
const GO_ON = 'go on';

/** A smaller plan is read in less time than a thread takes to start. */
const WORTH_BYTES = 8 * 2 ** 20;

/** Where lib is run as it is, there is none, and plans are read in the main thread. */
const PROGRAM = new URL('./worker.js', import.meta.url);

/** Reads a large plan, while the main thread looks at what is in it. */
export class PlanThread {
  /** Begun before anybody has asked. */
  private static readonly begun = new Map<string, PlanThread>();
  private readonly worker: Worker;
  private readonly end: Promise<Loaded>;
  /** What was found before anybody has asked: a message that nobody takes is lost. */
  private readonly early: string[] = [];
  private inspect: ((planned: Planned) => void) | undefined;
  private shown = 0;

  private constructor(path: string) {
    // It needs none of what this process was started with.
    const worker = new Worker(PROGRAM, { workerData: path, execArgv: [] });
    this.worker = worker;
    this.end = new Promise((done, fail) => {
      worker.on('error', fail);
      worker.on('exit', () => fail(new Error('the thread that reads it has ended early')));
      worker.on('message', (message: ThreadMessage) => {
        try {
          if ('planned' in message) this.show(message.planned);
          else if ('loaded' in message) done(message);
          else fail(new Error(message.failed));
        } catch (error) {
          fail(error);
        }
      });
    });
    // Whoever ends before it is asked for need not wait for it, nor hear of its end.
    worker.unref();
    this.end.catch(() => undefined);
  }

  /** Whether a plan of a certain size is read sooner by a thread of its own. */
  static pays(bytes: number): boolean {
    return bytes >= WORTH_BYTES && availableParallelism() > 1 && existsSync(PROGRAM);
  }

  /** Begins with the first large plan, while what evaluates it is loaded. */
  static readAhead(folder: string, files: readonly string[]): void {
    const path = files.map((file) => resolve(folder, file)).find(isLarge);
    if (path !== undefined) PlanThread.begun.set(path, new PlanThread(path));
  }

  static for(path: string): PlanThread {
    const begun = PlanThread.begun.get(path);
    PlanThread.begun.delete(path);
    return begun ?? new PlanThread(path);
  }

  /** Says the same as `loadPlan`, of a stack without a name. A thread that breaks off is an error. */
  async read(inspect: (planned: Planned) => void): Promise<Checked<Plan>> {
    this.worker.ref();
    this.inspect = inspect;
    try {
      for (const each of this.early.splice(0)) this.show(each);
      const { loaded, count } = await this.end;
      if (count !== this.shown) throw new Error('a part of it got lost on the way');
      return loaded;
    } finally {
      await this.worker.terminate();
    }
  }

  private show(json: string): void {
    const { inspect } = this;
    if (inspect === undefined) {
      this.early.push(json);
      return;
    }
    const planned: readonly Planned[] = parseExactly(json);
    for (const each of planned) inspect(each);
    this.shown += planned.length;
    this.worker.postMessage(GO_ON);
  }
}

function isLarge(path: string): boolean {
  const about = statSync(path, { throwIfNoEntry: false });
  return about?.isFile() === true && !path.endsWith('.tf.json') && PlanThread.pays(about.size);
}
