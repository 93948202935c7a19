// How much our constructs add to cdktf's own cost. Both sides synthesize the same resources in the
// same process, in turn; the floor makes them as bare TerraformResources from our own output.
// Run: node --import tsx bench/synth.ts
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformResource, TerraformStack } from 'cdktf';
import {
  Credential,
  Project,
  RegistrySecret,
  ReprieveApp,
  ReprieveStack,
  Target,
} from '../lib/index.js';

const PROJECTS = 20;
const TEMPLATES = 20;
const ROUNDS = 7;

type Blocks = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

const outdir = mkdtempSync(join(tmpdir(), 'reprieve-bench-'));
try {
  const resources = ours();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const floor = milliseconds(() => bare(resources));
    return { floor, ours: milliseconds(ours), count: count(resources) };
  });
  const middle = rounds.sort((a, b) => a.ours / a.floor - b.ours / b.floor)[ROUNDS >> 1];
  if (middle !== undefined) {
    console.log(`${middle.count} resources, median of ${ROUNDS} pairs`);
    console.log(`cdktf alone ${middle.floor.toFixed(0)} ms, ours ${middle.ours.toFixed(0)} ms`);
    console.log(`ratio ${(middle.ours / middle.floor).toFixed(2)}`);
  }
} finally {
  rmSync(outdir, { recursive: true, force: true });
}

function ours(): Blocks {
  const app = new ReprieveApp({ outdir });
  const stack = new ReprieveStack(app, 'bench', { target: Target.kubernetes() });
  const password = Credential.fromVariable('token', { revision: 1 });
  for (let at = 0; at < PROJECTS; at += 1) {
    const project = new Project(stack, `project-${at}`);
    const hub = RegistrySecret.dockerHub(project, 'hub', { username: 'example', password });
    for (let each = 0; each < TEMPLATES; each += 1) {
      const image = `example/app:${each}`;
      project.addJobTemplate(`job-${each}`, { image, imageSecret: hub, environment: { A: 'b' } });
    }
  }
  app.synth();
  const text = readFileSync(join(outdir, 'stacks/bench/cdk.tf.json'), 'utf8');
  return JSON.parse(text).resource;
}

function bare(resources: Blocks): void {
  const app = new App({ outdir, stackTraces: false });
  const stack = new TerraformStack(app, 'bench');
  for (const [type, blocks] of Object.entries(resources)) {
    for (const [id, body] of Object.entries(blocks)) {
      const resource = new TerraformResource(stack, id, { terraformResourceType: type });
      for (const [key, value] of Object.entries(body)) resource.addOverride(key, value);
    }
  }
  app.synth();
}

function milliseconds(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function count(resources: Blocks): number {
  return Object.values(resources).reduce((sum, blocks) => sum + Object.keys(blocks).length, 0);
}
