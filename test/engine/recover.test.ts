import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { candidatesOf } from '../../lib/engine/candidates.js';
import { knownAddresses, readRawState, withResources } from '../../lib/engine/raw-state.js';
import { findUnnoted } from '../../lib/engine/recover.js';

const LABELS = { 'reprieve.dev/protected': 'true', 'reprieve.dev/project': 'billing' };
const ANNOTATIONS = { 'reprieve.dev/project-name': 'Billing' };
const metadata = (name: string, more: object = { namespace: 'billing' }) => ({
  name,
  labels: LABELS,
  annotations: ANNOTATIONS,
  ...more,
});
const stackOf = (resources: object, more: object = {}) => ({
  resource: resources,
  terraform: { required_providers: { kubernetes: { source: 'kubernetes' } } },
  provider: { kubernetes: [{ config_path: 'kube/config', exec: { command: 'x' } }] },
  variable: { token: { ephemeral: true, type: 'string', validation: [{}] } },
  ...more,
});

describe('what a killed deploy may have made', () => {
  it('is every marked object that the state does not have', () => {
    const stack = stackOf({
      kubernetes_namespace_v1: { ns: { metadata: metadata('billing', {}) } },
      kubernetes_secret_v1: {
        known: { metadata: metadata('known') },
        live: { metadata: metadata('db'), data_wo_revision: 3 },
        doomed: { metadata: metadata('old'), data_wo_revision: 3, count: '${1}' },
        other: { metadata: metadata('far'), provider: 'kubernetes.west' },
      },
      terraform_data: { record: { input: {} } },
    });
    const found = candidatesOf(stack, new Set(['kubernetes_secret_v1.known']));
    expect(found.map(({ address, id, alias }) => [address, id, alias])).toEqual([
      ['kubernetes_namespace_v1.ns', 'billing', undefined],
      ['kubernetes_secret_v1.live', 'billing/db', undefined],
      ['kubernetes_secret_v1.doomed[0]', 'billing/old', undefined],
      ['kubernetes_secret_v1.other', 'billing/far', 'west'],
    ]);
  });

  it('never has the provider read a secret, nor write one that is soft-deleted', () => {
    const stack = stackOf({
      kubernetes_secret_v1: {
        live: { metadata: metadata('db'), data_wo_revision: 3 },
        doomed: { metadata: metadata('old'), data_wo_revision: 3, count: '${1}' },
      },
    });
    const revisions = candidatesOf(stack, new Set()).map(({ attributes }) => attributes);
    expect(revisions).toEqual([
      { id: 'billing/db', data_wo_revision: 1 },
      { id: 'billing/old', data_wo_revision: 3 },
    ]);
  });

  it('is nothing whose owner could not be told, and says what is imported anyway', () => {
    const stack = stackOf(
      {
        kubernetes_namespace_v1: { adopted: { metadata: metadata('legacy', {}) } },
        kubernetes_config_map_v1: {
          unmarked: { metadata: { name: 'a', namespace: 'billing' } },
          computed: { metadata: metadata('${local.name}') },
          elsewhere: { metadata: metadata('a', { namespace: '${local.ns}' }) },
          partly: { metadata: { ...metadata('b'), annotations: {} } },
          nameless: { metadata: [] },
        },
        kubernetes_manifest: { raw: { manifest: { metadata: metadata('raw') } } },
      },
      { import: [{ to: 'kubernetes_namespace_v1.adopted', id: 'legacy' }] },
    );
    expect(
      candidatesOf(stack, new Set()).map(({ address, isImported }) => [address, isImported]),
    ).toEqual([['kubernetes_namespace_v1.adopted', true]]);
    for (const odd of [
      null,
      [],
      'x',
      { resource: 7 },
      { resource: { kubernetes_secret_v1: [1] } },
    ]) {
      expect(candidatesOf(odd, new Set())).toEqual([]);
    }
  });
});

const ENGINE = { name: 'Terraform', program: 'terraform', version: '1.11.4' } as const;

