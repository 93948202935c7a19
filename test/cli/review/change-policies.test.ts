import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardInput } from '../../../lib/state/clock.js';
import { ROOT } from '../../support/built.js';
import { runCli } from '../../support/cli.js';

const NOW = new Date('2026-11-25T12:00:00Z');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-change-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Values = Readonly<Record<string, unknown>>;

/** A change of a plan; what isn't known is named by `unknown`. */
function change(
  address: string,
  before: Values | null,
  after: Values | null,
  unknown: unknown = {},
) {
  const [type = '', name = ''] = address
    .replace(/^module\.\w+\./, '')
    .replace(/\[.*/, '')
    .split('.');
  const update = JSON.stringify(before) === JSON.stringify(after) ? 'no-op' : 'update';
  const actions = before === null ? ['create'] : after === null ? ['delete'] : [update];
  const module = /^module\.\w+/.exec(address)?.[0];
  return {
    ...{ address, mode: 'managed', type, name },
    ...(module === undefined ? {} : { module_address: module }),
    change: { actions, before, after, after_unknown: unknown, after_sensitive: {} },
  };
}

function plan(...changes: readonly ReturnType<typeof change>[]): void {
  const prior = changes.filter((each) => each.change.before !== null);
  const resources = prior.map(({ change: { before }, ...head }) => ({ ...head, values: before }));
  const json = {
    format_version: '1.2',
    terraform_version: '1.11.4',
    timestamp: '2026-11-25T12:00:00Z',
    planned_values: { root_module: {} },
    resource_changes: changes,
    prior_state: { format_version: '1.0', values: { root_module: { resources } } },
  };
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(json));
}

/** What the policies about changes find: the policy, the place, and how sure it is. */
async function found(parameters = '{}'): Promise<readonly string[]> {
  const names = [
    ...['safeguards-stay', 'nothing-is-purged', 'stateful-resource-is-protected'],
    ...['deletion-is-not-refused', 'nothing-uses-what-is-deleted', 'data-outlives-its-claim'],
  ];
  mkdirSync(join(folder, 'policies'), { recursive: true });
  for (const name of names) {
    const file = `policies/${name}.yaml`;
    copyFileSync(join(ROOT, 'policies/deletion', `${name}.yaml`), join(folder, file));
  }
  const settings = `policies: { paths: [policies], parameters: ${parameters} }`;
  writeFileSync(join(folder, 'reprieve.yaml'), `version: 1\n${settings}\n`);
  const args = ['review', 'plan.json', '--policy', '--format', 'json'];
  const { stdout, stderr } = await runCli(folder, args, NOW);
  expect(stderr).toBe('');
  const { findings } = JSON.parse(stdout);
  return findings.map((each: Record<string, string>) =>
    [each['policy'], each['state'], `${each['address']}${each['pointer']}`].join(' '),
  );
}

const GUARD = (...addresses: readonly string[]) =>
  change('terraform_data.guard', null, {
    input: guardInput(
      'orders',
      '168h',
      addresses.map((address) => ({ address, target: 'orders' })),
      { orders: 'terraform_data.tombstone' },
    ),
  });

