import { spawnSync } from 'node:child_process';
import { posix } from 'node:path';
import { inert, quote, quoteName } from '../base/inert.js';
import type { Checked, Problem } from '../base/problem.js';
import { decodeText, MAX_BYTES, type ProjectFile } from './disk.js';
import type { FileTree } from './tree.js';

/** A commit, and the folder in it that stands for the one that was named. */
export interface GitPlace {
  /** The folder from which git is asked. */
  readonly folder: string;
  /** The commit’s full name. */
  readonly commit: string;
  /** From the repository’s root, with a slash at its end; empty where it is the root. */
  readonly prefix: string;
  /** What the commit was called. */
  readonly shown: string;
}

/** No name of a commit is longer, and none begins with a dash, which git would take for an option. */
const REF = /^[\w@][\w.@/{}^~+#-]{0,254}$/;

/** What git may print at most. */
const MAX_OUTPUT = 256 * 2 ** 20;
const TIMEOUT = 60_000;

/** Finds a commit of the repository that a folder is in. Nothing is checked out or executed. */
export function gitPlace(folder: string, ref: string): Checked<GitPlace> {
  if (!REF.test(ref)) return { problems: [notARef(ref)] };
  const found = git(folder, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  ]);
  const commit = found.text.trim();
  if (found.isMissing) return { problems: [noGit()] };
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return { problems: [noCommit(ref, found.said)] };
  const all = namesakes(folder, ref, commit);
  if (all.length > 0) return { problems: [ambiguous(ref, all)] };
  const prefix = git(folder, ['rev-parse', '--show-prefix']);
  if (!prefix.isFine) return { problems: [noCommit(ref, prefix.said)] };
  const shown = /^[0-9a-f]{40,64}$/.test(ref) ? ref.slice(0, 12) : ref;
  const inRepository = prefix.text.replace(/\n$/, '');
  return { value: { folder, commit, prefix: inRepository, shown }, problems: [] };
}

/** Where git looks for a short name, the first that has it first. */
const SPACES = ['refs', 'refs/tags', 'refs/heads', 'refs/remotes'];

/**
 * What a name could mean, where that is more than one commit: git takes a tag `origin/main` before the
 * remote's branch, so whoever may push a tag could set the rules with it. Empty where it is clear.
 */
function namesakes(folder: string, ref: string, commit: string): readonly string[] {
  const [name = ''] = ref.split(/[~^]|@\{/);
  if (ref.startsWith(commit) || name === '') return [];
  const wanted = SPACES.map((space) => `${space}/${name}`);
  const refs = git(folder, ['for-each-ref', '--format=%(refname)', ...wanted]).text.split('\n');
  const found = wanted.filter((each) => refs.includes(each));
  const isOther = (full: string) => {
    const meant = `${full}${ref.slice(name.length)}^{commit}`;
    return git(folder, ['rev-parse', '--verify', '--quiet', meant]).text.trim() !== commit;
  };
  const isLent = !found.includes(`refs/remotes/${name}`) && isOfRemote(folder, name);
  return found.some(isOther) || isLent ? found : [];
}

/** Whether a name is how a remote's branch is called, such as `origin/main`. */
function isOfRemote(folder: string, name: string): boolean {
  const remotes = git(folder, ['remote']).text.split('\n').filter(Boolean);
  return remotes.some((each) => name.startsWith(`${each}/`));
}

/** Whether a folder is in a repository of git that can be asked. */
export function isInRepository(folder: string): boolean {
  return git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']).isFine;
}

/** The files of a commit. */
export function gitTree(place: GitPlace): FileTree {
  const { folder, commit, prefix, shown } = place;
  const label = (path: string) => `${shown}:${normalised(prefix, path) ?? path}`;
  const known = new Map<string, Blob>();
  const contents = new Map<string, Buffer>();
  const entries = (path: string) => {
    const full = normalised(prefix, path);
    if (full === undefined) throw new Error('it is outside of the repository');
    return list(folder, commit, full);
  };
  return {
    label,
    read: (path) => {
      const file = label(path);
      const blob =
        known.get(path) ?? entries(path).find((each) => each.path === normalised(prefix, path));
      return blob === undefined ? { file } : { file, ...read(folder, file, blob, contents) };
    },
    list: (path) => {
      const found = entries(path);
      if (found.length === 0) throw new Error('there is no such file or folder');
      for (const [id, bytes] of contentsOf(folder, found)) contents.set(id, bytes);
      return found.map((blob) => {
        const own = posix.relative(prefix === '' ? '.' : prefix, blob.path);
        known.set(own, blob);
        return own;
      });
    },
  };
}

/** The files of that name anywhere in a commit, by their paths from the root. */
export function pathsNamed({ folder, commit }: GitPlace, name: string): readonly string[] {
  const { text } = git(folder, ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit]);
  return text.split('\0').filter((path) => path === name || path.endsWith(`/${name}`));
}

interface Blob {
  readonly path: string;
  readonly id: string;
  readonly size: number;
  /** No symbolic link, and no commit of another repository. */
  readonly isFile: boolean;
}

/** A path from the repository’s root; undefined where it leads out of that. */
function normalised(prefix: string, path: string): string | undefined {
  const full = posix.normalize(posix.join(prefix, path)).replace(/^\.\/?$|\/$/g, '');
  return full === '..' || full.startsWith('../') ? undefined : full;
}

