import { existsSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';

/** The nearest folder upwards that has a file of one of these names. */
export function nearestFolder(from: string, names: readonly string[]): string | undefined {
  const { root } = parse(from);
  for (let folder = from; ; folder = dirname(folder)) {
    if (names.some((name) => existsSync(join(folder, name)))) return folder;
    if (folder === root) return undefined;
  }
}