describe('what holds data', () => {
  const database = { deletion_protection: false };

  it('tells deletions that the provider will refuse, and takes what is deleted for nothing else', async () => {
    const type = 'aws_db_instance';
    plan(
      change(`${type}.kept`, { deletion_protection: true }, null),
      change(`${type}.gone`, { deletion_protection: false }, null),
      change('aws_s3_bucket.gone', { bucket: 'b' }, null),
    );
    expect(await found()).toEqual([
      'deletion-is-not-refused open aws_db_instance.kept/deletion_protection',
    ]);
    const replaced = change(
      `${type}.new`,
      { deletion_protection: true },
      { deletion_protection: true },
    );
    plan({ ...replaced, change: { ...replaced.change, actions: ['delete', 'create'] } });
    expect(await found()).toEqual([
      'deletion-is-not-refused open aws_db_instance.new/deletion_protection',
    ]);
  });

  it('is not asked about what the plan only lets go of', async () => {
    const kept = change('aws_db_instance.kept', { deletion_protection: true }, null);
    plan({ ...kept, change: { ...kept.change, actions: ['forget'] } });
    expect(await found()).toEqual([]);
  });

  it('is found where nothing protects it, whether it changes or not', async () => {
    plan(
      change('aws_db_instance.orders', database, database),
      change('aws_s3_bucket.files', null, { bucket: 'files' }),
      change('aws_instance.web', null, { ami: 'a' }),
    );
    expect(await found()).toEqual([
      'stateful-resource-is-protected open aws_db_instance.orders',
      'stateful-resource-is-protected open aws_s3_bucket.files',
    ]);
  });

  it('is protected by a guard of the plan, which may come later, also in a module', async () => {
    plan(
      change('aws_db_instance.orders[0]', null, database, { id: true }),
      change('module.files.aws_s3_bucket.files', null, { bucket: 'files' }),
      GUARD('aws_db_instance.orders', 'module.files.aws_s3_bucket.files'),
    );
    expect(await found()).toEqual([]);
  });

  it('is not protected by a guard that this plan takes away', async () => {
    const { change: guard, ...head } = GUARD('aws_db_instance.orders');
    const gone = { ...guard, actions: ['delete'], before: guard.after, after: null };
    plan(change('aws_db_instance.orders', database, database), { ...head, change: gone });
    expect(await found()).toEqual(['stateful-resource-is-protected open aws_db_instance.orders']);
  });

  it('is protected by its provider, unless only a guard is enough', async () => {
    plan(change('google_sql_database_instance.orders', null, { deletion_protection: true }));
    expect(await found()).toEqual([]);
    expect(await found('{ stateful-resource-is-protected: { enough: [guard] } }')).toEqual([
      'stateful-resource-is-protected open google_sql_database_instance.orders',
    ]);
  });

  it('is undecided where that is known after the apply', async () => {
    plan(change('ibm_database.orders', null, {}, { deletion_protection: true }));
    expect(await found()).toEqual(['stateful-resource-is-protected undecided ibm_database.orders']);
  });

  it('is not looked for in what the plan deletes', async () => {
    plan(change('aws_db_instance.orders', database, null));
    expect(await found()).toEqual([]);
  });
});

describe('an update', () => {
  const guard = GUARD('aws_db_instance.orders', 'google_storage_bucket.files');

  it('is told by each safeguard that it weakens', async () => {
    const before = { deletion_protection: true, skip_final_snapshot: false, tags: { a: 'b' } };
    plan(
      guard,
      change('aws_db_instance.orders', before, {
        deletion_protection: false,
        skip_final_snapshot: true,
        tags: {},
      }),
    );
    expect(await found()).toEqual([
      'safeguards-stay open aws_db_instance.orders/deletion_protection',
      'safeguards-stay open aws_db_instance.orders/skip_final_snapshot',
    ]);
  });

  it('is undecided where the value comes later', async () => {
    const before = { versioning: [{ enabled: true }] };
    plan(guard, change('google_storage_bucket.files', before, {}, { versioning: true }));
    expect(await found()).toEqual([
      'safeguards-stay undecided google_storage_bucket.files/versioning/0/enabled',
    ]);
  });

  it('that strengthens them is fine, and so is a creation without them', async () => {
    const before = { deletion_protection: false, backup_retention_period: 1 };
    const after = { deletion_protection: true, backup_retention_period: 7 };
    plan(guard, change('aws_db_instance.orders', before, after));
    expect(await found()).toEqual([]);
    const plain = { ...before, skip_final_snapshot: true };
    plan(guard, change('aws_db_instance.orders', null, plain));
    expect(await found()).toEqual([]);
  });
});

describe('a creation', () => {
  it('that stands for a deletion is found, and only while it is one', async () => {
    const values = { reclamation_id: 'r-1' };
    plan(change('ibm_resource_reclamation_delete.now', null, values));
    expect(await found()).toEqual(['nothing-is-purged open ibm_resource_reclamation_delete.now']);
    plan(change('ibm_resource_reclamation_delete.now', values, values));
    expect(await found()).toEqual([]);
  });
});

