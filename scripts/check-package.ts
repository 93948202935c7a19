// Holds what would be published against publint and "are the types wrong": `npm run check:package`.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

/** The tarball of the package as it is built now, in a folder. Returns its path. */
function pack(folder: string): string {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const printed = execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8' });
  const [packed] = JSON.parse(printed) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new Error(`npm pack printed ${printed}`);
  return join(folder, packed.filename);
}

const folder = mkdtempSync(join(tmpdir(), 'reprieve-package-'));
try {
  const tarball = pack(folder);
  // The package is for ES modules only, which node10 and CommonJS can't import.
  const checks = [
    ['publint', 'run', tarball, '--strict'],
    ['attw', tarball, '--profile', 'esm-only'],
  ];
  for (const [name = '', ...args] of checks) {
    const program = join(ROOT, 'node_modules/.bin', name);
    const { status } = spawnSync(program, args, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
