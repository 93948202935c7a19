// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fingerprint, isBuilt, SOURCES, STAMP } from './cache.mjs';
import { explain, isAtLeast, neededGo, runGo } from './go.mjs';
import { idOf } from './table.mjs';

/** @typedef {import('./table.mjs').Engine} Engine */

/** Bytes of data that a program may print. */
const MOST_DATA = 2 ** 28;

/** A build's folder, until it is whole: `.NAME.PID.building`. */
const UNFINISHED = /^\..+\.(\d+)\.building$/;

/**
 * @typedef {object} Workshop where and with what engines are built
 * @property {string} cache
 * @property {string} go the version of Go on the PATH
 * @property {NodeJS.ProcessEnv} env
 * @property {AbortSignal} signal
 * @property {(packages: number) => void} onPackage is told how many packages are compiled
 */

/**
 * Builds an engine into the cache. It is put in place when all its programs are there and print
 * their version, so that an interruption leaves nothing half built.
 *
 * @param {Engine} engine
 * @param {Workshop} workshop
 * @returns {Promise<string | undefined>} why it failed
 */
export async function build(engine, workshop) {
  const id = idOf(engine);
  const making = join(workshop.cache, `.${id}.${process.pid}.building`);
  try {
    mkdirSync(making, { recursive: true });
    const problem = (await compile(engine, making, workshop)) ?? wrongVersion(engine, making);
    const missing = problem ?? (await writeData(engine, making, workshop));
    if (missing !== undefined) return missing;
    writeFileSync(join(making, STAMP), `${fingerprint(engine)}\n`);
    putInPlace(making, join(workshop.cache, id), engine);
    return undefined;
  } catch (error) {
    return explain(String(error));
  } finally {
    // Where the cache itself can't be made, its removal would fail too, and hide why.
    if (existsSync(making)) rmSync(making, { recursive: true, force: true });
  }
}

/**
 * Removes what builds that were killed have left.
 *
 * @param {string} cache
 */
export function sweep(cache) {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache)) {
    const [, pid] = UNFINISHED.exec(name) ?? [];
    if (pid !== undefined && !isRunning(Number(pid))) {
      rmSync(join(cache, name), { recursive: true, force: true });
    }
  }
}

/**
 * @param {Engine} engine
 * @param {string} making
 * @param {Workshop} workshop
 */
async function compile(engine, making, workshop) {
  const cwd = join(SOURCES, idOf(engine));
  const needed = neededGo(cwd);
  const env = { ...workshop.env, GOWORK: 'off' };
  if (!isAtLeast(workshop.go, needed)) Object.assign(env, { GOTOOLCHAIN: `go${needed}+auto` });
  let packages = 0;
  for (const [program, from] of Object.entries(engine.programs)) {
    const settings = Object.entries(engine.variables).map(([name, value]) => `-X ${name}=${value}`);
    const flags = [
      '-v',
      '-trimpath',
      '-mod=readonly',
      '-ldflags',
      ['-s -w', ...settings].join(' '),
    ];
    const { code, output } = await runGo(['build', ...flags, '-o', join(making, program), from], {
      cwd,
      env,
      signal: workshop.signal,
      onLine: (line) => {
        if (!line.includes(' ')) workshop.onPackage(++packages);
      },
    });
    if (workshop.signal.aborted) return 'Interrupted.';
    if (code !== 0) return explain(`${output}\n${tooOld(workshop.go, needed)}`);
  }
  return undefined;
}

/**
 * What a program makes of its module's own files, beside the program.
 *
 * @param {Engine} engine
 * @param {string} making
 * @param {Workshop} workshop
 * @returns {Promise<string | undefined>} why there is none
 */
async function writeData(engine, making, workshop) {
  const { data, module } = engine;
  if (data === undefined) return undefined;
  const cwd = join(SOURCES, idOf(engine));
  const env = { ...workshop.env, GOWORK: 'off' };
  const args = ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', module];
  const { code, output } = await runGo(args, {
    cwd,
    env,
    signal: workshop.signal,
    onLine: () => {},
  });
  if (code !== 0) return explain(output);
  const folder = join(output.trim().split('\n').at(-1) ?? '', data.folder);
  const made = spawnSync(join(making, data.program), [data.option, folder], {
    maxBuffer: MOST_DATA,
  });
  if (made.status !== 0) return `${data.program} could not read ${data.folder}: ${made.stderr}`;
  writeFileSync(join(making, data.file), made.stdout);
  return undefined;
}

/**
 * @param {string} go
 * @param {string} needed
 */
function tooOld(go, needed) {
  return isAtLeast(go, needed) ? '' : `It requires go >= ${needed}, and this is ${go}.`;
}

/**
 * A program that doesn't run, or says another version, is none.
 *
 * @param {Engine} engine
 * @param {string} folder
 */
function wrongVersion(engine, folder) {
  for (const program of Object.keys(engine.programs)) {
    const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: '' };
    const asked = spawnSync(join(folder, program), engine.versionCommand, {
      env,
      encoding: 'utf8',
    });
    const said = asked.error === undefined ? `${asked.stdout}${asked.stderr}`.trim() : '';
    if (!said.includes(engine.version)) {
      const line = said.split('\n')[0] || String(asked.error);
      return `${program} was built, but does not say that it is ${engine.version}: ${line}`;
    }
  }
  return undefined;
}

/**
 * @param {string} made
 * @param {string} place
 * @param {Engine} engine
 */
function putInPlace(made, place, engine) {
  // Another run may have been quicker.
  if (isBuilt(engine, place)) return;
  const old = `${made}.old`;
  if (existsSync(place)) renameSync(place, old);
  renameSync(made, place);
  rmSync(old, { recursive: true, force: true });
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Object(error).code === 'EPERM';
  }
}
