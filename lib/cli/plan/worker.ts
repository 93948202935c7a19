// The thread that reads a large plan: see plan-thread.ts.
import { once } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Checked } from '../../base/problem.js';
import { loadPlan } from '../../plan/load-plan.js';
import type { Plan } from '../../plan/plan.js';
import { chunksOf } from './chunks.js';
import type { ThreadMessage } from './thread.js';

/** How many lists may wait for the other thread, of about as many bytes as a chunk has each. */
const MOST_WAITING = 8;

/** Hands over what was found in each chunk before it asks for the next one. */
class Handover {
  private found: string[] = [];
  private waiting = 0;
  private count = 0;

  constructor(private readonly port: MessagePort) {
    port.on('message', () => {
      this.waiting -= 1;
    });
  }

  add(planned: string): void {
    this.found.push(planned);
  }

  async *after(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      yield chunk;
      this.send();
      while (this.waiting >= MOST_WAITING) await once(this.port, 'message');
    }
  }

  loaded(loaded: Checked<Plan>): void {
    this.send();
    this.end({ loaded, count: this.count });
  }

  end(message: ThreadMessage): void {
    this.port.postMessage(message);
    this.port.close();
  }

  private send(): void {
    if (this.found.length === 0) return;
    const message: ThreadMessage = { planned: `[${this.found.join(',')}]` };
    this.count += this.found.length;
    this.found = [];
    this.waiting += 1;
    this.port.postMessage(message);
  }
}

async function run(port: MessagePort, path: string): Promise<void> {
  const handover = new Handover(port);
  try {
    const chunks = handover.after(chunksOf(path));
    handover.loaded(await loadPlan(chunks, { stack: '' }, (each) => handover.add(each)));
  } catch (error) {
    handover.end({ failed: error instanceof Error ? error.message : 'it failed' });
  }
}

if (parentPort !== null) await run(parentPort, String(workerData));
