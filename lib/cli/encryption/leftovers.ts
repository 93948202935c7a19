import { lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { quoteName } from '../../base/inert.js';
import { type Io, say } from '../terminal/io.js';

/**
 * Removes what a killed run left beside a file: temporary files with keys that nothing uses. One
 * whose process still runs stays.
 */
export function removeLeftovers(io: Io, path: string): void {
  const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  const real = isThere ? realpathSync(path) : path;
  const folder = dirname(real);
  for (const name of namesIn(folder)) {
    const pid = pidIn(name, basename(real));
    if (pid === undefined || isRunning(pid)) continue;
    try {
      rmSync(join(folder, name), { force: true });
      say(
        io,
        `Removed ${quoteName(name)}: a run that was killed had left it, and it may hold a key.`,
      );
    } catch {
      say(
        io,
        `warning: ${quoteName(name)} is left of a run that was killed. Remove it: it may hold a key.`,
      );
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // Writing there will say what is wrong.
    return [];
  }
}

/** The process that made a temporary file for this one. */
function pidIn(name: string, target: string): number | undefined {
  const before = `.${target}.`;
  if (!name.startsWith(before)) return undefined;
  const [, pid] = /^(\d{1,10})(?:-\d{1,3})?\.tmp$/.exec(name.slice(before.length)) ?? [];
  return pid === undefined ? undefined : Number(pid);
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
