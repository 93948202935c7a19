// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { engineOf, idOf } from './table.mjs';

/** @typedef {import('./table.mjs').Engine} Engine */

/** Where the folders with go.mod and go.sum are. */
export const SOURCES = fileURLToPath(new URL('../../test/engines/', import.meta.url));

/** The file in an engine's folder of the cache that says what it was built from. */
export const STAMP = 'built-from';

/**
 * Where built programs are kept: `$XDG_CACHE_HOME/reprieve/engines`, by default in ~/.cache.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function cacheFolder(env) {
  const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return resolve(base, 'reprieve', 'engines');
}

/**
 * What an engine is built from, as one hash: another go.sum or flag makes another program, also
 * where the version stays the same.
 *
 * @param {Engine} engine
 */
export function fingerprint(engine) {
  const { programs, variables, data } = engine;
  const made = data === undefined ? [programs, variables] : [programs, variables, data];
  const hash = createHash('sha256').update(JSON.stringify(made));
  for (const folder of [idOf(engine), ...engine.beside]) {
    for (const name of filesIn(join(SOURCES, folder))) {
      hash.update(`\n${folder}/${name}\n`).update(readFileSync(join(SOURCES, folder, name)));
    }
  }
  return hash.digest('hex');
}

/**
 * Whether the cache holds an engine as it would be built now.
 *
 * @param {Engine} engine
 * @param {string} folder the engine's folder in the cache
 */
export function isBuilt(engine, folder) {
  const stamp = join(folder, STAMP);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8').trim() !== fingerprint(engine)) {
    return false;
  }
  const files = [...Object.keys(engine.programs), ...(engine.data ? [engine.data.file] : [])];
  return files.every((name) => existsSync(join(folder, name)));
}

/**
 * The path of a program, or undefined if it was not built. A folder of the user's own, in
 * `KUBEBUILDER_ASSETS` as for envtest, wins; a version that was asked for comes from the cache only.
 *
 * @param {string} program such as `etcd`
 * @param {string} id the engine that it belongs to, with its version
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function findProgram(program, id, env = process.env) {
  const assets = env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && existsSync(join(assets, program))) return join(assets, program);
  return findVersion(program, id, env);
}

/**
 * The path of a program in exactly this version, or undefined if it was not built.
 *
 * @param {string} program
 * @param {string} id
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function findVersion(program, id, env = process.env) {
  const folder = join(cacheFolder(env), id);
  return isBuilt(engineOf(id), folder) ? join(folder, program) : undefined;
}

/**
 * The files below a folder, in the same order everywhere.
 *
 * @param {string} folder
 */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}
