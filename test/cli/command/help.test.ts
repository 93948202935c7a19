import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpPages } from '../../../lib/cli/command/help-pages.js';
import { modulesLoadedBy } from '../../support/loaded.js';
import { ROOT } from '../../support/scratch.js';
import { hasTerminal, inPipe, onTerminal, REPRIEVE } from '../../support/terminal.js';

const cwd = tmpdir();
const { version, pages } = await helpPages();
const reprieve = (...words: string[]) => inPipe([...REPRIEVE, ...words], { cwd });

describe('help', () => {
  it('shows every command’s use by examples that name it', () => {
    expect(Object.keys(pages).length).toBeGreaterThan(10);
    for (const [words, page] of Object.entries(pages).filter(([words]) => !/^proj\b/.test(words))) {
      expect(page, words).toMatch(/\nExamples:\n {2}\$ /);
      expect(page, words).toContain(`  $ reprieve ${words}`.trimEnd());
      expect(page, words).toContain(`Usage: reprieve ${words}`.trimEnd());
    }
  });

  it('fits 80 columns', () => {
    for (const [words, page] of Object.entries(pages)) {
      const examples = page.indexOf('\nExamples:');
      const lines = page.slice(0, examples).split('\n');
      expect(Math.max(...lines.map((line) => line.length)), words).toBeLessThanOrEqual(80);
    }
  });

  it('lies ready, and is what the command would say', () => {
    for (const words of ['', 'review', 'reclamation', 'reclamation list']) {
      const args = words === '' ? [] : words.split(' ');
      const prepared = reprieve(...args, '--help');
      expect(prepared).toEqual({ code: 0, stdout: pages[words], stderr: '' });
      expect(reprieve('help', ...args.slice(0, 1)).stdout).toBe(pages[args[0] ?? '']);
    }
    expect(reprieve('-V')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.runIf(hasTerminal)('fits a narrow terminal', async () => {
    const screen = await onTerminal([...REPRIEVE, 'review', '--help'], { cwd, columns: 70 });
    const [described = ''] = screen.text.split('\nExamples:');
    expect(Math.max(...described.split('\n').map((line) => line.length))).toBeLessThanOrEqual(70);
    expect(screen.code).toBe(0);
  });

  it.each([
    ['reclamtion', 'reclamation'],
    ['reclamation lst', 'list'],
    ['review --frmat text', '--format'],
  ])('suggests what %s means', (words, meant) => {
    const { code, stdout, stderr } = reprieve(...words.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`Did you mean ${meant}?`);
  });
});

describe('starting', () => {
  it('loads nothing for help and version', () => {
    expect([...modulesLoadedBy(['--help'], cwd)]).toEqual([]);
    expect([...modulesLoadedBy(['reclamation', 'list', '-h'], cwd)]).toEqual([]);
    expect([...modulesLoadedBy(['--version'], cwd)]).toEqual([]);
  });

  it('loads only what a command uses', () => {
    const plan = modulesLoadedBy(['plan'], cwd);
    expect([...plan]).toContain('lib/cli/plan/plan');
    expect([...plan].filter((name) => /^lib\/cli\/\w+\/group$/.test(name))).toEqual([
      'lib/cli/plan/group',
      'lib/cli/command/group',
    ]);
    for (const other of ['lib/cli/review/review', 'lib/report/text', 'lib/policy/evaluate']) {
      expect(existsSync(join(ROOT, `${other}.ts`))).toBe(true);
      expect([...plan]).not.toContain(other);
    }
  });

  it('loads for a review neither the files nor the programs that it does without', () => {
    const plan = join(ROOT, 'test/fixtures/plans/no-change.json');
    const loaded = [...modulesLoadedBy(['review', plan], ROOT)];
    expect(loaded).toContain('lib/files/settings');
    const unneeded =
      /^lib\/(engine|validation|constructs|cluster)\/|^lib\/files\/(projects-lock|deletions|approvals|file-lock)|^lib\/state\/(clock|expression)$|^lib\/cli\/(plan\/thread|workspace\/(workspace|synthesis))$/;
    expect(loaded.filter((name) => unneeded.test(name))).toEqual([]);
  });

  it('loads what evaluates policies only for who asks for them', () => {
    const plan = join(ROOT, 'test/fixtures/plans/no-change.json');
    const evaluates = (name: string) =>
      /^(lib\/policy\/(evaluate|json-schema\/(partial-evaluator|compiler))|re2js)$/.test(name);
    const loaded = modulesLoadedBy(['review', plan], cwd);
    expect([...loaded]).toContain('lib/gate/review-plans');
    expect([...loaded].filter(evaluates)).toEqual([]);
    expect([...modulesLoadedBy(['review', plan, '--policy'], ROOT)].filter(evaluates)).not.toEqual(
      [],
    );
  });
});