describe('a stored state', () => {
  it('is refused unless it is one, without repeating a value', () => {
    const odd = [
      '{"version":4,"secret":"hunter2"',
      '{"version":3}',
      '[]',
      '{"version":4,"serial":1}',
    ];
    for (const text of odd) {
      expect(() => readRawState(ENGINE, text)).toThrow(/^(?!.*hunter2).*version 4/);
    }
    expect(readRawState(ENGINE, '\n')).toMatchObject({ version: 4, serial: 0, resources: [] });
  });

  it('keeps what it has, adds what is new, and counts on', () => {
    const own = {
      ...{ mode: 'managed', type: 'terraform_data', name: 'guard', provider: 'p' },
      instances: [{ attributes: { id: 'x' } }],
    };
    const gone = { ...own, type: 'kubernetes_secret_v1', name: 'db', instances: [] };
    const text = JSON.stringify({
      ...{ version: 4, serial: 6, lineage: 'l', outputs: { a: 1 }, check_results: null },
      resources: [own, gone],
    });
    const state = readRawState(ENGINE, text);
    expect(knownAddresses(state)).toEqual(new Set(['terraform_data.guard']));
    const found = { ...gone, instances: [{ attributes: { id: 'billing/db' } }] };
    expect(withResources(state, [found])).toEqual({
      ...{ version: 4, serial: 7, lineage: 'l', outputs: { a: 1 }, check_results: null },
      resources: [own, found],
    });
  });
});

describe('taking objects into the state', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reprieve-recover-'));
    const stack = stackOf({ kubernetes_secret_v1: { db: { metadata: metadata('db') } } });
    writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(stack));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Stands in for the engine: its "cluster" has what the file `cluster` says, by id. */
  function engine(pushed = 'cp "$3" "$HOME/pushed"') {
    const program = join(folder, 'terraform');
    const script = `#!/bin/sh
case "$1 $2" in
  "version -json") echo '{"provider_selections":{"example.org/hashicorp/kubernetes":"2.38.0"}}' ;;
  "state pull") echo '{"version":4,"serial":2,"lineage":"l","resources":[]}' ;;
  "state push") ${pushed} ;;
  "apply -refresh-only") cp cdk.tf.json "$HOME/probe.json"; stat -c %a . > "$HOME/mode"
    cp terraform.tfstate "$HOME/asked.json"; cp "$HOME/cluster.json" terraform.tfstate ;;
esac`;
    writeFileSync(program, `${script}\n`);
    chmodSync(program, 0o755);
    return { ...ENGINE, program };
  }
  const options = () => ({
    cwd: folder,
    env: {
      HOME: folder,
      PATH: process.env['PATH'],
      TF_WORKSPACE: 'x',
      TF_CLI_ARGS_apply: '-lock=false',
    },
  });
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const inCluster = (labels: object) => ({
    ...{ mode: 'managed', type: 'kubernetes_secret_v1', name: 'db', provider: 'p' },
    instances: [
      {
        attributes: {
          id: 'billing/db',
          data_wo_revision: 1,
          metadata: [{ name: 'db', labels, annotations: ANNOTATIONS }],
        },
      },
    ],
  });
  const cluster = (...resources: readonly object[]) =>
    writeFileSync(
      join(folder, 'cluster.json'),
      JSON.stringify({ version: 4, serial: 3, lineage: 'p', resources }),
    );

  it('asks with the provider alone, in private, and writes what carries our marks', async () => {
    cluster(inCluster(LABELS));
    const found = await findUnnoted(engine(), options());
    expect(found.ours.map(({ id }) => id)).toEqual(['billing/db']);
    expect(found.foreign).toEqual([]);
    expect(read('probe.json')).toEqual({
      terraform: { required_providers: { kubernetes: { source: 'kubernetes' } } },
      provider: {
        kubernetes: [{ config_path: join(folder, 'kube/config'), exec: { command: 'x' } }],
      },
      variable: { token: { default: null, ephemeral: true, type: 'string' } },
    });
    expect(read('asked.json').resources[0].provider).toBe(
      'provider["example.org/hashicorp/kubernetes"]',
    );
    expect(readFileSync(join(folder, 'mode'), 'utf8').trim()).toBe('700');
    await found.adopt();
    expect(read('pushed')).toMatchObject({
      serial: 3,
      lineage: 'l',
      resources: [inCluster(LABELS)],
    });
    expect(statSync(join(folder, 'pushed')).mode & 0o077).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('.recover'))).toEqual([]);
  });

  it('leaves alone what is not ours', async () => {
    for (const labels of [{}, { ...LABELS, 'reprieve.dev/project': 'legacy' }]) {
      cluster(inCluster(labels));
      const found = await findUnnoted(engine(), options());
      expect(found.ours).toEqual([]);
      expect(found.foreign.map(({ id }) => id)).toEqual(['billing/db']);
    }
  });

  it('finds nothing where nothing was made, and leaves nothing behind when it fails', async () => {
    cluster();
    expect(await findUnnoted(engine(), options())).toMatchObject({ ours: [], foreign: [] });
    cluster(inCluster(LABELS));
    const found = await findUnnoted(engine('exit 1'), options());
    await expect(found.adopt()).rejects.toThrow('state failed');
    expect(readdirSync(folder).filter((name) => name.startsWith('.recover'))).toEqual([]);
  });
});
