import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { hasTerminal, inPipe, onTerminal, REPRIEVE } from '../../support/terminal.js';

const RED = '\u001b[31merror:\u001b[0m';
const command = [...REPRIEVE, 'plan'];
const cwd = tmpdir();

describe('colours', () => {
  it.runIf(hasTerminal).each([
    [{}, true],
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [{ NO_COLOR: '' }, true],
    [{ CI: 'true' }, false],
    [{ CI: 'true', FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
    [{ TERM: 'dumb' }, false],
  ])('are on a terminal with %j: %j', async (env, expected) => {
    const { raw, text } = await onTerminal(command, { cwd, env });
    expect(text).toContain('error: There is no cdktf.json');
    expect(raw.includes(RED)).toBe(expected);
    expect(raw.includes('\u001b')).toBe(expected);
  });

  it.each([
    [{}, false],
    [{ FORCE_COLOR: '1' }, true],
  ])('are in a pipe with %j: %j', (env, expected) => {
    const { stderr } = inPipe(command, { cwd, env });
    expect(stderr.includes(RED)).toBe(expected);
    expect(stderr.includes('\u001b')).toBe(expected);
  });
});
