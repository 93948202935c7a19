import { readFileSync, statSync } from 'node:fs';
import { inert } from '../../base/inert.js';
import { type Io, misuse } from '../terminal/io.js';

const MAX_EVENT = 16 * 2 ** 20;

/** The event that a GitHub workflow runs for; undefined where this is no workflow. */
export function eventOf(io: Io): unknown {
  const path = io.env['GITHUB_EVENT_PATH'];
  if (path === undefined || path === '') return undefined;
  try {
    if (statSync(path).size > MAX_EVENT) throw new RangeError('it is too large');
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return misuse({
      code: 'cli/event',
      message: `The workflow's event can't be read: ${error instanceof Error ? inert(error.message) : 'it failed'}.`,
      remedy: 'Run this in a workflow; GITHUB_EVENT_PATH names the event’s file.',
    });
  }
}
