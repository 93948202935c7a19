import { expect, it } from 'vitest';
import type { Evidence } from '../../../lib/certificate/evidence.js';
import { type Asked, readEtcd } from '../../../lib/cli/certificate/etcd-reading.js';
import type { RangeAnswer } from '../../../lib/engine/etcd.js';

interface Row {
  readonly key: string;
  readonly value?: string;
  readonly created: number;
  /** The revision from which on it is no more. */
  readonly deleted?: number;
}

const SYSTEM: Row = {
  key: '/registry/namespaces/kube-system',
  value: 'k8s\0\n\x0cv1 Namespace kube-system-uid',
  created: 2,
};
const DB: Row = { key: '/registry/secrets/billing/db', created: 90, deleted: 120 };

/** An etcd with revisions, of which those before one are compacted. */
function etcdOf(rows: readonly Row[], { current = 200, compacted = 0 } = {}) {
  let reads = 0;
  const at = (key: string, isPrefix: boolean, revision: number) =>
    rows
      .filter((row) => (isPrefix ? row.key.startsWith(key) : row.key === key))
      .filter(({ created, deleted = Infinity }) => created <= revision && revision < deleted)
      .map(({ key: name, value = 'k8s\0', created }) => ({
        ...{ key: Buffer.from(name), value: Buffer.from(value, 'latin1') },
        ...{ created: BigInt(created), modified: BigInt(created) },
      }));
  const etcd: Asked = {
    range: async ({ key, end, revision = BigInt(current) }): Promise<RangeAnswer> => {
      reads += 1;
      if (Number(revision) < compacted) return { kind: 'compacted' };
      if (Number(revision) > current) return { kind: 'future' };
      const keys = at(String(key), end === 'prefix', Number(revision));
      const count = BigInt(keys.length);
      return { kind: 'found', revision: BigInt(current), keys, count, more: false };
    },
    async *keys({ key, end, revision = BigInt(current) }) {
      if (Number(revision) < compacted) throw new Error('compacted');
      yield* at(String(key), end === 'prefix', Number(revision));
    },
  };
  return { etcd, reads: () => reads };
}

const evidence = (revision: string, id: string | null = 'kube-system-uid') =>
  ({
    cluster: { version: 'v', id, revision },
    objects: [{ object: { resource: 'secret', namespace: 'billing', name: 'db' }, uid: 'u1' }],
  }) as unknown as Evidence;
const read = async (
  rows: readonly Row[],
  more: { current?: number; compacted?: number } = {},
  of = evidence('100'),
) => (await readEtcd(etcdOf(rows, more).etcd, 'e', '/registry/', of)).facts;

it('finds what a compaction between evidence and deletion has left', async () => {
  const { history } = await read([SYSTEM, DB], { compacted: 110 });
  expect(history).toEqual({ answer: 'compacted', earliest: '110', keys: 1 });
});

it('finds nothing once it is compacted after the deletion, whatever came later', async () => {
  const namesake = { ...DB, created: 140, deleted: 190 };
  const { history, keys } = await read([SYSTEM, DB, namesake], { compacted: 150 });
  expect(history).toEqual({ answer: 'compacted', earliest: '150', keys: 0 });
  expect(keys).toEqual([]);
});

it('finds the earliest revision in few reads', async () => {
  const { etcd, reads } = etcdOf([SYSTEM, DB], { current: 5_000_000, compacted: 4_321_000 });
  const { facts } = await readEtcd(etcd, 'e', '/registry/', evidence('100'));
  expect(facts.history).toEqual({ answer: 'compacted', earliest: '4321000', keys: 0 });
  expect(reads()).toBeLessThan(40);
});

it('says that it can still be read, or that it is not there yet', async () => {
  expect((await read([SYSTEM, DB])).history).toEqual({ answer: 'readable' });
  expect((await read([SYSTEM], { current: 50 })).history).toEqual({ answer: 'future' });
});

it('knows the cluster’s own etcd by the namespace that every cluster has', async () => {
  const encrypted = { ...SYSTEM, value: 'k8s:enc:secretbox:v1:key1:xxxx' };
  expect((await read([SYSTEM])).isOfCluster).toBe('yes');
  expect((await read([SYSTEM], {}, evidence('100', 'other'))).isOfCluster).toBe('no');
  expect((await read([SYSTEM], {}, evidence('100', null))).isOfCluster).toBe('not known');
  expect((await read([encrypted])).isOfCluster).toBe('not known');
  // Another prefix, or an etcd with nothing in it.
  expect(await read([])).toMatchObject({ isOfCluster: 'no', scanned: 0, keys: [] });
});

it('counts by kind which key encrypts what, templates and config maps among them', async () => {
  const old = 'k8s:enc:aesgcm:v1:old:xxxx';
  const rows = [
    { key: '/registry/secrets/a/s', value: 'k8s:enc:aesgcm:v1:new:xxxx', created: 3 },
    { key: '/registry/cronjobs/a/c', value: old, created: 3 },
    { key: '/registry/configmaps/a/c', created: 3 },
  ];
  const { stored } = await readEtcd(etcdOf(rows).etcd, 'e', '/registry/', evidence('100'));
  expect(stored).toEqual([
    { folder: 'secrets', key: 'aesgcm:v1:new', objects: 1 },
    { folder: 'configmaps', key: 'plain text', objects: 1 },
    { folder: 'cronjobs', key: 'aesgcm:v1:old', objects: 1 },
  ]);
});
