import { existsSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { isRecord } from '../base/guards.js';
import { type ProjectFile, readProjectFile } from './disk.js';
import { type FileTree, folderTree } from './tree.js';

/** A file or folder of a package that npm has installed. */
const PACKAGED = /^((?:\.\.\/)*)node_modules\/((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/;

/** How many folders upwards a lock of npm’s may be. */
const MOST_LEVELS = 20;

/**
 * A project’s files, with those of packages too, which no commit holds: they come from the packages
 * that are installed beside the running program, where these are of the very versions that the
 * project’s package-lock.json pins. Another version’s files are not read.
 *
 * @param program - the folder of the package that is running
 */
export function withPinnedPackages(tree: FileTree, program: string): FileTree {
  const placed = (path: string) => {
    const match = PACKAGED.exec(posix.normalize(path));
    if (match === null) return undefined;
    const [, up = '', name = '', rest = ''] = match;
    const { folder, version } = pinned(tree, program, up, name);
    return {
      inner: folderTree(folder, `${name}@${version}`),
      rest: rest === '' ? '.' : rest,
      outer: `${up}node_modules/${name}`,
    };
  };
  return {
    label: (path) => tree.label(path),
    read: (path): ProjectFile => {
      const found = placed(path);
      return found === undefined ? tree.read(path) : found.inner.read(found.rest);
    },
    list: (path) => {
      const found = placed(path);
      if (found === undefined) return tree.list(path);
      return found.inner.list(found.rest).map((each) => posix.join(found.outer, each));
    },
  };
}

/** Where a package is installed in the version that is pinned. Throws where it isn't. */
function pinned(tree: FileTree, program: string, up: string, name: string) {
  const version = pinnedVersion(tree, up, name);
  if (version === undefined) {
    throw new Error(
      `the package-lock.json of the base does not say which version of ${name} it has`,
    );
  }
  const folder = installedFolder(program, name);
  const installed = folder === undefined ? undefined : versionIn(folder);
  if (folder === undefined || installed !== version) {
    throw new Error(
      `the base has ${name} ${version}, and ${installed ?? 'none'} is installed beside the program that reviews; install ${version} there, or name a folder in which the base’s packages are installed`,
    );
  }
  return { folder, version };
}

function pinnedVersion(tree: FileTree, up: string, name: string): string | undefined {
  for (let level = up; level.length <= up.length + 3 * MOST_LEVELS; level += '../') {
    const { text } = lockAt(tree, `${level}package-lock.json`);
    if (text !== undefined) return versionOf(text, name);
  }
  return undefined;
}

/** Outside of a repository, nothing can be read. */
function lockAt(tree: FileTree, path: string): { readonly text?: string } {
  try {
    const { text } = tree.read(path);
    return text === undefined ? {} : { text };
  } catch {
    return {};
  }
}

/** By any version of npm’s lock: `packages` since 2, `dependencies` before. */
function versionOf(lock: string, name: string): string | undefined {
  const json = parsed(lock);
  const { packages, dependencies } = isRecord(json) ? json : {};
  const entries = [
    isRecord(packages) ? own(packages, `node_modules/${name}`) : undefined,
    isRecord(dependencies) ? own(dependencies, name) : undefined,
  ];
  const version = entries.filter(isRecord).map((entry) => entry['version'])[0];
  return typeof version === 'string' && version !== '' ? version : undefined;
}

/** The running package itself, or one in the node_modules that it is in. */
function installedFolder(program: string, name: string): string | undefined {
  const { text } = readProjectFile(program, 'package.json');
  const manifest = text === undefined ? undefined : parsed(text);
  if (isRecord(manifest) && manifest['name'] === name) return program;
  const parent = dirname(program);
  const modules = basename(parent).startsWith('@') ? dirname(parent) : parent;
  const folder = join(modules, name);
  return basename(modules) === 'node_modules' && existsSync(folder) ? folder : undefined;
}

function versionIn(folder: string): string | undefined {
  const { text } = readProjectFile(folder, 'package.json');
  const manifest = text === undefined ? undefined : parsed(text);
  const version = isRecord(manifest) ? manifest['version'] : undefined;
  return typeof version === 'string' ? version : undefined;
}

function own(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
