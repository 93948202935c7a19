import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Certificate } from '../../lib/certificate/certificate.js';
import type { Evidence } from '../../lib/certificate/evidence.js';
import { ObjectStore, objectStoreMissing } from '../support/object-store.js';
import { Scratch, SHORT_PERIOD, SHORT_SECONDS, seconds } from '../support/scratch.js';
import { story } from '../support/story.js';

const KEY = 'team a/production+1.tfstate';

describe.skipIf(objectStoreMissing() !== undefined)('older versions of a state in a bucket', () => {
  const it = story();
  let store: ObjectStore;
  let scratch: Scratch;

  beforeAll(async () => {
    store = await ObjectStore.start('versions');
    scratch = new Scratch(ObjectStore.environment);
    scratch.write('reprieve.yaml', SHORT_PERIOD);
    scratch.declare(`
      const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
      ${store.backend(KEY)}
      const billing = new Project(stack, 'billing');
      billing.addConfigMap('settings', { data: { MODE: 'full' } });
    `);
  });
  afterAll(() => {
    store?.stop();
    scratch?.remove();
  });

  const deploy = () => {
    const deployed = scratch.reprieve('deploy', 'sandbox', '--force');
    expect(deployed, deployed.output).toMatchObject({ code: 0 });
  };
  const filesIn = (folder: string) =>
    readdirSync(join(scratch.folder, folder)).filter((name) => name.endsWith('.json'));
  let made = 0;
  const certified = (from: Scratch, ...more: readonly string[]) => {
    made += 1;
    const options = ['--no-registries', '--out', `certificates${made}`, ...more];
    const done = from.reprieve('reclamation', 'certificate', 'billing', ...options);
    expect(done, done.output).toMatchObject({ code: 0 });
    expect(done.output).not.toContain(ObjectStore.environment.AWS_SECRET_ACCESS_KEY);
    const file = `certificates${made}/${filesIn(`certificates${made}`)[0]}`;
    const { checks, verdict, facts }: Certificate = JSON.parse(scratch.read(file));
    expect(verdict).toBe('deleted');
    const verified = scratch.reprieve('reclamation', 'certificate', 'verify', file);
    expect(verified, verified.output).toMatchObject({ code: 0 });
    return { check: checks.find(({ id }) => id === 'state/versions'), facts: facts.versions };
  };

  it('are left by a deletion, with the command that deletes each', async () => {
    deploy();
    scratch.requestDeletions({ target: 'billing' });
    deploy();
    await seconds(SHORT_SECONDS);
    deploy();
    const evidence: Evidence = JSON.parse(scratch.read(`evidence/${filesIn('evidence')[0]}`));
    const { check, facts } = certified(scratch, '--ask-backend');
    expect(check?.result).toBe('left');
    const left = check?.found.filter(({ result }) => result === 'left') ?? [];
    expect(left.length).toBeGreaterThan(1);
    expect(left[0]?.says).toMatch(
      /Delete it: `aws s3api delete-object --bucket states --key 'team a\/production\+1.tfstate' --version-id \w+ --region us-east-1 --endpoint-url http:\/\/127.0.0.1:\d+`/,
    );
    const names = evidence.objects.map(({ address, uid }) => address ?? uid);
    const seen = facts.kind === 'seen' ? facts.is.versions.flatMap(({ has }) => has ?? []) : [];
    expect([...new Set(seen)].sort()).toEqual(names.sort());
  });

  it('are not asked for unless that is wanted', () => {
    const { check } = certified(scratch);
    expect(check).toMatchObject({ result: 'not checked' });
    expect(check?.says).toMatch(/--ask-backend.*`aws s3api list-object-versions --bucket states /);
  });

  it('are not known without the right to ask for them', () => {
    const stranger = scratch.with({ AWS_ACCESS_KEY_ID: '' });
    const { check } = certified(scratch, '--ask-backend');
    expect(check?.result).toBe('left');
    const refused = stranger.reprieve(
      ...['reclamation', 'certificate', 'billing', '--no-registries', '--ask-backend'],
    );
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain('There are no credentials for it.');
  });

  it('are gone when each of them was deleted', async () => {
    const ids = () => {
      const { check } = certified(scratch, '--ask-backend');
      const left = check?.found.filter(({ result }) => result === 'left') ?? [];
      return { result: check?.result, left: left.map(({ what }) => what) };
    };
    const before = ids();
    const [last = '', ...others] = before.left;
    for (const id of others) await store.deleteVersion(KEY, id);
    expect(ids()).toEqual({ result: 'left', left: [last] });
    await store.deleteVersion(KEY, last);
    expect(ids()).toEqual({ result: 'confirmed', left: [] });
  });
});
