import { Readable, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../../lib/cli/terminal/io.js';
import { startProgress } from '../../../lib/cli/terminal/progress.js';

function shown(isTTY: boolean, isQuiet = false): string {
  let text = '';
  const stderr = new Writable({
    write(part, _, done) {
      text += part;
      done();
    },
  });
  let now = 0;
  const io: Io = {
    cwd: '/',
    env: {},
    stdin: Readable.from([]),
    stdout: stderr,
    stderr: Object.assign(stderr, { isTTY, columns: 40 }),
    now: () => new Date(now),
  };
  const progress = startProgress(io, "Planning stack 'production'...", isQuiet);
  progress.detail('a detail that is longer than the line of this terminal');
  now = 4000;
  progress.stop();
  return text;
}

describe('what is shown of something that goes on', () => {
  it('is one line on a terminal, never longer than that, and ends with how long it took', () => {
    const text = stripVTControlCharacters(shown(true));
    expect(text.split('\r').at(-1)).toBe("Planning stack 'production'... 4s\n");
    for (const line of text.split('\r')) expect(line.trimEnd().length).toBeLessThan(40);
  });

  it('is a plain line in a log, and nothing where less is asked for', () => {
    expect(shown(false)).toBe("Planning stack 'production'...\n");
    expect(shown(true, true)).toBe('');
  });
});
