import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './support/built.js';

/** ARCHITECTURE.md has a line for each room: `room → what it may import`. */
const ARROWS = new Map(
  [...readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').matchAll(/^(\w+) +→ (.+)$/gm)].map(
    ([, room = '', list = '']) => [room, list.split(', ')] as const,
  ),
);
const IMPORT = /(?:^(?:import|export) [^';]*\bfrom|\bimport|\brequire)\s*\(?\s*'([^']+)'/gm;

/** What the files of a folder import: files of this repository, or packages. */
const importsBelow = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(IMPORT)].map(([, name = '']) => ({
        file,
        what: name.startsWith('.') ? join(dirname(file), name).replace(/\.js$/, '.ts') : name,
      })),
    );

const imports = importsBelow('lib');
const inner = imports.filter(({ what }) => what.startsWith('lib/'));
const shown = (found: typeof imports) => found.map(({ file, what }) => `${file} → ${what}`);
const roomOf = (file: string) => relative('lib', file).replace(/(\/.*|\.ts)$/, '');

it('imports only along the arrows of ARCHITECTURE.md', () => {
  expect(inner.length).toBeGreaterThan(500);
  const wrong = inner.filter(({ file, what }) => {
    const [from, to] = [roomOf(file), roomOf(what)];
    return from !== to && !ARROWS.get(from)?.includes(to);
  });
  expect(shown(wrong)).toEqual([]);
});

it('has no cycle between files', () => {
  let left = inner;
  // An import from a file that nothing imports, or of one that imports nothing, is in no cycle.
  for (let before = -1; before !== left.length; ) {
    before = left.length;
    const [files, used] = [new Set(left.map((it) => it.file)), new Set(left.map((it) => it.what))];
    left = left.filter(({ file, what }) => used.has(file) && files.has(what));
  }
  expect(shown(left)).toEqual([]);
});

it('imports the framework in lib/constructs alone, and nowhere the whole provider', () => {
  const framework = imports.filter(({ what }) => /^(@?cdktf|constructs)(\/|$)/.test(what));
  expect(shown(framework.filter(({ file }) => roomOf(file) !== 'constructs'))).toEqual([]);
  // It takes 1.1 s to load: import @cdktf/provider-kubernetes/lib/<resource>/index.js.
  const all = ['lib', 'test', 'scripts', 'bench'].flatMap(importsBelow);
  expect(shown(all.filter(({ what }) => what === '@cdktf/provider-kubernetes'))).toEqual([]);
});

it('replaces no module in a test: the files of a process share them', () => {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' });
  const replaces = (name: string) =>
    /\bvi\.(do)?mock\(/i.test(readFileSync(join(ROOT, 'test', name), 'utf8'));
  expect(files.filter((name) => name.endsWith('.test.ts') && replaces(name))).toEqual([]);
});
