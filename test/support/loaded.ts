import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './scratch.js';

/** Node calls `resolve` for every module; it runs in a thread of its own. */
const HOOKS = `
import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  appendFileSync(process.env.LOADED, url + '\\n');
  return next(url, context);
}`;

/** The modules that a command loads: `lib/…` and names of packages, without Node's own. */
export function modulesLoadedBy(args: readonly string[], cwd: string): ReadonlySet<string> {
  const file = join(tmpdir(), `reprieve-loaded-${process.pid}-${Math.random()}`);
  const register = `import { register } from 'node:module';
    register('data:text/javascript,' + ${JSON.stringify(encodeURIComponent(HOOKS))});`;
  try {
    spawnSync(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(register)}`,
        join(ROOT, 'bin/reprieve.js'),
        ...args,
      ],
      { cwd, env: { ...process.env, LOADED: file } },
    );
    const urls = readFileSync(file, 'utf8').split('\n');
    return new Set(urls.flatMap(moduleOf));
  } finally {
    rmSync(file, { force: true });
  }
}

function moduleOf(url: string): readonly string[] {
  const own = /\/dist\/(.*)\.js$/.exec(url);
  const foreign = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
  if (foreign?.[1] !== undefined) return [foreign[1]];
  return own?.[1] === undefined ? [] : [`lib/${own[1]}`];
}
