// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What Go's own words mean for whoever runs this, the most telling first. */
const CAUSES = [
  {
    words: /no space left on device|disk quota exceeded/i,
    cause: 'The disk is full.',
    remedy: 'Free some space (a cold build of everything takes about 15 GB), and run this again.',
  },
  {
    words: /checksum mismatch|SECURITY ERROR/i,
    cause: 'A module is not the one that go.sum names.',
    remedy: 'Use another module proxy. Do not edit go.sum unless you know why the module changed.',
  },
  {
    words: /GOTOOLCHAIN|requires go >= |toolchain not available|download go1\./i,
    cause: 'Go is too old, and a newer one could not be had.',
    remedy: 'Install the Go version that is named below, or allow its download (GOTOOLCHAIN=auto).',
  },
  {
    words: /40[34] Forbidden|404 Not Found|410 Gone|module lookup disabled|not available/i,
    cause: 'The module proxy refused a module.',
    remedy: 'Look at `go env GOPROXY`: another proxy may have it.',
  },
  {
    words:
      /dial tcp|no such host|connection refused|i\/o timeout|TLS handshake|proxyconnect|EOF$/im,
    cause: 'The module proxy could not be reached.',
    remedy: 'Check the network and `go env GOPROXY`, and run this again: what was fetched is kept.',
  },
  {
    words: /signal: killed|cannot allocate memory|out of memory/i,
    cause: 'The compiler was ended from outside, most likely for want of memory.',
    remedy: 'Run this again with GOFLAGS=-p=1.',
  },
];

/**
 * The version of the Go that is on the PATH, such as `1.26.8`, or why there is none.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ version: string } | { problem: string }}
 */
export function findGo(env) {
  // Outside of any module, so that no go.mod asks for another one.
  const asked = spawnSync('go', ['env', 'GOVERSION'], { env, encoding: 'utf8', cwd: '/' });
  const [, version] = /^go(\d+(?:\.\d+)*)/.exec(asked.stdout ?? '') ?? [];
  if (asked.error === undefined && version !== undefined) return { version };
  const why = asked.error === undefined ? 'it does not tell its version' : 'it is not on the PATH';
  return { problem: `Go is needed to build the engines, but ${why}.` };
}

/**
 * The Go that a folder's go.mod asks for at least.
 *
 * @param {string} folder
 */
export function neededGo(folder) {
  const [, version = '1'] = /^go (\S+)$/m.exec(readFileSync(join(folder, 'go.mod'), 'utf8')) ?? [];
  return version;
}

/**
 * Whether a version of Go is at least another.
 *
 * @param {string} version
 * @param {string} least
 */
export function isAtLeast(version, least) {
  const [one, other] = [version, least].map((text) => text.split('.').map(Number));
  for (let at = 0; at < 3; at++) {
    const difference = (one?.[at] ?? 0) - (other?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * Runs Go in a process group of its own, so that an interruption ends its compilers too.
 *
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, signal: AbortSignal, onLine: (line: string) => void }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runGo(args, { cwd, env, signal, onLine }) {
  return new Promise((done) => {
    const child = spawn('go', args, {
      cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    /** @param {Buffer} part */
    const take = (part) => {
      output += part;
      for (const line of String(part).split('\n')) if (line !== '') onLine(line);
    };
    const stop = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended in the meantime.
      }
    };
    signal.addEventListener('abort', stop, { once: true });
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => done({ code: -1, output: String(error) }));
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop);
      done({ code: code ?? -1, output });
    });
  });
}

/**
 * What went wrong, and what to do.
 *
 * @param {string} output what Go printed
 * @returns {string}
 */
export function explain(output) {
  const known = CAUSES.find(({ words }) => words.test(output));
  const lines = output.split('\n').filter((line) => isTelling(line));
  const shown = lines.slice(-5).map((line) => `    ${line.trim()}`);
  const head = known === undefined ? 'Go could not build it.' : `${known.cause} ${known.remedy}`;
  return [head, ...shown].join('\n');
}

/**
 * Names of packages and downloads only show that something is going on.
 *
 * @param {string} line
 */
function isTelling(line) {
  return (
    line.trim() !== '' && !/^go: (downloading|finding|extracting)/.test(line) && / /.test(line)
  );
}
