import { relative } from 'node:path';
import { inert } from '../base/inert.js';
import { shellWord } from '../base/shell.js';
import type { Engine } from './find.js';

/** Who holds a state's lock, as the engine tells it. */
export interface StateLock {
  readonly id: string;
  readonly operation: string;
  readonly who: string;
  readonly created: string;
}

/** What backends give as an id; anything else is not put into a command. */
const ID = /^[\w.:/=+-]{1,200}$/;

/**
 * The lock that made the engine fail, read from what it printed; undefined if it was another error. A lock
 * that could not be made, as in a folder without permission, is such another one: nobody holds it.
 */
export function lockIn(text: string): StateLock | undefined {
  if (!/Error acquiring the state lock|Error locking state/i.test(text)) return undefined;
  if (!/^[\s│]*Lock Info:/m.test(text)) return undefined;
  const field = (name: string) =>
    new RegExp(`^[\\s│]*${name}:[ \\t]*(\\S.*?)\\s*$`, 'm').exec(text)?.[1] ?? '';
  return {
    id: field('ID'),
    operation: field('Operation').replace(/^OperationType/, ''),
    who: field('Who'),
    created: field('Created'),
  };
}

/**
 * What to tell a user of a held lock: by whom and since when, and the exact command that takes it
 * away. A deploy that was killed leaves its lock behind in most backends.
 *
 * @param cwd the folder that the engine ran in
 */
export function describeLock(engine: Engine, lock: StateLock, cwd: string): string {
  const folder = relative(process.cwd(), cwd) || '.';
  const held = `by ${inert(lock.who) || 'someone'} since ${inert(lock.created) || 'an unknown time'} (${inert(lock.operation) || 'unknown operation'})`;
  const command = ID.test(lock.id)
    ? `${shellWord(engine.program)} -chdir=${shellWord(folder)} force-unlock ${lock.id}`
    : `${engine.name} names no id that could be used: remove the lock in the backend itself.`;
  return [
    `The state is locked ${held}. Nothing was changed.`,
    '  If that deploy is still running, wait for it. If it was killed, take its lock away and deploy again:',
    `  ${command}`,
  ].join('\n');
}
