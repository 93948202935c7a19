import { appendFileSync } from 'node:fs';
import { github } from '../../forge/github.js';
import { EXIT, type ExitCode, type Io, print } from '../terminal/io.js';
import { delayOf } from './at-forge.js';
import { changeOf } from './change-of-run.js';
import { eventOf } from './event.js';

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
