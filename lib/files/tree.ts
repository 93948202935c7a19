import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compareTexts } from '../base/order.js';
import { type ProjectFile, readProjectFile } from './disk.js';

/** A project's files, wherever they are: in a folder, or in a commit. */
export interface FileTree {
  /** What a file is called in messages, so that nobody takes one side’s for the other’s. */
  label(path: string): string;
  /** A file’s text; neither text nor problem where there is none. */
  read(path: string): ProjectFile;
  /**
   * The files below a folder, or the path itself where it is a file. Throws an `Error` that says
   * why where there is neither.
   */
  list(path: string): readonly string[];
}

/** More files than this in one folder are no project’s. */
const MAX_FILES = 100_000;

/**
 * The files of a folder.
 *
 * @param shown - what stands before the names in messages
 */
export function folderTree(folder: string, shown?: string): FileTree {
  const label = (path: string) => (shown === undefined ? relative('.', path) : join(shown, path));
  return {
    label,
    read: (path) => {
      const { text, problem } = readProjectFile(folder, path);
      const file = label(path);
      if (problem !== undefined) {
        return { file, problem: { ...problem, source: { ...problem.source, file } } };
      }
      return text === undefined ? { file } : { file, text };
    },
    list: (path) => {
      const full = join(folder, path);
      if (!statSync(full).isDirectory()) return [path];
      const names = readdirSync(full, { recursive: true, encoding: 'utf8' });
      if (names.length > MAX_FILES) throw new Error(`it has more than ${MAX_FILES} files`);
      return names.sort(compareTexts).map((name) => join(path, name));
    },
  };
}