function list(folder: string, commit: string, path: string): readonly Blob[] {
  const where = path === '' ? [] : ['--', path];
  const done = git(folder, ['ls-tree', '-r', '-z', '-l', '--full-tree', commit, ...where]);
  if (!done.isFine) throw new Error(done.said);
  return done.text.split('\0').flatMap((line) => {
    const match = /^(\d{6}) (\w+) ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line);
    if (match === null) return [];
    const [, mode = '', , id = '', size, name = ''] = match;
    return [{ path: name, id, size: Number(size), isFile: mode.startsWith('100') }];
  });
}

/** What is read ahead at most, all files together. */
const MAX_AHEAD = 64 * 2 ** 20;

/** The content of many files by one call; of too much, none. */
function contentsOf(folder: string, blobs: readonly Blob[]): ReadonlyMap<string, Buffer> {
  const files = blobs.filter(({ isFile, size }) => isFile && size <= MAX_BYTES);
  const found = new Map<string, Buffer>();
  if (files.reduce((sum, { size }) => sum + size, 0) > MAX_AHEAD) return found;
  const { bytes } = git(folder, ['cat-file', '--batch'], files.map(({ id }) => `${id}\n`).join(''));
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    const match = /^([0-9a-f]+) blob (\d+)$/.exec(bytes.toString('latin1', at, end));
    if (end === -1 || match === null) break;
    const [, id = '', size] = match;
    found.set(id, bytes.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return found;
}

function read(
  folder: string,
  file: string,
  { id, size, isFile }: Blob,
  contents: ReadonlyMap<string, Buffer>,
): Omit<ProjectFile, 'file'> {
  if (!isFile) {
    return {
      problem: fault(
        file,
        'file/not-a-file',
        'is a symbolic link, which is not followed.',
        'Put the file itself there.',
      ),
    };
  }
  if (size > MAX_BYTES) {
    const what = `is larger than ${MAX_BYTES / 2 ** 20} MiB.`;
    return {
      problem: fault(file, 'file/too-large', what, 'Check whether this is the file you mean.'),
    };
  }
  const ahead = contents.get(id);
  if (ahead?.length === size) return decodeText(file, ahead);
  const done = git(folder, ['cat-file', 'blob', id]);
  if (done.isFine) return decodeText(file, done.bytes);
  return {
    problem: fault(
      file,
      'file/unreadable',
      `can't be read: ${done.said}.`,
      'Fetch the commit as a whole.',
    ),
  };
}

function fault(file: string, code: string, what: string, remedy: string): Problem {
  return { code, message: `${quoteName(file)} ${what}`, remedy, source: { file } };
}

interface Done {
  readonly isFine: boolean;
  readonly isMissing: boolean;
  readonly bytes: Buffer;
  readonly text: string;
  readonly said: string;
}

/**
 * Asks git for what is stored. A repository that lies in the files under review is not taken for
 * the one that they are in, objects are not replaced or fetched, and no setting starts a program.
 */
function git(folder: string, args: readonly string[], input = ''): Done {
  const settings = [
    'safe.bareRepository=explicit',
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
  ];
  const all = [
    '--literal-pathspecs',
    '--no-pager',
    ...settings.flatMap((each) => ['-c', each]),
    ...args,
  ];
  const done = spawnSync('git', all, {
    cwd: folder,
    env: environment(),
    maxBuffer: MAX_OUTPUT,
    timeout: TIMEOUT,
    input,
  });
  const bytes = done.stdout ?? Buffer.alloc(0);
  const errors = (done.stderr ?? Buffer.alloc(0)).toString('utf8').trim().split('\n')[0] ?? '';
  return {
    isFine: done.status === 0,
    isMissing: done.error !== undefined && 'code' in done.error && done.error.code === 'ENOENT',
    bytes,
    text: bytes.toString('utf8'),
    said: inert(errors === '' ? (done.error?.message ?? 'git says no more') : errors),
  };
}

/** Which repository is meant is told by the folder alone. */
function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(own),
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  };
}

function notARef(ref: string): Problem {
  return {
    code: 'rules/ref',
    message: `${quote(ref)} can’t be the name of a commit.`,
    remedy:
      'Name a branch, a tag or a commit, such as origin/main; or a folder, such as ../base or ./base.',
  };
}

function noCommit(ref: string, said: string): Problem {
  return {
    code: 'rules/no-commit',
    message: `The commit ${quote(ref)}, whose rules hold, is not in this repository: ${said}.`,
    remedy:
      'Fetch it first (on GitHub: actions/checkout with fetch-depth: 0; on GitLab: GIT_DEPTH: 0), or name a folder that has the base’s files: --rules ../base',
  };
}

function ambiguous(ref: string, all: readonly string[]): Problem {
  return {
    code: 'rules/ambiguous',
    message: `${quote(ref)}, whose rules hold, is not the name of one commit: it could be ${all.map((each) => quote(each)).join(' or ')}.`,
    remedy:
      'Write the full name, such as refs/remotes/origin/main, or the commit’s; and delete the tag or branch that has another one’s name.',
  };
}

function noGit(): Problem {
  return {
    code: 'rules/no-git',
    message: 'git is not installed, so the base’s rules can’t be read from its commit.',
    remedy: 'Install git, or name a folder that has the base’s files: --rules ../base',
  };
}
