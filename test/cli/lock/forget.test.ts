import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeApp, GUARD, record, TOMBSTONE } from '../../support/fake-app.js';

const NIGHTLY = 'billing/job-templates/nightly';
const JOB = {
  ...{ image: 'docker.io/a/b:1', command: [], arguments: [], environment: [], mounts: [] },
  ...{ mode: 'task', serviceAccount: 'default', runAsUser: 0, arrayIndices: '0', cpu: '1' },
  ...{ memory: '4G', ephemeralStorage: '400M', maxExecutionTime: 7200, retryLimit: 3 },
};
const MISSING = { code: 'lock/missing', message: 'm', remedy: 'r' };

let app: FakeApp;
beforeEach(() => {
  app = new FakeApp();
  app.locked({ 'job-templates': { nightly: JOB } });
  app.write('deletions.yaml', 'version: 1\ndeletions: []\n');
});
afterEach(() => app.remove());

describe('lock forget', () => {
  it('takes an item out that no state has, and leaves its project', async () => {
    app.synthesized({ declared: ['billing', NIGHTLY] }, { guard: GUARD, ns: { input: {} } });
    app.applied();
    app.fails({ ...MISSING, path: 'demo/billing/nightly' });
    const { code, out, err } = await app.reprieve(`lock forget ${NIGHTLY}`);
    expect({ code, out }).toEqual({
      code: 0,
      out: "Forgetting job template 'billing/nightly'...\nOK\n",
    });
    expect(err).toContain('Removed from projects.lock.yaml: commit that.');
    expect(app.read('projects.lock.yaml')).not.toContain('nightly');
    expect(app.read('projects.lock.yaml')).toContain('billing');
  });

  it('takes a project out with its requests', async () => {
    app.synthesized({ rehydrated: ['billing', NIGHTLY] });
    app.requested('billing', NIGHTLY);
    const { code, err } = await app.reprieve('lock forget billing');
    expect(code).toBe(0);
    expect(err).toContain('deletions.yaml and projects.lock.yaml');
    expect(app.read('projects.lock.yaml')).not.toContain('billing');
    expect(app.read('deletions.yaml')).not.toContain('billing');
  });

  it.each([
    ['its guard', 'billing', { guard: GUARD }],
    ['a clock', 'billing', { tombstone: TOMBSTONE }],
    [
      'a clock of something in it',
      'billing',
      { t: record('Tombstone', { ...TOMBSTONE.input, target: NIGHTLY }) },
    ],
    ['terraform_data.ns', 'billing', { ns: { input: {} } }],
    ['its uid', NIGHTLY, { i: record('Identity', { objects: { [NIGHTLY]: 'u' } }) }],
  ])('is refused where the state has %s', async (_, target, resources) => {
    app.synthesized({ declared: ['billing', NIGHTLY] }, resources);
    app.applied();
    const path = target === NIGHTLY ? 'demo/billing/nightly' : 'demo/billing';
    app.fails({ ...MISSING, path });
    const before = app.read('projects.lock.yaml');
    const { code, err } = await app.reprieve(`lock forget ${target}`);
    expect(err).toContain('it was deployed. Nothing was changed.');
    expect(err).toContain(`npx reprieve reclamation request ${target} --stack demo`);
    expect(code).toBe(1);
    expect(app.read('projects.lock.yaml')).toBe(before);
  });

  it('finds what a killed deploy has made before any guard, by its address', async () => {
    app.synthesized({ declared: ['billing', NIGHTLY] }, { job: { input: {} } });
    app.write('cdktf.out/stacks/demo/reprieve.json', {
      'terraform_data.job': { path: 'demo/billing/nightly/Resource' },
    });
    app.applied();
    app.fails({ ...MISSING, path: 'demo/billing/nightly' });
    const { code, err } = await app.reprieve(`lock forget ${NIGHTLY}`);
    expect(err).toContain('`terraform_data.job`');
    expect(code).toBe(1);
  });

  it('is refused while the code declares it, and where the lock has none', async () => {
    app.synthesized({ declared: ['billing', NIGHTLY] });
    const declared = await app.reprieve('lock forget billing');
    expect(declared.err).toContain('The code still declares `billing`');
    expect(declared.code).toBe(1);
    app.fails({ ...MISSING, path: 'demo/other' });
    expect((await app.reprieve('lock forget billing')).err).toContain('still declares');
    const unknown = await app.reprieve('lock forget biling');
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('Did you mean `billing`?');
    expect((await app.reprieve('lock forget a/b')).code).toBe(2);
  });

  it('does not go on past another fault of the app', async () => {
    app.synthesized({ declared: ['billing'] });
    app.fails(
      { ...MISSING, path: 'demo/billing' },
      { code: 'app/error', message: 'm', remedy: 'r' },
    );
    expect((await app.reprieve('lock forget billing')).code).toBe(2);
  });
});
