import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { inert } from '../../base/inert.js';
import { github } from '../../forge/github.js';
import { EXIT, type ExitCode, type Io, misuse, print } from '../terminal/io.js';
import { changeOf } from './change-of-run.js';
import { delayOf } from './forge-options.js';

const MAX_EVENT = 16 * 2 ** 20;

/** `change`: which commits a workflow that runs after another one is about, as a step's outputs. */
export async function sayChange(io: Io): Promise<ExitCode> {
  const { GITHUB_API_URL = 'https://api.github.com', GITHUB_TOKEN = '' } = io.env;
  const forge = github(GITHUB_API_URL, GITHUB_TOKEN, delayOf(io));
  const change = await changeOf(forge, eventOf(io), io.env['GITHUB_REPOSITORY'] ?? '');
  // Numbers and checksums only: none can begin another line.
  const lines = [
    `head=${change.head}`,
    `merged=${change.merged}`,
    `number=${change.pull?.number ?? ''}`,
  ];
  for (const line of lines) print(io, line);
  const path = io.env['GITHUB_OUTPUT'];
  if (path !== undefined && path !== '') appendFileSync(path, `${lines.join('\n')}\n`);
  return EXIT.ok;
}

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
