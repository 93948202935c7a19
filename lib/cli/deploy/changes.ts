import { isRecord } from '../../base/guards.js';
import { escapeInvisible } from '../../base/inert.js';
import type { Message } from '../../engine/machine/message.js';
import type { KindCount } from '../../review/review.js';

/** How long a shown value of an output may be. */
const MAX_VALUE = 200;

/** Counts what an apply does, as it says it. */
export class ChangeCount {
  /** Outputs that may be shown, less our own, in the order of the engine. */
  readonly outputs: (readonly [string, string])[] = [];
  private readonly done = { create: 0, update: 0, delete: 0 };
  private readonly all: number;
  private readonly inState: string;
  private finished = 0;

  constructor(kinds: readonly KindCount[]) {
    // A replacement is two changes.
    this.all = kinds.reduce((sum, { action, count }) => sum + count * (CHANGES[action] ?? 0), 0);
    const only = kinds.filter(({ action }) => Object.hasOwn(IN_STATE, action));
    this.inState = only.map(({ action, count }) => `, ${count} ${IN_STATE[action]}`).join('');
  }

  add(message: Message): void {
    if (message.type === 'outputs') this.addOutputs(message.outputs);
    if (message.type !== 'finished') return;
    const { action } = message;
    if (action !== 'create' && action !== 'update' && action !== 'delete') return;
    this.done[action] += 1;
    this.finished += 1;
  }

  /** `7 of 18 done`. */
  get inWords(): string {
    return `${this.finished} of ${Math.max(this.all, this.finished)} done`;
  }

  /** What was done in all. */
  get total(): string {
    const { create, update, delete: removed } = this.done;
    return `${create} created, ${update} updated, ${removed} deleted${this.inState}`;
  }

  private addOutputs(outputs: Readonly<Record<string, unknown>>): void {
    for (const [name, output] of Object.entries(outputs)) {
      // Each stack has it, and `reclamation list` shows it better.
      if (name === 'reclamations' || !isRecord(output)) continue;
      const shown = output['sensitive'] === true ? '(sensitive)' : JSON.stringify(output['value']);
      const text = shown ?? '';
      const short = text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
      this.outputs.push([escapeInvisible(name), escapeInvisible(short)]);
    }
  }
}

/** What an engine does without saying when. */
const IN_STATE: Readonly<Partial<Record<KindCount['action'], string>>> = {
  move: 'moved',
  import: 'imported',
  forget: 'removed from the state',
};

const CHANGES: Readonly<Partial<Record<KindCount['action'], number>>> = {
  create: 1,
  update: 1,
  delete: 1,
  replace: 2,
};
