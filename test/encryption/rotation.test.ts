import { describe, expect, it } from 'vitest';
import type { EncryptionConfiguration, LocalKey } from '../../lib/encryption/configuration.js';
import {
  IDENTITY,
  keyText,
  nameOf,
  type Provider,
  providersOf,
} from '../../lib/encryption/configuration.js';
import { differentSecrets, disagreements } from '../../lib/encryption/disagreements.js';
import { addKey, dropOthers, promoteKey } from '../../lib/encryption/edits.js';
import { readMetrics, type ServerMetrics } from '../../lib/encryption/metrics.js';
import { rotationOf, type ServerFile } from '../../lib/encryption/rotation.js';
import { keyOf, type StoredObject } from '../../lib/encryption/stored-object.js';
import { hashOfKeyId } from '../../lib/encryption/stored-value.js';
import { canRead, judgeObjects, verdictOf } from '../../lib/encryption/verification.js';

const RESOURCES = ['secrets', 'cronjobs.batch'];
const local = (name: string): LocalKey => ({
  provider: 'secretbox',
  name,
  secret: Buffer.alloc(32, name).toString('base64'),
});
const TO = local('new');
const NO_SERVER: ServerMetrics = {
  operations: [],
  keyIdHashes: new Map(),
  reloadFailed: false,
  pluginFailures: [],
};

const config = (...providers: readonly Provider[]): EncryptionConfiguration => ({
  entries: [{ resources: RESOURCES, providers }],
});
const object = (name: string, stored: StoredObject['stored']): StoredObject => ({
  resource: 'secrets',
  namespace: 'billing',
  name,
  revision: '1',
  stored,
});
const by = (key: string) => ({ form: 'encrypted', provider: 'secretbox', key }) as const;

/** Two servers that load their files one after the other, and an object that they write. */
class TwoServers {
  private files: readonly ServerFile[];
  /** What each server works with. */
  private live: readonly EncryptionConfiguration[];
  private objects: readonly StoredObject[];

  constructor(start: readonly Provider[]) {
    this.files = ['a', 'b'].map((name) => ({
      name,
      configuration: config(...start),
      loaded: 'yes' as const,
    }));
    this.live = this.files.map(({ configuration }) => configuration);
    const isPlain = start[0]?.provider === 'identity';
    this.objects = [object('x', isPlain ? { form: 'plain' } : by('old'))];
  }

  /** Does what is next, and says what that was. */
  step(): string {
    const { files, objects } = this;
    const asked = { key: nameOf(TO), files, resources: RESOURCES, objects, servers: [] };
    const { next, files: named } = rotationOf(asked);
    if (next === 'reload') this.loadOne();
    else if (next === 'rewrite') this.objects = objects.map((it) => ({ ...it, stored: by('new') }));
    else {
      this.files = files.map((each) =>
        named.includes(each.name)
          ? { ...each, configuration: edited(next, each.configuration), loaded: 'no' }
          : each,
      );
    }
    return next;
  }

  /** What some server could not read, of what is stored and of what another one writes. */
  lockedOut(): readonly string[] {
    const written = this.live.flatMap((it) => providersOf(it, 'secrets').slice(0, 1).map(nameOf));
    const keys = [...written, ...this.objects.flatMap((each) => keyOf(each) ?? [])];
    return keys
      .filter((key) => this.live.some((each) => !canRead(each, 'secrets', key)))
      .map(keyText);
  }

  private loadOne(): void {
    const at = this.files.findIndex((each) => each.loaded === 'no');
    this.files = this.files.map((it, index) => (index === at ? { ...it, loaded: 'yes' } : it));
    const loaded = this.files[at]?.configuration;
    this.live = this.live.map((it, index) => (index === at ? (loaded ?? it) : it));
  }
}

function edited(step: string, configuration: EncryptionConfiguration): EncryptionConfiguration {
  if (step === 'add') return addKey(configuration, RESOURCES, TO).value ?? configuration;
  if (step === 'promote') return promoteKey(configuration, TO);
  return step === 'drop' ? dropOthers(configuration, TO) : configuration;
}

