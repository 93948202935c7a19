import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitPlace, gitTree } from '../../lib/files/git-tree.js';
import { withPinnedPackages } from '../../lib/files/pinned.js';
import { folderTree } from '../../lib/files/tree.js';

const root = mkdtempSync(join(tmpdir(), 'reprieve-git-'));
const app = join(root, 'repo/app');
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...args], {
    cwd: app,
  }).toString();

beforeAll(() => {
  mkdirSync(join(app, 'policies/deep'), { recursive: true });
  writeFileSync(join(app, 'reprieve.yaml'), 'version: 1\n');
  writeFileSync(join(app, 'policies/a.yaml'), 'a: ü\n');
  writeFileSync(join(app, 'policies/deep/b.yaml'), 'b: 1\n');
  writeFileSync(join(app, 'latin.yaml'), Buffer.from([0x61, 0xe4]));
  writeFileSync(join(app, '-dash'), 'x');
  writeFileSync(join(app, 'huge.yaml'), Buffer.alloc(2 ** 24 + 1, 32));
  symlinkSync('/etc/hostname', join(app, 'link.yaml'));
  execFileSync('git', ['init', '-q', '-b', 'main', join(root, 'repo')]);
  git('add', '-A');
  git('commit', '-q', '-m', 'base');
  writeFileSync(join(app, 'reprieve.yaml'), 'version: 1\napprovers: []\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function treeOf(ref: string) {
  const { value, problems } = gitPlace(app, ref);
  if (value === undefined) throw new Error(problems.map(({ message }) => message).join());
  return gitTree(value);
}

describe('the files of a commit', () => {
  it('are those of the commit and not of the folder, below the same folder', () => {
    const tree = treeOf('main');
    expect(tree.read('reprieve.yaml')).toEqual({
      file: 'main:app/reprieve.yaml',
      text: 'version: 1\n',
    });
    expect(tree.list('policies')).toEqual(['policies/a.yaml', 'policies/deep/b.yaml']);
    expect(tree.read('policies/a.yaml').text).toBe('a: ü\n');
    expect(tree.read('./policies/deep/../a.yaml').text).toBe('a: ü\n');
    expect(tree.read('nothing.yaml')).toEqual({ file: 'main:app/nothing.yaml' });
    expect(() => tree.list('nothing')).toThrow('no such file or folder');
    expect(() => tree.list('../../..')).toThrow('outside of the repository');
  });

  it('are read neither through links, nor beyond a size, nor in another encoding', () => {
    const tree = treeOf('HEAD');
    expect(tree.read('link.yaml').problem?.code).toBe('file/not-a-file');
    expect(tree.read('huge.yaml').problem?.code).toBe('file/too-large');
    expect(tree.read('latin.yaml').problem?.code).toBe('file/encoding');
  });

  it.each([
    '--upload-pack=touch owned',
    '-dash',
    '--output=owned',
    'main owned',
    'main;touch owned',
    'main\nowned',
    ':/base',
    '$(touch owned)',
    '',
    'x'.repeat(300),
  ])('are not looked for by what is no name of a commit: %j', (ref) => {
    expect(gitPlace(app, ref).problems.map(({ code }) => code)).toEqual(['rules/ref']);
    expect(git('status', '--porcelain')).not.toContain('owned');
  });

  it.each(['nowhere', 'origin/main', 'f'.repeat(40), 'main^{tree}'])(
    'are missed where there is no such commit, with what to do: %s',
    (ref) => {
      const [problem] = gitPlace(app, ref).problems;
      expect(problem?.code).toBe('rules/no-commit');
      expect(problem?.remedy).toContain('fetch-depth: 0');
    },
  );

  it('are not taken from a repository that lies in the files under review', () => {
    const inner = join(app, 'inner');
    execFileSync('git', ['clone', '-q', '--bare', join(root, 'repo'), inner]);
    expect(gitPlace(inner, 'HEAD').problems.map(({ code }) => code)).toEqual(['rules/no-commit']);
    rmSync(inner, { recursive: true });
  });
});

describe('the files of a package', () => {
  const program = join(root, 'somewhere/node_modules/reprieve');
  const write = (folder: string, name: string, content: unknown) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content),
    );
  };
  const base = join(root, 'base');
  const lock = (packages: object) =>
    write(base, 'package-lock.json', { lockfileVersion: 3, packages });
  const tree = () => withPinnedPackages(folderTree(base, 'base'), program);

  beforeAll(() => {
    write(program, 'package.json', { name: 'reprieve', version: '1.2.3' });
    write(join(program, 'policies'), 'a.yaml', 'ours: 1\n');
    const rules = join(root, 'somewhere/node_modules/@team/rules');
    write(rules, 'package.json', { name: '@team/rules', version: '2.0.0' });
    write(rules, 'b.yaml', 'theirs: 1\n');
  });

  it('are those beside the running program, in the version that the base pins', () => {
    lock({
      'node_modules/reprieve': { version: '1.2.3' },
      'node_modules/@team/rules': { version: '2.0.0' },
    });
    expect(tree().list('node_modules/reprieve/policies')).toEqual([
      'node_modules/reprieve/policies/a.yaml',
    ]);
    expect(tree().read('node_modules/reprieve/policies/a.yaml').text).toBe('ours: 1\n');
    expect(tree().read('node_modules/@team/rules/b.yaml').text).toBe('theirs: 1\n');
  });

  it.each([
    [
      'another version',
      { 'node_modules/reprieve': { version: '1.2.4' } },
      /base has reprieve 1\.2\.4, and 1\.2\.3 is installed/,
    ],
    ['no version', { 'node_modules/reprieve': { link: true } }, /does not say which version/],
    ['no such package', {}, /does not say which version/],
  ])('are not read in %s', (_, packages, says) => {
    lock(packages);
    expect(() => tree().list('node_modules/reprieve/policies')).toThrow(says);
  });
});

describe('the name of a commit', () => {
  const told = (ref: string) => gitPlace(app, ref).problems.map(({ code }) => code);

  it('is not taken where a tag has the name of a branch, and another commit', () => {
    const base = git('rev-parse', 'main').trim();
    git('remote', 'add', 'origin', 'https://example.org/x');
    git('update-ref', 'refs/remotes/origin/main', base);
    git('commit', '-q', '--allow-empty', '-m', 'other');
    git('tag', 'fine', base);
    git('tag', '-a', 'origin/main', '-m', 'same', base);
    expect(
      ['origin/main', 'fine', 'HEAD~1', base, 'refs/remotes/origin/main'].flatMap(told),
    ).toEqual([]);
    git('tag', '-f', 'origin/main', 'HEAD');
    for (const ref of ['origin/main', 'origin/main~1', 'origin/main^0', 'origin/main@{0}']) {
      expect(told(ref)).toEqual(['rules/ambiguous']);
    }
    const [problem] = gitPlace(app, 'origin/main').problems;
    expect(problem?.message).toContain('"refs/tags/origin/main" or "refs/remotes/origin/main"');
    expect(told('refs/remotes/origin/main')).toEqual([]);
    git('update-ref', '-d', 'refs/remotes/origin/main');
    expect(told('origin/main')).toEqual(['rules/ambiguous']);
  });
});
