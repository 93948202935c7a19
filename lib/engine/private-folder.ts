import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** States hold sensitive values: nobody else may look, and nothing stays behind. */
export async function inPrivateFolder<T>(
  parent: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(parent, '.recover-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