describe('a rotation', () => {
  const standing = (files: readonly ServerFile[], objects?: readonly StoredObject[]) =>
    rotationOf({ key: nameOf(TO), files, resources: RESOURCES, objects, servers: [] }).next;
  const loaded = (name: string, ...providers: readonly Provider[]): ServerFile => ({
    name,
    configuration: config(...providers),
    loaded: 'yes',
  });

  it('adds the key everywhere before any server writes by it', () => {
    const [old, both] = [loaded('a', local('old')), loaded('b', local('old'), TO)];
    const result = rotationOf({
      key: nameOf(TO),
      files: [old, both],
      resources: RESOURCES,
      objects: [],
      servers: [],
    });
    expect(result).toMatchObject({ next: 'add', files: ['a'] });
  });

  it('goes no further while a server has not loaded its file', () => {
    const both = loaded('a', local('old'), TO);
    expect(standing([both, { ...both, name: 'b', loaded: 'unknown' }])).toBe('reload');
    expect(standing([both, { ...both, name: 'b', loaded: 'no' }])).toBe('reload');
    expect(standing([both])).toBe('promote');
  });

  it('rewrites while anything carries another key, and drops only then', () => {
    const first = loaded('a', TO, local('old'));
    expect(standing([first], [object('x', by('new')), object('y', by('old'))])).toBe('rewrite');
    expect(standing([first], [object('x', { form: 'plain' })])).toBe('rewrite');
    expect(standing([first], [object('x', { form: 'unknown' })])).toBe('rewrite');
    // Nobody has looked.
    expect(standing([first])).toBe('rewrite');
    expect(standing([first], [object('x', by('new'))])).toBe('drop');
    expect(standing([loaded('a', TO)], [object('x', by('new'))])).toBe('done');
  });

  it('knows a key that its service has replaced by the id that objects carry', () => {
    const stored = (keyId: string) =>
      ({ form: 'encrypted', provider: 'kms', key: 'vault', keyId }) as const;
    const vault = {
      provider: 'kms',
      apiVersion: 'v2',
      name: 'vault',
      endpoint: 'unix:///run/kms.sock',
    } as const;
    const servers = [{ ...NO_SERVER, keyIdHashes: new Map([['vault', hashOfKeyId('2')]]) }];
    const next = (keyId: string) =>
      rotationOf({
        key: nameOf(vault),
        files: [loaded('a', vault)],
        resources: RESOURCES,
        objects: [object('x', stored(keyId))],
        servers,
      }).next;
    expect([next('1'), next('2')]).toEqual(['rewrite', 'done']);
  });

  it('keeps a key that objects of any kind need, also of kinds that nobody asked for', () => {
    const wide = (...providers: readonly Provider[]): ServerFile => ({
      name: 'a',
      configuration: { entries: [{ resources: ['*.*'], providers }] },
      loaded: 'yes',
    });
    const of = (resource: string, stored: StoredObject['stored']) => ({
      ...object('x', stored),
      resource,
    });
    const done = object('x', by('new'));
    // Encrypted by the old key, whatever covers it.
    expect(standing([wide(TO, local('old'))], [done, of('leases', by('old'))])).toBe('rewrite');
    const narrow = loaded('a', TO, local('old'));
    expect(standing([narrow], [done, of('widgets.example.org', by('old'))])).toBe('rewrite');
    expect(standing([narrow], [done, of('new.?', by('old'))])).toBe('rewrite');
    // In plain text, and read as that so far.
    expect(standing([wide(TO, IDENTITY)], [done, of('namespaces', { form: 'plain' })])).toBe(
      'rewrite',
    );
    expect(standing([wide(TO, IDENTITY)], [done, of('new.?', { form: 'plain' })])).toBe('rewrite');
    expect(standing([narrow], [done, of('namespaces', { form: 'plain' })])).toBe('drop');
  });

  it('has every entry that encrypts get the new key, and is done with what is plain on purpose', () => {
    const more = (...others: readonly Provider[]): ServerFile => ({
      name: 'a',
      configuration: {
        entries: [
          { resources: ['events'], providers: [IDENTITY] },
          { resources: RESOURCES, providers: [TO] },
          { resources: ['widgets.example.org'], providers: others },
        ],
      },
      loaded: 'yes',
    });
    const objects = [object('x', by('new'))];
    expect(standing([more(local('old'))], objects)).toBe('add');
    expect(standing([more(local('old'), TO)], objects)).toBe('promote');
    expect(standing([more(TO, local('old'))], objects)).toBe('drop');
    expect(standing([more(TO)], objects)).toBe('done');
    expect(standing([more(TO)])).toBe('done');
  });

  it.each([
    ['plain text', [IDENTITY]],
    ['another key', [local('old')]],
    ['a migration that was not finished', [local('old'), IDENTITY]],
  ] as const)('from %s never leaves a server without a key that is in use', (_what, start) => {
    const world = new TwoServers(start);
    const steps: string[] = [];
    while (steps.length < 20 && steps.at(-1) !== 'done') {
      steps.push(world.step());
      expect(world.lockedOut(), steps.join()).toEqual([]);
    }
    expect(steps.filter((each) => each !== 'reload')).toEqual([
      ...['add', 'promote', 'rewrite', 'drop', 'done'],
    ]);
  });
});

