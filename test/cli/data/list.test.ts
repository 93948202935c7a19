import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerEnvironment, providerMissing } from '../../support/engines.js';
import { expectGolden } from '../../support/golden.js';
import { publishedValidator } from '../../support/schemas.js';
import { Scratch } from '../../support/scratch.js';
import { inPipe, REPRIEVE } from '../../support/terminal.js';

const isValid = publishedValidator('data-list');

describe.skipIf(providerMissing() !== undefined)('data list', () => {
  let scratch: Scratch;
  const list = (...args: readonly string[]) =>
    inPipe([...REPRIEVE, 'data', 'list', ...args], {
      cwd: scratch.folder,
      env: { HOME: process.env['HOME'], ...providerEnvironment() },
    });

  beforeAll(() => {
    scratch = new Scratch();
    scratch.declare(`
      const stack = new ReprieveStack(app, 'production', { target: Target.kubernetes({ configPath: 'none' }) });
      const billing = new Project(stack, 'billing');
      const password = Credential.fromVariable('dockerhub_token', { revision: 1 });
      billing.addRegistrySecret('dockerhub', { server: 'https://index.docker.io/v1/', username: 'example', password });
      billing.addConfigMap('settings', { data: { CURRENCY: 'EUR' } });
      billing.addJobTemplate('nightly', { image: 'registry.example.org/invoices:1.4.2' });
    `);
    scratch.write(
      'reprieve.yaml',
      'version: 1\nencryption: { provider: kms, key: vault, endpoint: "unix:///run/kms.sock" }\n',
    );
  });
  afterAll(() => scratch?.remove());

  it('says of everything what the page says of it', () => {
    const { code, stdout, stderr } = list();
    expect(code, stderr).toBe(0);
    expectGolden('docs/securing-data.md', 'data list', `$ npx reprieve data list\n${stdout}`);
  });

  it('is the same as data, and the lock names the key', () => {
    const { code, stdout, stderr } = list('billing/job-templates/nightly', '--output', 'json');
    expect(code, stderr).toBe(0);
    const found = JSON.parse(stdout);
    expect(isValid(found), JSON.stringify(isValid.errors)).toBe(true);
    expect(found.data.map(({ kind }: { kind: string }) => kind)).toEqual([
      'job template',
      'image reference',
    ]);
    expect(scratch.read('projects.lock.yaml')).toContain(
      'encryption:\n      provider: kms\n      key: vault\n',
    );
    expect(scratch.read('projects.lock.yaml')).not.toContain('kms.sock');
  });

  it('says by which key of a service a managed cluster encrypts', () => {
    const before = scratch.read('reprieve.yaml');
    const by = (encryption: string) => {
      scratch.write('reprieve.yaml', `version: 1\nencryption: ${encryption}\n`);
      expect(scratch.synth().code).toBe(0);
      const { data } = JSON.parse(list('billing/config-maps/settings', '-o', 'json').stdout);
      return data[0].places[0].encryptedBy;
    };
    const arn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd';
    expect(by(`{ provider: kms, managed: true, key: "${arn}" }`)).toBe(
      `your key management service: declared as kms ${arn}`,
    );
    expect(by('{ provider: kms, managed: true }')).toBe(
      'the service that runs the cluster: declared as kms',
    );
    scratch.write('reprieve.yaml', before);
    expect(scratch.synth().code).toBe(0);
  });

  it('knows no target that there is not', () => {
    expect(list('biling').code).toBe(2);
    expect(list('billing', '--stack', 'nope').code).toBe(2);
  });
});
