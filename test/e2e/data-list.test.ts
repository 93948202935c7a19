import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { LAST_APPLIED } from '../../lib/state/stored-data.js';
import { runCli } from '../support/cli.js';
import { ControlPlane } from '../support/control-plane.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { publishedValidator } from '../support/schemas.js';
import { Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const CANARY = 'canary-Vd83kq';
const isValid = publishedValidator('data-list');

interface Listed {
  readonly data: readonly {
    readonly target: string;
    readonly kind: string;
    readonly inCluster: string | null;
    readonly end: { readonly by: string };
    readonly places: readonly {
      readonly place: string;
      readonly where: string;
      readonly encryptedBy: string;
    }[];
  }[];
  readonly undeclared: readonly {
    readonly kind: string;
    readonly name: string;
    readonly hasCopy: boolean;
  }[];
}

describe.skipIf(missing !== undefined)('data list on a real control plane', () => {
  const it = story();
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-data-'));
  let plane: ControlPlane;
  let scratch: Scratch;

  const list = (...args: readonly string[]): Listed => {
    const done = scratch.reprieve('data', 'list', ...args, '-o', 'json');
    expect(done, done.output).toMatchObject({ code: 0 });
    expect(done.output).not.toContain(CANARY);
    const found: Listed = JSON.parse(done.stdout);
    expect(isValid(found), JSON.stringify(isValid.errors)).toBe(true);
    return found;
  };
  const datum = ({ data }: Listed, target: string) =>
    data.find((each) => each.target === target && each.kind !== 'image reference');
  const inEtcd = (found: Listed, target: string) =>
    (datum(found, target)?.places ?? [])
      .filter(({ place }) => place === 'etcd')
      .map(({ where, encryptedBy }) => `${where}: ${encryptedBy}`);
  const SETTINGS = 'billing/config-maps/settings';
  const SECRET = 'billing/secrets/db';
  const NIGHTLY = 'billing/job-templates/nightly';

  beforeAll(async () => {
    const config = join(folder, 'encryption.yaml');
    const key = ['--provider', 'secretbox', '--key', 'key-1', '--fresh', '--out', config];
    expect(await runCli(folder, ['encryption', 'config', ...key])).toMatchObject({ code: 0 });
    plane = await ControlPlane.start({ flags: [`--encryption-provider-config=${config}`] });
    scratch = new Scratch({ ...providerEnvironment(), TF_VAR_token: CANARY });
    scratch.write('reprieve.yaml', 'version: 1\nencryption: { provider: secretbox, key: key-0 }\n');
    scratch.declare(`
      const target = () => Target.kubernetes({ configPath: '${plane.kubeconfig}' });
      const stack = new ReprieveStack(app, 'production', { target: target() });
      const billing = new Project(stack, 'billing');
      billing.addSecret('db', { format: 'basic_auth', username: 'app',
        password: Credential.fromVariable('token', { revision: 1 }) });
      billing.addConfigMap('settings', { data: { CURRENCY: 'EUR' } });
      billing.addJobTemplate('nightly', { image: 'registry.example.org/invoices:1.4.2' });
      new Project(new ReprieveStack(app, 'elsewhere', { target: target() }), 'other');
    `);
    expect(scratch.settle('production')).toMatchObject({ code: 0 });
  }, 120_000);
  afterAll(() => {
    scratch?.remove();
    plane?.stop();
    rmSync(folder, { recursive: true });
  });

  it('says of each object that it is there, and by which key etcd has it', () => {
    const found = list('--stack', 'production', '--cluster', '--etcd', plane.etcd);
    // By the bytes, whatever is declared.
    for (const target of [SETTINGS, SECRET, NIGHTLY]) {
      expect(datum(found, target)?.inCluster).toBe('active');
      expect(inEtcd(found, target)).toEqual([
        expect.stringMatching(/: secretbox key-1, as stored$/),
      ]);
    }
    const declared = list('--stack', 'production');
    expect(datum(declared, SETTINGS)?.inCluster).toBeNull();
    expect(inEtcd(declared, SETTINGS)).toEqual([
      expect.stringMatching(/declared as secretbox key-0$/),
    ]);
  });

  it('takes no etcd for that of two clusters', () => {
    const done = scratch.reprieve('data', 'list', '--etcd', plane.etcd);
    expect(done, done.output).toMatchObject({ code: 2 });
    expect(done.output).toContain('Name the stack by --stack: `elsewhere`, `production`');
  });

  it('names what nothing declares, and copies in annotations, by their name alone', () => {
    const namespace = ['--namespace', 'billing'];
    const [own, copy] = [`note=${CANARY}`, `${LAST_APPLIED}={"data":{"note":"${CANARY}"}}`];
    plane.kubectl('create', 'configmap', 'pasted', ...namespace, `--from-literal=${own}`);
    plane.kubectl('annotate', 'configmap', 'pasted', 'settings', ...namespace, copy);
    const found = list('billing', '--cluster', '--stack', 'production');
    expect(found.undeclared).toContainEqual(
      expect.objectContaining({ kind: 'ConfigMap', name: 'pasted', hasCopy: true }),
    );
    expect(found.undeclared.map(({ name }) => name)).not.toContain('settings');
    expect(inEtcd(found, SETTINGS).map((text) => text.split(':')[0])).toEqual([
      'ConfigMap settings in namespace billing',
      `its annotation ${LAST_APPLIED}`,
    ]);
    expect(inEtcd(found, SECRET)).toHaveLength(1);
    const { stdout, output } = scratch.reprieve('data', 'list', '--cluster');
    expect(stdout).toContain('In the cluster: active.');
    expect(stdout).toContain(
      'undeclared: ConfigMap pasted in namespace billing (production), with a copy',
    );
    expect(output).not.toContain(CANARY);
  });

  it('takes nothing for undeclared that is declared, where one item is asked for', () => {
    const found = list(SETTINGS, '--cluster', '--stack', 'production');
    expect(found.data.map(({ target }) => target)).toEqual([SETTINGS]);
    expect(found.undeclared).toEqual([]);
  });

  it('says what is not there any more, and until when the rest is', () => {
    scratch.requestDeletions({ stack: 'production', target: SETTINGS });
    const done = scratch.settle('production');
    expect(done, done.output).toMatchObject({ code: 0 });
    plane.kubectl('delete', 'cronjob', 'nightly', '--namespace', 'billing');
    const found = list('--stack', 'production', '--cluster', '--etcd', plane.etcd);
    expect(datum(found, NIGHTLY)?.inCluster).toBe('missing');
    expect(inEtcd(found, NIGHTLY)).toEqual([expect.stringMatching(/: not in this etcd$/)]);
    expect(datum(found, SETTINGS)).toMatchObject({
      inCluster: 'soft deleted',
      end: { by: 'deadline' },
    });
  });
});
