import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeApp, GUARD } from '../../support/fake-app.js';

const job = (image: string) => ({
  ...{ image, command: [], arguments: [], environment: [], mounts: [] },
  ...{ mode: 'task', serviceAccount: 'default', runAsUser: 0, arrayIndices: '0', cpu: '1' },
  ...{ memory: '4G', ephemeralStorage: '400M', maxExecutionTime: 7200, retryLimit: 3 },
});

let app: FakeApp;
beforeEach(() => {
  app = new FakeApp();
  app.synthesized({ declared: ['billing'] }, { guard: GUARD, ns: { input: {} } });
  app.applied();
});
afterEach(() => app.remove());

it('says that it could not look, also by its exit code, unless nobody was to be asked', async () => {
  app.locked({ 'job-templates': { nightly: job('localhost:1/team/app:1') } });
  const asked = 'image list billing --private-registries localhost:1';
  const { code, out, err } = await app.reprieve(asked);
  expect([code, out]).toEqual([3, expect.stringMatching(/Registry: +not seen/)]);
  expect(err).toContain('Not every registry could be asked');
  expect((await app.reprieve('image list billing --no-registries')).code).toBe(0);
});

it('gives no command where only a publisher can delete, or the reference is a digest', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const image = `docker.io/library/busybox:1.37@${digest}`;
  app.locked({ 'job-templates': { nightly: job(image) } });
  const { code, out } = await app.reprieve('image list billing --no-registries');
  expect([code, out]).toEqual([0, expect.stringContaining('only Docker can delete it')]);
  expect(out).not.toContain('hub.docker.com/v2');
});
