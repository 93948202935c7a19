import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { expectGolden as golden, words } from '../support/golden.js';
import { ROOT } from '../support/scratch.js';
import { story } from '../support/story.js';
import { hasTerminal, inPipe, REPRIEVE, Terminal } from '../support/terminal.js';

let folder: string;
let app: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-golden-')));
  app = join(folder, 'my-projects');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENV = {
  HOME: tmpdir(),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'user.email',
  GIT_CONFIG_VALUE_0: 'ann@example.org',
};

function piped(cwd: string, line: string): string {
  const { stdout, stderr } = inPipe([...REPRIEVE, ...words(line)], { cwd, env: ENV });
  return `$ reprieve ${line}\n${stdout}${stderr}`;
}

/** The command on a terminal, where each question is answered by what is typed. */
async function typed(cwd: string, line: string, answers: readonly (readonly [string, string])[]) {
  const terminal = new Terminal([...REPRIEVE, ...words(line)], { cwd, env: ENV, columns: 100 });
  for (const [question, answer] of answers) {
    await terminal.shows(question);
    terminal.type(answer);
  }
  const { text } = await terminal.ended();
  return `$ reprieve ${line}\n${text}`;
}

/** The documentation whose transcripts are golden. */
function expectGolden(name: string, printed: string): void {
  golden('docs/first-steps.md', name, printed.replaceAll(folder, '.'));
}

describe.runIf(hasTerminal)('docs/first-steps.md shows', () => {
  const it = story();
  it('a new app', () => {
    expectGolden('init', piped(folder, 'init my-projects'));
    writeFileSync(join(app, 'deletions.yaml'), 'version: 1\ndeletions: []\n');
    expectGolden('init-again', piped(folder, 'init my-projects'));
    mkdirSync(join(app, 'node_modules'));
    for (const name of readdirSync(join(ROOT, 'node_modules')))
      symlinkSync(join(ROOT, 'node_modules', name), join(app, 'node_modules', name));
    symlinkSync(ROOT, join(app, 'node_modules/reprieve'));
  });

  it('what doctor says', () => {
    // Once before, so that there is a lock.
    inPipe([...REPRIEVE, 'plan'], { cwd: app, env: ENV });
    expectGolden('doctor', piped(app, 'doctor'));
  });

  it('how a deletion asks', async () => {
    expectGolden('delete-in-a-pipe', piped(app, 'project delete --name hello'));
    expectGolden('unknown-target', piped(app, 'project delete --name helo --force'));
    expectGolden(
      'interrupted',
      await typed(app, 'project delete --name hello', [['Reason', '\x03']]),
    );
    expect(readFileSync(join(app, 'deletions.yaml'), 'utf8')).toBe('version: 1\ndeletions: []\n');
    expectGolden(
      'delete',
      await typed(app, 'project delete --name hello', [
        ['Reason', 'Replaced by the weekly report\n'],
        ['[y/N]>', 'y\n'],
      ]),
    );
    expectGolden('restore', piped(app, 'project restore --name hello'));
  });

  it('mistakes', () => {
    expectGolden('mistyped', piped(app, 'projct list'));
  });
});
