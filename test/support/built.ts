import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** What the build writes last. */
const LAST = 'dist/files/prepared/policy.cjs';

/**
 * The path of something that was built, or that needs what was built. Throws where the library was
 * edited since: a test must not pass or fail by code that is no longer there.
 */
export function built(path: string): string {
  const when = existsSync(join(ROOT, LAST)) ? statSync(join(ROOT, LAST)).mtimeMs : 0;
  const edited = filesIn(join(ROOT, 'lib')).find((file) => statSync(file).mtimeMs > when);
  if (edited === undefined) return join(ROOT, path);
  throw new Error(`${edited} is newer than dist/: run \`npm run build\` before this test.`);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.path, entry.name));
}
