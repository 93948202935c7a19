import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createAtomically,
  makeFolder,
  readProjectFile,
  writeAtomically,
} from '../../lib/files/disk.js';

const ROOT = join(import.meta.dirname, '../..');
let folder = '';
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('readProjectFile', () => {
  it('reads text as it is', () => {
    writeFileSync(at('a.yaml'), '\uFEFFversion: 1\r\n# é\n');
    expect(readProjectFile(folder, 'a.yaml')).toEqual({
      file: 'a.yaml',
      text: '\uFEFFversion: 1\r\n# é\n',
    });
  });

  it('finds nothing wrong with a file that is not there', () => {
    expect(readProjectFile(folder, 'a.yaml')).toEqual({ file: 'a.yaml' });
    expect(readProjectFile(at('no/such'), 'a.yaml')).toEqual({ file: 'a.yaml' });
  });

  it('says that a folder is no file', () => {
    mkdirSync(at('a.yaml'));
    expect(readProjectFile(folder, 'a.yaml').problem?.code).toBe('file/not-a-file');
  });

  it('does not wait for a named pipe', () => {
    execFileSync('mkfifo', [at('a.yaml')]);
    expect(readProjectFile(folder, 'a.yaml').problem?.code).toBe('file/not-a-file');
  });

  it('says that a file is too large, without reading it', () => {
    writeFileSync(at('a.yaml'), '');
    truncateSync(at('a.yaml'), 2 ** 40);
    expect(readProjectFile(folder, 'a.yaml').problem?.code).toBe('file/too-large');
  });

  it('says that a link leads to itself', () => {
    symlinkSync('a.yaml', at('a.yaml'));
    expect(readProjectFile(folder, 'a.yaml').problem).toMatchObject({
      code: 'file/unreadable',
      message: expect.stringContaining('ELOOP'),
    });
  });

  it('says where text is not UTF-8', () => {
    writeFileSync(at('a.yaml'), Buffer.from([0x61, 0x0a, 0xc3, 0xa9, 0x62, 0xff, 0x0a]));
    expect(readProjectFile(folder, 'a.yaml').problem).toMatchObject({
      code: 'file/encoding',
      source: { file: 'a.yaml', line: 2, column: 3 },
    });
    writeFileSync(at('a.yaml'), Buffer.from([0xc3]));
    expect(readProjectFile(folder, 'a.yaml').problem).toMatchObject({ source: { line: 1 } });
  });
});

describe('writeAtomically', () => {
  it('writes a new file and replaces an old one', () => {
    for (const text of ['one', 'two é\n', '']) {
      writeAtomically(at('a.yaml'), text);
      expect(readFileSync(at('a.yaml'), 'utf8')).toBe(text);
    }
    expect(readdirSync(folder)).toEqual(['a.yaml']);
  });

  it.skipIf(process.getuid?.() !== 0)('keeps the owner of what it replaces', () => {
    writeFileSync(at('owned.yaml'), 'before');
    chownSync(at('owned.yaml'), 1234, 4321);
    writeAtomically(at('owned.yaml'), 'after');
    expect(statSync(at('owned.yaml'))).toMatchObject({ uid: 1234, gid: 4321 });
  });

  it('keeps the mode of what it replaces', () => {
    writeFileSync(at('a.yaml'), 'old');
    chmodSync(at('a.yaml'), 0o600);
    writeAtomically(at('a.yaml'), 'new');
    expect(statSync(at('a.yaml')).mode & 0o777).toBe(0o600);
  });

  it('writes through a link, which stays', () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/a.yaml'), 'old');
    symlinkSync('real/a.yaml', at('a.yaml'));
    writeAtomically(at('a.yaml'), 'new');
    expect(readlinkSync(at('a.yaml'))).toBe('real/a.yaml');
    expect(readFileSync(at('real/a.yaml'), 'utf8')).toBe('new');
    expect(readdirSync(at('real'))).toEqual(['a.yaml']);
  });

  it('leaves nothing behind where it fails', () => {
    mkdirSync(at('a.yaml'));
    expect(() => writeAtomically(at('a.yaml'), 'new')).toThrow();
    expect(readdirSync(folder)).toEqual(['a.yaml']);
    expect(() => writeAtomically(at('no/such/a.yaml'), 'new')).toThrow('ENOENT');
    symlinkSync('gone', at('dangling'));
    expect(() => writeAtomically(at('dangling'), 'new')).toThrow('ENOENT');
  });

  it('steps over what a killed process left', () => {
    writeFileSync(at(`.a.yaml.${process.pid}-0.tmp`), 'left');
    writeAtomically(at('a.yaml'), 'new');
    expect(readFileSync(at('a.yaml'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).toHaveLength(2);
  });
});

describe('createAtomically', () => {
  it('writes a new file, and leaves one that is there as it is', () => {
    createAtomically(at('a.json'), 'first');
    expect(() => createAtomically(at('a.json'), 'second')).toThrow('EEXIST');
    symlinkSync('nowhere', at('b.json'));
    expect(() => createAtomically(at('b.json'), 'third')).toThrow('EEXIST');
    expect(readFileSync(at('a.json'), 'utf8')).toBe('first');
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'b.json']);
  });
});

describe('makeFolder', () => {
  it('creates what is missing, and is content with what is there', () => {
    for (const _ of [1, 2]) makeFolder(at('a/b/c'));
    expect(statSync(at('a/b/c')).isDirectory()).toBe(true);
    symlinkSync(at('a'), at('link'));
    makeFolder(at('link/d'));
    expect(statSync(at('a/d')).isDirectory()).toBe(true);
  });

  it('ends with what the file system says where there can be none', () => {
    writeFileSync(at('file'), '');
    symlinkSync(at('nowhere'), at('dangling'));
    for (const path of ['file', 'file/a/b', 'dangling', 'dangling/a', 'x'.repeat(300)]) {
      expect(() => makeFolder(at(path)), path).toThrow(/EEXIST|ENOTDIR|ENAMETOOLONG/);
    }
    // Node's own `recursive` never comes back from here.
    if (process.platform === 'linux') expect(() => makeFolder('/proc/x/y')).toThrow('ENOENT');
  });

  it('is what creates folders in all of lib', () => {
    const left = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .filter((name) =>
        /mkdirSync\([^)]*recursive/.test(readFileSync(join(ROOT, 'lib', name), 'utf8')),
      );
    expect(left).toEqual([]);
  });
});
