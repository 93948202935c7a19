/**
 * What the admission policies add to a request: `node --import tsx bench/admission.ts [FILE...]`.
 * Each request is sent in turn to an API server without policies and to one with them, so that a
 * busy machine slows both. Files with other policies, as JSON, are measured beside them. For each
 * request it prints the medians, and what the policies add: the median of the differences within a
 * turn, with its quartiles; and what each API server used of the processor for one request, which says
 * the same where a busy machine blurs the times.
 *
 * ROUNDS (100 turns a request), ONLY (a part of a request's name), PROFILE (a folder for CPU profiles).
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Asking, ControlPlane } from '../test/support/control-plane.js';
import { grantRights } from '../test/support/enforced.js';
import { PROJECT } from '../test/support/protected.js';
import {
  DELETE,
  measured,
  PERIOD,
  prepare,
  requests,
  SIZES,
  type Size,
  sets,
} from './support/admission.js';

const ROUNDS = Number(process.env['ROUNDS'] ?? 100);
const ONLY = process.env['ONLY'] ?? '';
const PROFILE = process.env['PROFILE'];
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });

interface Server {
  readonly name: string;
  readonly plane: ControlPlane;
}

async function start(name: string, policies: readonly unknown[]): Promise<Server> {
  const plane = await ControlPlane.start();
  grantRights(plane);
  if (policies.length > 0) plane.apply(policies);
  await new Promise((done) => setTimeout(done, 5000));
  return { name, plane };
}

async function send(plane: ControlPlane, path: string, asking: Asking): Promise<number> {
  const begun = performance.now();
  const { message } = await plane.ask(path, { ...asking, agent });
  if (message !== '') throw new Error(`${asking.method} ${path}: ${message}`);
  return performance.now() - begun;
}

const roundsOf = (size: Size) =>
  size === '10 KB' || size === '1 KB' ? ROUNDS : Math.ceil(ROUNDS / 3);

async function measure(servers: readonly Server[], what: string, size: Size): Promise<void> {
  const rounds = roundsOf(size);
  const times: number[][] = [];
  const before = servers.map(({ plane }) => plane.cpuSeconds());
  for (let round = 0; round < rounds; round += 1) {
    const turn: number[] = servers.map(() => 0);
    // Every second turn goes the other way round: the first of a turn finds other caches.
    const order = [...servers.keys()];
    for (const at of round % 2 === 0 ? order : order.reverse()) {
      const server = servers[at];
      const [path, asking] = requests[what]?.(size, round) ?? ['', {}];
      if (server !== undefined) turn[at] = await send(server.plane, path, asking);
    }
    times.push(turn);
  }
  const names = servers.map(({ name }) => name);
  const cpu = servers.map(
    ({ plane }, at) => ((plane.cpuSeconds() - (before[at] ?? 0)) * 1000) / rounds,
  );
  const used = cpu.map((each) => each.toFixed(2)).join(', ');
  process.stdout.write(`${measured(`${what}, ${size}`, names, times)}; processor ${used} ms\n`);
}

/** Whatever the measured server does while one request is repeated. */
async function profile({ name, plane }: Server, what: string, size: Size): Promise<void> {
  const running = fetchProfile(plane);
  for (const end = performance.now() + 6000; performance.now() < end; ) {
    await send(plane, ...(requests[what]?.(size, 0) ?? ['', {}]));
  }
  const file = join(PROFILE ?? '.', `${name}-${what}-${size}.pprof`.replaceAll(' ', '-'));
  writeFileSync(file, await running);
  process.stdout.write(`${file}\n`);
}

function fetchProfile(plane: ControlPlane): Promise<Buffer> {
  const args = ['get', '--raw', '/debug/pprof/profile?seconds=5'];
  return new Promise((done, fail) => {
    execFile(
      'kubectl',
      ['--kubeconfig', plane.kubeconfig, ...args],
      { encoding: 'buffer', maxBuffer: 2 ** 26 },
      (error, stdout) => (error === null ? done(stdout) : fail(error)),
    );
  });
}

const servers: Server[] = [];
try {
  for (const [name, policies] of sets(process.argv.slice(2))) {
    servers.push(await start(name, policies));
  }
  await Promise.all(
    servers.map(({ plane }) => prepare((path, asking) => send(plane, path, asking), roundsOf)),
  );
  process.stdout.write(`project ${PROJECT}, period ${PERIOD}, ${ROUNDS} turns a request\n`);
  for (const size of SIZES) {
    for (const what of Object.keys(requests).filter((each) => each.includes(ONLY))) {
      await measure(servers, what, size);
      if (PROFILE !== undefined && what !== DELETE)
        for (const server of servers.slice(1)) await profile(server, what, size);
    }
  }
} finally {
  for (const { plane } of servers) plane.stop();
}
