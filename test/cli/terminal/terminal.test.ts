import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasTerminal, inPipe, onTerminal, REPRIEVE, Terminal } from '../../support/terminal.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-terminal-')));
  writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ app: 'node -e 0' }));
  const stack = join(folder, 'cdktf.out/stacks/demo');
  mkdirSync(stack, { recursive: true });
  writeFileSync(join(folder, 'cdktf.out/manifest.json'), '{"stacks":{"demo":{}}}');
  const targets = { version: 1, target: 'sandbox', declared: [], rehydrated: [] };
  writeFileSync(join(stack, 'targets.json'), JSON.stringify(targets));
  writeFileSync(join(stack, 'cdk.tf.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const reset = [...REPRIEVE, 'sandbox', 'reset', 'demo'];
const QUESTION = "Are you sure you want to reset sandbox 'demo'? [y/N]>";

describe.runIf(hasTerminal)('on a terminal', () => {
  it('asks, and does what the answer says', async () => {
    for (const [answer, code] of [
      ['y', 0],
      ['n', 1],
      ['', 1],
    ] as const) {
      const terminal = new Terminal(reset, { cwd: folder });
      await terminal.shows(QUESTION);
      terminal.type(`${answer}\n`);
      const screen = await terminal.ended();
      expect(screen.code).toBe(code);
      expect(screen.text.includes('OK')).toBe(code === 0);
    }
  });

  it('takes the end of the input for no', async () => {
    const terminal = new Terminal(reset, { cwd: folder });
    await terminal.shows(QUESTION);
    terminal.type('\x04');
    expect((await terminal.ended()).code).toBe(1);
  });

  it('ends at Ctrl-C with the code of an interrupt', async () => {
    const terminal = new Terminal(reset, { cwd: folder });
    await terminal.shows(QUESTION);
    terminal.type('\x03');
    const screen = await terminal.ended();
    expect(screen.code).toBe(130);
    expect(screen.text).not.toMatch(/OK|error/);
  });

  it('shows the same help as in a pipe', async () => {
    const screen = await onTerminal([...REPRIEVE, '--help'], { cwd: folder });
    expect(screen.text).toBe(inPipe([...REPRIEVE, '--help'], { cwd: folder }).stdout);
  });
});

describe('in a pipe', () => {
  it('asks nobody', () => {
    const piped = inPipe(reset, { cwd: folder, input: 'y\n' });
    expect(piped).toMatchObject({ code: 2, stdout: '' });
    expect(piped.stderr).toContain('--force');
  });
});
