// @ts-check
// npm run engines [NAME…]: builds the programs that tests run against. It needs Node and Go only,
// so that it works before anything is installed.
import { join } from 'node:path';

import { build, sweep } from './build.mjs';
import { cacheFolder, isBuilt } from './cache.mjs';
import { findGo } from './go.mjs';
import { progressOn } from './progress.mjs';
import { ENGINES, idOf, select } from './table.mjs';

const HELP = `Usage: npm run engines [NAME…]

Builds the programs that tests run against from their public Go modules, each once.
Without a name: ${select([]).engines.map(idOf).join(', ')}.
With "all": everything. A name without a version means each of its versions.

${ENGINES.map((engine) => `  ${idOf(engine).padEnd(20)}${Object.keys(engine.programs).join(', ')}`).join('\n')}
`;

/**
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} 0 all are there, 2 an unknown name, 3 something could not be built
 */
async function main(names, env) {
  if (names.includes('--help') || names.includes('-h')) return say(HELP, 0);
  const { engines, unknown } = select(names);
  if (unknown.length > 0) return say(`Unknown: ${unknown.join(', ')}.\n\n${HELP}`, 2);
  const cache = cacheFolder(env);
  const wanted = engines.filter((engine) => !isBuilt(engine, join(cache, idOf(engine))));
  for (const engine of engines) {
    if (!wanted.includes(engine)) say(`${idOf(engine)}: built`, 0);
  }
  if (wanted.length === 0) return 0;
  const go = findGo(env);
  if ('problem' in go) {
    const remedy =
      'Install Go 1.26 or newer (Debian: `apt-get install golang-go`, or go.dev/doc/install), and run this again.';
    return say(`${wanted.map(idOf).join(', ')}: ${go.problem} ${remedy}`, 3);
  }
  return buildAll(wanted, { cache, go: go.version, env });
}

/**
 * @param {readonly import('./table.mjs').Engine[]} wanted
 * @param {{ cache: string, go: string, env: NodeJS.ProcessEnv }} workshop
 */
async function buildAll(wanted, workshop) {
  sweep(workshop.cache);
  const interruption = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(name, () => interruption.abort());
  }
  const progress = progressOn(process.stderr);
  let failed = 0;
  for (const engine of wanted) {
    const id = idOf(engine);
    progress.begin(id);
    const problem = await build(engine, {
      ...workshop,
      signal: interruption.signal,
      onPackage: (packages) => progress.step(id, packages),
    });
    if (interruption.signal.aborted) {
      progress.say(`${id}: interrupted. Nothing half built is left; run this again to go on.`);
      return 130;
    }
    if (problem === undefined) progress.say(`${id}: built in ${progress.elapsed()}`);
    else progress.say(`${id}: not built. ${problem}`);
    if (problem !== undefined) failed++;
  }
  return failed === 0 ? 0 : 3;
}

/**
 * @param {string} text
 * @param {number} code
 */
function say(text, code) {
  (code === 0 ? process.stdout : process.stderr).write(`${text.trimEnd()}\n`);
  return code;
}

process.exitCode = await main(process.argv.slice(2), process.env);
