import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Certificate } from '../../../lib/certificate/certificate.js';
import { FakeApp, GUARD, record } from '../../support/fake-app.js';

let app: FakeApp;
let evidence: string;

/** Deleted an hour ago, recoverable for half of that. */
const CLOCK = record('Tombstone', { deleted_at: '2025-12-31T23:00:00Z', period: '30m' });

/** The stack as a synthesis leaves it, with a state beside the app. */
const synthesize = (resources: Readonly<Record<string, object>>) => {
  app.synthesized({ rehydrated: ['billing'] }, resources);
  const terraform = { backend: { local: { path: join(app.folder, 'terraform.demo.tfstate') } } };
  const stack = { terraform, resource: { terraform_data: resources } };
  app.write('cdktf.out/stacks/demo/cdk.tf.json', stack);
};

beforeAll(async () => {
  app = new FakeApp();
  app.locked();
  app.write('deletions.yaml', 'version: 1\ndeletions: []\n');
  synthesize({ guard: GUARD, t: CLOCK, ns: { input: {} } });
  app.applied();
  const taken = await app.reprieve('reclamation evidence billing');
  expect(taken.code, taken.shown).toBe(0);
  evidence = taken.out.trim();
  synthesize({ guard: GUARD, t: CLOCK });
  app.applied();
});
afterAll(() => app.remove());

const certify = (...more: readonly string[]) =>
  app.reprieve(['reclamation', 'certificate', 'billing', ...more]);
const written = () => readdirSync(app.folder).filter((name) => name.startsWith('certificates'));

it.each([
  ['certificate', 'reclamation certificate billing --stack nope'],
  ['certificate', 'reclamation certificate billing --stack nope --evidence EVIDENCE'],
  ['evidence', 'reclamation evidence billing --stack nope'],
  ['image list', 'image list billing --stack nope --no-registries'],
  ['data list', 'data list billing --stack nope'],
])('an unknown stack is the mistake that it is: %s', async (_, line) => {
  const { code, err } = await app.reprieve(line.replace('EVIDENCE', evidence));
  expect([code, err]).toEqual([2, expect.stringContaining('There is no stack "nope"')]);
  expect(err).toContain('Name one of: demo');
});

it.each(['reclamation evidence biling', 'image list biling --no-registries', 'data list biling'])(
  'so is an unknown target: %s',
  async (line) => {
    const { code, err } = await app.reprieve(line);
    expect([code, err]).toEqual([2, expect.stringContaining('There is no target "biling"')]);
  },
);

it('takes for a private registry only what a reference can name, and reads all of them', async () => {
  const wrong = ['http://registry.corp', 'localhost:99999', 'registry', 'registry.corp/team', ''];
  for (const command of ['reclamation certificate', 'image list']) {
    const line = [...command.split(' '), 'billing', '--private-registries', ...wrong];
    const { code, err } = await app.reprieve(line);
    expect(code).toBe(2);
    for (const name of wrong) expect(err).toContain(`"${name}" is not a registry`);
    const right = ['localhost:5000', 'Registry.Corp', '[::1]:5000', '10.0.0.1'];
    const done = await app.reprieve([
      ...line.slice(0, line.indexOf('--private-registries') + 1),
      ...right,
    ]);
    expect(done.err).not.toContain('is not a registry');
  }
  expect(written()).toEqual(['certificates']);
});

it('states of no key that it was destroyed while the objects were there', async () => {
  const at = (time: string) => [
    ...['--old-key', 'aesgcm:v1:key1', '--key-destroyed-by', 'Ann'],
    ...['--key-destroyed-at', time],
  ];
  const early = await certify(...at('2025-12-31T23:59:00Z'));
  expect(early.code).toBe(2);
  expect(early.err).toContain(
    'was destroyed at 2025-12-31T23:59:00Z, and they were still there at',
  );
  const later = await certify(...at('2026-01-01T00:30:00Z'));
  expect(later.code, later.shown).toBe(0);
});

it('says first what its rows say, and of no cluster nothing of a key', async () => {
  const { code, out } = await certify('--out', 'sandbox');
  expect(code, out).toBe(0);
  expect(out).toMatch(/^Deleted from the state\. Copies remain: Older versions of the state\.$/m);
  expect(out).toMatch(/^not applicable +Old encryption key destroyed/m);
  expect(out).toMatch(/still there +Older versions of the state: .*Delete them there/);
  const [name = ''] = readdirSync(join(app.folder, 'sandbox')).filter((it) => it.endsWith('.json'));
  const made: Certificate = JSON.parse(app.read(`sandbox/${name}`));
  expect(made.verdict).toBe('deleted');
  for (const ending of ['md', 'html']) {
    const page = app.read(`sandbox/${name.replace(/json$/, ending)}`);
    expect(page).toContain('Deleted from the state. Copies remain: Older versions of the state');
  }
});

it.skipIf(process.platform !== 'linux')('ends where the folder can’t be created', async () => {
  const { code, err } = await certify('--out', '/proc/x');
  expect([code, err]).toEqual([2, expect.stringContaining("can't be written: ENOENT")]);
});

it('refuses a kubeconfig that there is not, and writes nothing', async () => {
  app.synthesized({ target: 'kubernetes', rehydrated: ['billing'] }, { guard: GUARD, t: CLOCK });
  const { code, err } = await certify('--kubeconfig', 'nope', '--out', 'cluster');
  expect([code, err]).toEqual([2, expect.stringContaining('nope')]);
  expect(readdirSync(app.folder)).not.toContain('cluster');
});