describe('the verdict', () => {
  it('is that of the worst object', () => {
    const judge = (
      objects: readonly StoredObject[],
      configurations: readonly EncryptionConfiguration[] = [],
    ) => verdictOf(judgeObjects(objects, { key: nameOf(TO), configurations, servers: [] }));
    const all = [
      object('a', by('new')),
      object('b', by('old')),
      object('c', { form: 'unknown' }),
      object('d', { form: 'plain' }),
    ];
    expect([1, 2, 3, 4].map((count) => judge(all.slice(0, count)))).toEqual([
      'encrypted',
      'other-key',
      'unknown',
      'plain-text',
    ]);
    expect(judge(all, [config(TO)])).toBe('unreadable');
  });
});

describe('what a configuration can read', () => {
  const vault = (apiVersion: 'v1' | 'v2') =>
    ({
      provider: 'kms',
      apiVersion,
      name: 'vault',
      endpoint: 'unix:///run/kms.sock',
    }) as const;

  it('is not what another version of a plugin wrote, although it has the same name', () => {
    const first = object('x', { form: 'encrypted', provider: 'kms', key: 'vault' });
    const judged = (apiVersion: 'v1' | 'v2') =>
      verdictOf(
        judgeObjects([first], { configurations: [config(vault(apiVersion))], servers: [] }),
      );
    expect([judged('v1'), judged('v2')]).toEqual(['encrypted', 'unreadable']);
  });

  it('is told of all kinds, and the rest only of those that are asked for', () => {
    const other = { ...object('y', { form: 'plain' } as const), resource: 'leases' };
    const judge = (configuration: EncryptionConfiguration) =>
      judgeObjects([object('x', by('new')), other], {
        resources: RESOURCES,
        configurations: [configuration],
        servers: [],
      }).map(({ object: { name }, standing }) => `${name} ${standing}`);
    expect(judge(config(TO))).toEqual(['x encrypted']);
    const all = { entries: [{ resources: ['*.*'], providers: [TO] }] };
    expect(judge(all)).toEqual(['x encrypted', 'y unreadable']);
  });
});

describe('keys of one name in several files', () => {
  it('have to be the same, and no text shows what they are', () => {
    const named = (name: string, secret: string) => ({
      name,
      hash: name,
      configuration: config({ ...TO, secret }),
    });
    const [one, other] = [TO.secret, Buffer.alloc(32, 'other').toString('base64')];
    expect(differentSecrets([named('a', one), named('b', one)])).toEqual([]);
    const found = differentSecrets([named('a', one), named('b', other)]);
    expect(found).toEqual(['a and b have different keys that are called secretbox new.']);
    expect(disagreements([], [named('a', one), named('b', other)])).toEqual(found);
  });
});

describe('an API server’s metrics', () => {
  it('have its configuration, the latest key of each plugin, and what it wrote', () => {
    const metrics = readMetrics(
      [
        '# HELP apiserver_storage_transformation_operations_total',
        'apiserver_storage_transformation_operations_total{resource="secrets",status="OK",transformation_type="to_storage",transformer_prefix="k8s:enc:secretbox:v1:"} 3',
        'apiserver_storage_transformation_operations_total{resource="secrets",status="Unknown",transformation_type="from_storage",transformer_prefix="unknown"} 1',
        'apiserver_encryption_config_controller_last_config_info{apiserver_id_hash="sha256:a",hash="sha256:b"} 1',
        'apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds{apiserver_id_hash="x",key_id_hash="sha256:1",provider_name="v"} 1.7e+09',
        'apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds{apiserver_id_hash="x",key_id_hash="sha256:2",provider_name="v"} 1.8e+09',
        'apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds{apiserver_id_hash="x",status="failure"} 1.8e+09',
        'apiserver_envelope_encryption_kms_operations_latency_seconds_count{grpc_status_code="OK",method_name="/v2.KeyManagementService/Status",provider_name="v"} 9',
        'apiserver_envelope_encryption_kms_operations_latency_seconds_count{grpc_status_code="DeadlineExceeded",method_name="/v2.KeyManagementService/Status",provider_name="v"} 2',
        'go_goroutines 5',
        'apiserver_storage_transformation_operations_total{resource="secrets",status="OK",transformation_type="to_storage",transformer_prefix="x"} many',
        `apiserver_storage_transformation_operations_total{resource="${'s'.repeat(5000)}"} 1`,
      ].join('\n'),
    );
    expect(metrics.configurationHash).toBe('sha256:b');
    expect(metrics.serverHash).toBe('sha256:a');
    expect(metrics.keyIdHashes).toEqual(new Map([['v', 'sha256:2']]));
    expect(metrics.reloadFailed).toBe(true);
    expect(metrics.pluginFailures).toEqual([{ plugin: 'v', code: 'DeadlineExceeded', count: 2 }]);
    expect(metrics.operations).toEqual([
      {
        resource: 'secrets',
        direction: 'to_storage',
        prefix: 'k8s:enc:secretbox:v1:',
        ok: true,
        count: 3,
      },
      { resource: 'secrets', direction: 'from_storage', prefix: 'unknown', ok: false, count: 1 },
    ]);
  });
});
