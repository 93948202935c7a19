import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTerminal, inPipe, REPRIEVE, Terminal } from '../../support/terminal.js';

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'reprieve-completion-')));
  writeFileSync(join(folder, 'plan.json'), '{}');
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = inPipe([...REPRIEVE, 'completion', shell], { cwd: folder });
    expect(code).toBe(0);
    writeFileSync(join(folder, shell), stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a shell would offer for the last word. */
const OFFERS: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => {
    const typed = words.flatMap((word) => (/^--.*=/.test(word) ? word.split(/(=)/) : [word]));
    const script = `source ./bash; COMP_WORDS=(reprieve "$@"); COMP_CWORD=$#; _reprieve; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const told = inPipe(['bash', '--norc', '-c', script, 'bash', ...typed], { cwd: folder });
    expect(told.stderr).toBe('');
    return told.stdout.split('\n').filter((line) => line !== '');
  },
  fish: (words) => {
    const line = ['reprieve', ...words].join(' ');
    const script = `source ./fish; complete -C ${JSON.stringify(line)}`;
    const told = inPipe(['fish', '--no-config', '-c', script], { cwd: folder });
    expect(told.stderr).toBe('');
    return told.stdout
      .split('\n')
      .flatMap((each) => (each === '' ? [] : [each.split('\t')[0] ?? '']));
  },
};

const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['recl', ['reclamation']],
  ['reclamation re', ['request', 'restore']],
  ['reclamation list --due', ['--due-within']],
  ['reclamation list --output ', ['json', 'yaml', 'ics', 'openmetrics', 'html']],
  ['reclamation list -o y', ['yaml']],
  ['reclamation list --stack close --output ', ['json', 'yaml', 'ics', 'openmetrics', 'html']],
  ['policy list -o j', ['json']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['review pl', ['plan.json']],
  ['reclamation restore ', []],
];

for (const shell of ['bash', 'fish']) {
  describe.runIf(has(shell))(`completion in ${shell}`, () => {
    it.each(CASES)('offers for %j: %j', (line, expected) => {
      const offered = OFFERS[shell]?.(line.split(' ')) ?? [];
      expect(offered.toSorted()).toEqual([...expected].sort());
    });

    it('offers every command that the help has, and its options', () => {
      const help = inPipe([...REPRIEVE, '--help'], { cwd: folder }).stdout;
      const commands = [...help.matchAll(/^ {2}([a-z]+)(?: [[<]|\s{2,}).*/gm)].map(
        ([, name]) => name,
      );
      expect(commands).toContain('sandbox');
      expect(OFFERS[shell]?.([''])).toEqual(expect.arrayContaining(commands));
      expect(OFFERS[shell]?.(['review', '--'])).toEqual(
        expect.arrayContaining(['--format', '--now', '--policy', '--help']),
      );
    });

    it('offers the choices after an equals sign', () => {
      const [offered] = OFFERS[shell]?.(['reclamation', 'list', '--output=j']) ?? [];
      expect(offered).toMatch(/^(--output=)?json$/);
    });
  });
}

/** Types a line with the tabulator key and lets the shell print what became of it. */
async function typed(shell: readonly string[], setup: string, line: string): Promise<string> {
  const terminal = new Terminal(shell, { cwd: folder, columns: 200 });
  terminal.type(`PS1='> '; ${setup}; echo rea''dy\n`);
  await terminal.shows('ready');
  await terminal.shows('> ');
  terminal.type(`${line}\t`);
  // The shell completes before it reads the next key: to the beginning of the line, and echo it.
  terminal.type(`\x01echo "<\x05>"\nexit\n`);
  const { text } = await terminal.ended();
  return /^<(.*?) *>$/m.exec(text.replaceAll('\r', ''))?.[1] ?? text;
}

describe.runIf(hasTerminal && has('zsh'))('completion in zsh', () => {
  const setup = 'bindkey -e; autoload -Uz compinit; compinit -u -D; source ./zsh';
  it.each([
    ['reprieve recl', 'reprieve reclamation'],
    ['reprieve reclamation res', 'reprieve reclamation restore'],
    ['reprieve reclamation list --due', 'reprieve reclamation list --due-within'],
    ['reprieve reclamation list --output j', 'reprieve reclamation list --output json'],
    ['reprieve reclamation list --output=y', 'reprieve reclamation list --output=yaml'],
    ['reprieve completion fi', 'reprieve completion fish'],
    ['reprieve review pl', 'reprieve review plan.json'],
  ])('makes of %j: %j', async (line, expected) => {
    expect(await typed(['zsh', '-f', '-i'], setup, line)).toBe(expected);
  });
});

describe.runIf(hasTerminal && has('bash'))('completion on a terminal', () => {
  it('completes at the tabulator key', async () => {
    const setup = 'source ./bash';
    const shell = ['bash', '--norc', '-i'];
    expect(await typed(shell, setup, 'reprieve recl')).toBe('reprieve reclamation');
    expect(await typed(shell, setup, 'reprieve reclamation list --output=j')).toBe(
      'reprieve reclamation list --output=json',
    );
  });
});

describe('completion', () => {
  it('knows three shells', () => {
    const told = inPipe([...REPRIEVE, 'completion', 'tcsh'], { cwd: folder });
    expect(told).toMatchObject({ code: 2, stdout: '' });
    expect(told.stderr).toContain('bash, zsh, fish');
  });
});