describe('a finding', () => {
  it('names what becomes of the safeguard, and the page of its provider', async () => {
    plan(
      change('aws_eks_cluster.a', { deletion_protection: true }, { deletion_protection: false }),
    );
    await found();
    const review = ['review', 'plan.json', '--policy'];
    const { code, stdout } = await runCli(folder, review, NOW);
    expect(code).toBe(0);
    expect(stdout).toContain('it must be "kept". It is `"turned off"`');
    const { findings } = JSON.parse(
      (await runCli(folder, [...review, '--format', 'json'], NOW)).stdout,
    );
    expect(findings[0].url).toContain('/userguide/deletion-protection.html');
  });

  it('is not that there was nothing to look at', async () => {
    plan(change('aws_instance.web', null, { ami: 'a' }));
    expect(await found()).toEqual([]);
    const { stdout } = await runCli(folder, ['review', 'plan.json', '--policy'], NOW);
    expect(stdout).not.toContain('nothing here is that');
  });
});

describe('objects of Kubernetes that are deleted', () => {
  const named = (name: string) => ({ metadata: [{ name, namespace: 'shop' }] });
  const secret = (name: string) => change(`kubernetes_secret_v1.${name}`, named(name), null);
  const pod = (address: string, spec: object, unknown: unknown = {}) => {
    const whole = { ...named('api'), spec: [spec] };
    return change(`kubernetes_pod_v1.${address}`, whole, whole, unknown);
  };
  const mounting = (name: string) => ({ volume: [{ name, secret: [{ secret_name: name }] }] });

  it('are not needed by anything that stays, wherever it is in the plan', async () => {
    plan(pod('a', mounting('db')), secret('db'), secret('other'), pod('z', mounting('db')));
    expect(await found()).toEqual([
      'nothing-uses-what-is-deleted open kubernetes_secret_v1.db',
      'nothing-uses-what-is-deleted open kubernetes_secret_v1.db',
    ]);
  });

  it('names who needs them, and says once that no cluster was asked', async () => {
    plan(pod('a', mounting('db')), secret('db'), secret('other'));
    await found();
    const args = ['review', 'plan.json', '--policy', '--format', 'json'];
    const { findings, notices } = JSON.parse((await runCli(folder, args, NOW)).stdout);
    expect(findings[0].message).toContain('It is `"kubernetes_pod_v1.a"`.');
    const asked = notices.filter(
      ({ code }: { code: string }) => code === 'policy-cluster-not-asked',
    );
    expect(asked).toHaveLength(1);
    expect(asked[0].message).toContain('2 objects that are deleted');
  });

  it('are undecided where a name that stays is not known yet', async () => {
    const spec = { volume: [{ name: 'db', secret: [{ secret_name: null }] }] };
    const unknown = { spec: [{ volume: [{ secret: [{ secret_name: true }] }] }] };
    plan(pod('a', spec, unknown), secret('db'));
    expect(await found()).toEqual([
      'nothing-uses-what-is-deleted undecided kubernetes_secret_v1.db',
    ]);
  });

  it('are free where everything that needs them goes as well, or another takes their place', async () => {
    const goes = pod('a', mounting('db'));
    plan({ ...goes, change: { ...goes.change, actions: ['delete'], after: null } }, secret('db'));
    expect(await found()).toEqual([]);
    const moved = change('kubernetes_secret_v1.moved', null, named('db'));
    plan(pod('a', mounting('db')), secret('db'), moved);
    expect(await found()).toEqual([]);
  });

  it('take their data along where the reclaim policy says so', async () => {
    const claim = (name: string, volume: string) =>
      change(
        `kubernetes_persistent_volume_claim_v1.${name}`,
        { ...named(name), spec: [{ volume_name: volume }] },
        null,
      );
    const volume = (name: string, policy: string) => {
      const whole = { metadata: [{ name }], spec: [{ persistent_volume_reclaim_policy: policy }] };
      return change(`kubernetes_persistent_volume_v1.${name}`, whole, whole);
    };
    plan(
      claim('a', 'x'),
      claim('b', 'y'),
      claim('c', 'z'),
      volume('x', 'Delete'),
      volume('y', 'Retain'),
    );
    const ofData = (await found()).filter((each) => each.startsWith('data-outlives'));
    expect(ofData).toEqual([
      'data-outlives-its-claim open kubernetes_persistent_volume_claim_v1.a',
      'data-outlives-its-claim undecided kubernetes_persistent_volume_claim_v1.c',
    ]);
  });
});
