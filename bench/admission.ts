/**
 * What the admission policies add to a request: `node --import tsx bench/admission.ts`. Each request
 * is tried without them and with them, in turns on two API servers, and the medians are compared.
 * Names of files with other policies, as JSON, are measured beside them.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { durationOf } from '../lib/base/duration.js';
import { admissionPolicies } from '../lib/cluster/admission-policies.js';
import type { Manifest } from '../lib/cluster/manifest.js';
import { type Asking, ControlPlane } from '../test/support/control-plane.js';
import { grantRights } from '../test/support/enforced.js';
import { marks, PROJECT } from '../test/support/protected.js';

const RULES = {
  clock: 'lease',
  floor: durationOf(10),
  slack: durationOf(1200),
  pipelines: ['deploy'],
  approvers: ['bob'],
} as const;
const ROUNDS = Number(process.env['ROUNDS'] ?? 150);
const INSIDE = `/api/v1/namespaces/${PROJECT}/configmaps`;
const SIZES = { small: 10_000, large: 900_000 } as const;

const label = () => ({ metadata: { labels: { round: String(Math.random()).slice(2) } } });
const requests: Readonly<Record<string, (size: keyof typeof SIZES) => [string, Asking]>> = {
  'PATCH a label': (size) => [`${INSIDE}/${size}`, { method: 'PATCH', body: label(), as: 'ann' }],
  'PATCH content': (size) => [
    `${INSIDE}/${size}`,
    { method: 'PATCH', body: { data: { b: String(Math.random()) } }, as: 'deploy' },
  ],
  'PATCH nothing': (size) => [`${INSIDE}/${size}`, { method: 'PATCH', body: {}, as: 'ann' }],
};

async function start(policies: readonly Manifest[]): Promise<ControlPlane> {
  const plane = await ControlPlane.start();
  grantRights(plane);
  if (policies.length > 0) plane.apply(policies);
  await new Promise((done) => setTimeout(done, 5000));
  const namespace = { metadata: { name: PROJECT, ...marks('2h') } };
  await plane.ask('/api/v1/namespaces', { method: 'POST', body: namespace, as: 'deploy' });
  for (const [name, size] of Object.entries(SIZES)) {
    const body = { metadata: { name, ...marks('2h') }, data: { a: 'x'.repeat(size) } };
    const { message } = await plane.ask(INSIDE, { method: 'POST', body, as: 'deploy' });
    if (message !== '') throw new Error(message);
  }
  return plane;
}

const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0;

const sets: [string, readonly Manifest[]][] = [
  ['none', []],
  ['policies', admissionPolicies(RULES)],
  ...process.argv
    .slice(2)
    .map((file): [string, readonly Manifest[]] => [file, JSON.parse(readFileSync(file, 'utf8'))]),
];
const planes: [string, ControlPlane][] = [];
try {
  for (const [name, policies] of sets) planes.push([name, await start(policies)]);
  for (const size of ['small', 'large'] as const) {
    for (const [what, request] of Object.entries(requests)) {
      const times = new Map<string, number[]>(planes.map(([name]) => [name, []]));
      for (let round = 0; round < (size === 'large' ? ROUNDS / 5 : ROUNDS); round += 1) {
        for (const [name, plane] of planes) {
          const begun = performance.now();
          const { message } = await plane.ask(...request(size));
          if (message !== '') throw new Error(`${name}: ${message}`);
          times.get(name)?.push(performance.now() - begun);
        }
      }
      const medians = [...times].map(([name, list]) => `${name} ${median(list).toFixed(1)} ms`);
      process.stdout.write(`${what}, ${size}: ${medians.join(', ')}\n`);
    }
  }
} finally {
  for (const [, plane] of planes) plane.stop();
}
