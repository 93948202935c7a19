import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Certificate } from '../../lib/certificate/certificate.js';
import type { Evidence } from '../../lib/certificate/evidence.js';
import type { Facts } from '../../lib/certificate/facts.js';
import { versionsCheck } from '../../lib/certificate/version-checks.js';
import { bucketVersions } from '../../lib/cli/certificate/asked-versions.js';
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
    const stranger = scratch.with({ AWS_ACCESS_KEY_ID: '', HOME: scratch.folder });
    const refused = stranger.reprieve(
      ...['reclamation', 'certificate', 'billing', '--no-registries', '--ask-backend'],
    );
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('There are no credentials for it.');
  });

  it('are gone when each of them was deleted', async () => {
    const left = () => {
      const { check } = certified(scratch, '--ask-backend');
      const found = check?.found.filter(({ result }) => result === 'left') ?? [];
      return { result: check?.result, commands: found.map(({ says }) => commandIn(says)) };
    };
    const [last, ...others] = left().commands;
    for (const { key, version } of others) await store.delete(key, version);
    expect(left()).toEqual({ result: 'left', commands: [last] });
    await store.delete(last?.key ?? '', last?.version);
    expect(left()).toEqual({ result: 'confirmed', commands: [] });
  });
});

/** What a shell hands over to `aws`. */
function commandIn(says: string) {
  const [, command = ''] = /Delete it: `([^`]+)`/.exec(says) ?? [];
  const script = `aws() { printf '%s\\n' "$@"; }; ${command}`;
  const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n');
  const after = (option: string) => words[words.indexOf(option) + 1] ?? '';
  expect(words.slice(0, 2)).toEqual(['s3api', 'delete-object']);
  return { key: after('--key'), version: after('--version-id') };
}

describe.skipIf(objectStoreMissing() !== undefined)('a bucket', () => {
  const evidence = {
    takenAt: '2026-01-08T00:00:00Z',
    objects: [{ address: 'terraform_data.db', uid: 'uid-1' }],
    state: { backend: 's3', lineage: 'l', serial: 1 },
  } as unknown as Evidence;
  const stateWith = (...ids: readonly string[]) =>
    JSON.stringify({
      ...{ version: 4, lineage: 'l', serial: 2 },
      resources: ids.map((id) => ({
        ...{ mode: 'managed', type: 'terraform_data', name: 'db' },
        instances: [{ attributes: { id } }],
      })),
    });
  const asked = async (store: ObjectStore, key: string) => {
    const asking = { env: ObjectStore.environment, workspace: 'default', now: new Date() };
    const facts = await bucketVersions(store.place(key), evidence, asking);
    const is = facts.kind === 'seen' ? facts.is : undefined;
    const { result, says } = versionsCheck(evidence, { versions: facts } as unknown as Facts);
    return { result, says, has: is?.versions.map(({ has }) => has?.length), of: is?.asked };
  };

  it('that never kept versions has none', async () => {
    const store = await ObjectStore.start();
    await store.put('a/state', stateWith('uid-1'));
    await store.put('a/state', stateWith());
    const { result, says, has } = await asked(store, 'a/state');
    expect({ result, has }).toEqual({ result: 'confirmed', has: [] });
    expect(says).toContain('versioning was never on');
    expect(await asked(store, 'a/none')).toMatchObject({ result: 'not known' });
    store.stop();
  });

  it('has what it kept before versioning was suspended, and of an object that was deleted', async () => {
    const store = await ObjectStore.start('versions');
    for (const of of [stateWith('uid-1'), stateWith('uid-1'), stateWith()]) {
      await store.put('(état)/a b+c&d=%41.tfstate', of);
    }
    await store.put('(état)/a b+c&d=%41.tfstate.tflock', stateWith('uid-1'));
    await store.setVersioning('Suspended');
    const suspended = await asked(store, '(état)/a b+c&d=%41.tfstate');
    expect(suspended).toMatchObject({ result: 'left', has: [1, 1], of: { lineage: 'l' } });
    expect(suspended.says).toContain('suspended');
    await store.setVersioning('Enabled');
    await store.delete('(état)/a b+c&d=%41.tfstate');
    const deleted = await asked(store, '(état)/a b+c&d=%41.tfstate');
    expect(deleted).toMatchObject({ result: 'left', of: { lineage: null, deleteMarkers: 1 } });
    expect(deleted.has).toEqual([0, 1, 1]);
    store.stop();
  });
});
