import { expect, it } from 'vitest';
import type { Evidence } from '../../../lib/certificate/evidence.js';
import { type Asked, readObjects } from '../../../lib/cli/certificate/cluster-facts.js';
import { ClusterError } from '../../../lib/engine/cluster.js';

type Row = readonly [kind: string, namespace: string | null, name: string, uid: string];

/** A cluster that lists what is there, whether or not the namespace is. */
const clusterOf = (rows: readonly Row[], failing: Readonly<Record<string, ClusterError>> = {}) => {
  const asked: string[] = [];
  const cluster: Asked = {
    get: async (path) =>
      path === '/version' ? { gitVersion: 'v1.34.4' } : { metadata: { uid: 'kube-system-uid' } },
    metadata: async (namespace, resources) => {
      const [resource = ''] = resources;
      asked.push(`${namespace} ${resources.join()}`);
      const failure = failing[resource];
      if (failure !== undefined) throw failure;
      return rows
        .filter(([kind, inside]) => kind === resource && (inside ?? namespace) === namespace)
        .map(([kind, inside, name, uid]) => ({
          kind,
          metadata: { name, uid, ...(inside === null ? {} : { namespace: inside }) },
        }));
    },
  };
  return { cluster, asked };
};
const evidence = (...rows: readonly Row[]) =>
  ({
    objects: rows.map(([resource, namespace, name, uid]) => ({
      ...{ address: null, target: null, type: null, uid },
      ...{ object: { resource, namespace, name }, uidFrom: 'state', inState: true },
    })),
  }) as unknown as Evidence;
const uids = async (of: Evidence, there: readonly Row[]) =>
  (await readObjects(clusterOf(there).cluster, of)).objects.map(({ uid }) => uid);

it('finds what is in no namespace, and what outlived its namespace', async () => {
  const left: readonly Row[] = [
    ['clusterrole', null, 'reader', 'u1'],
    ['secret', 'billing', 'db', 'u2'],
  ];
  const of = evidence(...left, ['namespace', null, 'billing', 'u3']);
  expect(await uids(of, left)).toEqual(['u1', 'u2', null]);
  expect(await uids(of, [])).toEqual([null, null, null]);
});

it('finds what names no namespace in the one that is taken then', async () => {
  const left: readonly Row[] = [['widget.v1.example.org', 'default', 'w', 'u1']];
  expect(await uids(evidence(['widget.v1.example.org', null, 'w', 'u1']), left)).toEqual(['u1']);
});

it('takes no object of another kind or name for one, and says what has its name now', async () => {
  const there: readonly Row[] = [
    ['service.v1.serving.knative.dev', 'billing', 'web', 'u9'],
    ['service', 'billing', 'web', 'u1'],
    ['service', 'billing', 'web2', 'u3'],
  ];
  const of = evidence(['service', 'billing', 'web', 'u1'], ['service', 'billing', 'web2', 'u2']);
  expect(await uids(of, there)).toEqual(['u1', 'u3']);
});

it('asks for each kind once in a namespace, and says which cluster it is', async () => {
  const { cluster, asked } = clusterOf([]);
  const of = evidence(
    ['secret', 'a', 'x', '1'],
    ['secret', 'a', 'y', '2'],
    ['secret', 'b', 'x', '3'],
  );
  const { id, version } = await readObjects(cluster, of);
  expect([id, version]).toEqual(['kube-system-uid', 'v1.34.4']);
  expect(asked).toEqual(['a secret', 'b secret']);
});

it('doesn’t take a kind that can’t be listed for one without objects', async () => {
  for (const failure of ['failed', 'forbidden', 'not-found'] as const) {
    const failing = { 'widget.v1.example.org': new ClusterError(failure, 'no such kind') };
    const { cluster } = clusterOf([], failing);
    const of = evidence(
      ['widget.v1.example.org', 'billing', 'w', 'u1'],
      ['secret', 'billing', 's', 'u2'],
    );
    const { objects } = await readObjects(cluster, of);
    expect(objects.map(({ unseen }) => unseen)).toEqual([
      expect.stringContaining('no such kind'),
      null,
    ]);
  }
  const gone = clusterOf([], { secret: new ClusterError('unreachable', 'no answer') });
  await expect(readObjects(gone.cluster, evidence(['secret', 'b', 's', 'u']))).rejects.toThrow(
    'no answer',
  );
});
