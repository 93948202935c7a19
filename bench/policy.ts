// How long policies take over a large plan: all packs, the same for twice as much and with many
// findings, and all of them beside conftest with the rules that there are in Rego, which are fewer. Pairs are run in turn and the middle one
// counts. The processor's time is that of all threads; other programs add less to it. It needs GNU time.
// Run: npm run bench:policy
//
// For the comparison: npm run engines conftest
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findVersion } from '../scripts/engines/cache.mjs';
import { clusterResource } from './policy/plan.js';
import { type Measured, measure, median } from './support/measured.js';
import { writePlan } from './support/plan.js';

const ROUNDS = 5;
const RESOURCES = 15_000;
/** How many times as fast as conftest. */
const WANTED = 5;
const ROOT = resolve(import.meta.dirname, '..');
const REGO = join(ROOT, 'bench/policy/rego');
const NO_REGISTRY = '{ image-from-known-registry: { registries: [registry.example.org] } }';
const REPRIEVE = [process.execPath, join(ROOT, 'bin/reprieve.js')];

const folder = mkdtempSync(join(tmpdir(), 'reprieve-bench-'));
try {
  const plan = planOf(RESOURCES);
  bench(plan);
  compare(plan);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** All packs, over plans of which each is twice as large as the one before. */
function bench(plan: string): void {
  const project = projectOf('all', () => true);
  console.log(`${policiesIn(project)} policies, median of ${ROUNDS}`);
  console.log('resources      MB      time       CPU       RSS');
  for (const [resources, file] of [
    [0, planOf(0)],
    [RESOURCES / 2, planOf(RESOURCES / 2)],
    [RESOURCES, plan],
    [RESOURCES * 2, planOf(RESOURCES * 2)],
  ] as const) {
    row(resources, project, file);
  }
  console.log('No image comes from a registry that is allowed:');
  row(
    RESOURCES,
    projectOf('findings', () => true, NO_REGISTRY),
    plan,
  );
}

function row(resources: number, project: string, file: string): void {
  const size = (statSync(file).size / 1e6).toFixed(0);
  const run = median(Array.from({ length: ROUNDS }, () => ours(project, file)));
  const found = `${foundByUs(run).length} findings`;
  console.log([String(resources).padStart(9), size.padStart(7), ...cells(run), found].join(' '));
}

/** All packs, and the rules that there are in Rego. Of those, both have to find the same. */
function compare(plan: string): void {
  const conftest = conftestPath();
  if (conftest === undefined) {
    console.log('Not compared with conftest, which is not there. To install it:');
    console.log('  npm run engines conftest');
    return;
  }
  const rules = rulesInRego();
  const project = projectOf('compared', () => true);
  console.log(`${policiesIn(project)} policies, and ${rules.size} rules in Rego`);
  const command = [conftest, 'test', plan, '-p', REGO, '--parser', 'json', '-o', 'json'];
  const pairs = Array.from({ length: ROUNDS }, () => ({
    ours: ours(project, plan),
    theirs: measure(folder, command),
  }));
  const [first] = pairs;
  const isCompared = (found: string) => rules.has(found.replace(/: .*/s, ''));
  if (first !== undefined)
    same(foundByUs(first.ours).filter(isCompared), foundInRego(first.theirs));
  const [us, them] = [
    median(pairs.map((each) => each.ours)),
    median(pairs.map((each) => each.theirs)),
  ];
  console.log(['reprieve '.padStart(17), ...cells(us)].join(' '));
  console.log(['conftest '.padStart(17), ...cells(them)].join(' '));
  const ratioOf = (of: (run: Measured) => number) =>
    pairs.map((pair) => of(pair.theirs) / of(pair.ours)).sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  const [time, processor] = [ratioOf((run) => run.seconds), ratioOf((run) => run.cpuSeconds)];
  console.log(`ratio ${time.toFixed(1)} of the time, ${processor.toFixed(1)} of the processor`);
  if (time >= WANTED) return;
  console.log(`It is meant to be at least ${WANTED} times as fast.`);
  process.exitCode = 1;
}

function planOf(resources: number): string {
  const file = join(folder, `plan-${resources}.json`);
  writePlan(file, { resources, deleted: 0, resource: clusterResource });
  return file;
}

/** A project with those of this repository's policies that are wanted. */
function projectOf(name: string, isWanted: (id: string) => boolean, parameters = '{}'): string {
  const project = join(folder, name);
  mkdirSync(join(project, 'policies'), { recursive: true });
  const policies = `{ paths: [policies], parameters: ${parameters} }`;
  writeFileSync(join(project, 'reprieve.yaml'), `version: 1\npolicies: ${policies}\n`);
  for (const file of readdirSync(join(ROOT, 'policies'), { recursive: true, encoding: 'utf8' })) {
    const [, id] = /([^/\\]+)\.yaml$/.exec(file) ?? [];
    if (id !== undefined && isWanted(id))
      cpSync(join(ROOT, 'policies', file), join(project, 'policies', `${id}.yaml`));
  }
  return project;
}

function policiesIn(project: string): number {
  return readdirSync(join(project, 'policies')).length;
}

function ours(project: string, plan: string): Measured {
  return measure(project, [...REPRIEVE, 'validate', plan, '--stack', 'bench', '--format', 'json']);
}

function conftestPath(): string | undefined {
  const built = findVersion('conftest', 'conftest-0.71.1');
  if (built !== undefined) return built;
  const installed = join(process.env['GOBIN'] ?? join(homedir(), 'go/bin'), 'conftest');
  const known = existsSync(installed) ? installed : 'conftest';
  return spawnSync(known, ['--version']).status === 0 ? known : undefined;
}

function rulesInRego(): ReadonlySet<string> {
  const texts = readdirSync(REGO).map((name) => readFileSync(join(REGO, name), 'utf8'));
  const named = texts.flatMap((text) => [...text.matchAll(/deny contains fault\("([a-z-]+)"/g)]);
  return new Set(named.flatMap(([, id]) => (id === undefined ? [] : [id])));
}

/** Failures by policy and resource; of what isn't known, Rego knows nothing. */
function foundByUs({ stdout }: Measured): readonly string[] {
  const { findings }: { findings: readonly { policy: string; address: string; state: string }[] } =
    JSON.parse(stdout);
  const open = findings.filter(({ state }) => state === 'open');
  return open.map(({ policy, address }) => `${policy}: ${address}`);
}

function foundInRego({ stdout }: Measured): readonly string[] {
  const results: readonly { failures?: readonly { msg: string }[] }[] = JSON.parse(stdout);
  return results.flatMap(({ failures = [] }) => failures.map(({ msg }) => msg));
}

function same(ours: readonly string[], theirs: readonly string[]): void {
  const [a, b] = [ours, theirs].map((each) => [...new Set(each)].sort());
  if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error('both do not find the same');
  console.log(`both find the same ${a?.length} failures`);
}

function cells({ seconds, cpuSeconds, mebibytes }: Measured): readonly string[] {
  return [
    `${seconds.toFixed(2)} s`.padStart(9),
    `${cpuSeconds.toFixed(2)} s`.padStart(9),
    `${mebibytes.toFixed(0)} MiB`.padStart(9),
  ];
}
