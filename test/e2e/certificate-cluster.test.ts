import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Certificate } from '../../lib/certificate/certificate.js';
import type { Evidence } from '../../lib/certificate/evidence.js';
import { readObjects } from '../../lib/cli/certificate/cluster-facts.js';
import { readEtcd } from '../../lib/cli/certificate/etcd-reading.js';
import { Cluster } from '../../lib/engine/cluster.js';
import { Etcd } from '../../lib/engine/etcd.js';
import { ControlPlane } from '../support/control-plane.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { Registry, registryMissing } from '../support/registry.js';
import { outputFaults } from '../support/schemas.js';
import { Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing() ?? registryMissing();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const CANARY = 'canary-Hw72pd';
const SETTINGS = `version: 1
reclamation: { period: 1h, floor: 1s, planMaxAge: 10m }
`;
const ITEM = 'billing/config-maps/settings';

describe.skipIf(missing !== undefined)('certificates on a real control plane', () => {
  const it = story();
  let plane: ControlPlane;
  let registry: Registry;
  let scratch: Scratch;
  let digest: string;

  const declare = (...items: readonly string[]) =>
    scratch.declare(`
      const stack = new ReprieveStack(app, 'production', {
        target: Target.kubernetes({ configPath: '${plane.kubeconfig}' }) });
      const billing = new Project(stack, 'billing');
      billing.addSecret('db', { format: 'basic_auth', username: 'app',
        password: Credential.fromVariable('token', { revision: 1 }) });
      new JobTemplate(billing, 'nightly', { image: '${registry.name}/team/report:1.4' });
      const other = new Project(stack, 'other');
      ${items.join('\n')}
    `);
  const deploy = () => {
    const done = scratch.reprieve('deploy', 'production', '--force', '--skip-provider-lock');
    expect(done, done.output).toMatchObject({ code: 0 });
  };
  /** The objects carry the deadline that the state has: the gate believes no clock that they contradict. */
  const carryDeadlines = () => {
    const deadline = /"(reprieve\.dev\/reclaim-after)": "([^"]+)"/.exec(
      scratch.read('terraform.production.tfstate'),
    );
    const note = `${deadline?.[1]}=${deadline?.[2]}`;
    const kinds =
      'configmap,secret,cronjob,limitrange,networkpolicy,resourcequota,rolebinding,serviceaccount';
    const ours = ['-l', 'reprieve.dev/state=soft-deleted', '--overwrite', note];
    plane.kubectl('annotate', kinds, '-n', 'billing', ...ours);
    plane.kubectl('annotate', 'namespace', ...ours);
  };
  const filesIn = (folder: string) =>
    readdirSync(join(scratch.folder, folder))
      .filter((name) => name.endsWith('.json'))
      .map((name) => `${folder}/${name}`)
      .sort();
  const evidenceOf = (target: string): Evidence =>
    filesIn('evidence')
      .map((file): Evidence => JSON.parse(scratch.read(file)))
      .filter((each) => each.target === target)
      .at(-1) ?? expect.fail('no evidence');
  let made = 0;
  const certify = (target: string, ...more: readonly string[]) => {
    const folder = `c${++made}`;
    const asked = ['--private-registries', registry.name, '--out', folder, ...more];
    const done = scratch.reprieve('reclamation', 'certificate', target, ...asked);
    const [file = ''] = done.code < 2 ? filesIn(folder) : [];
    if (file === '') expect.fail(done.output);
    const certificate: Certificate = JSON.parse(scratch.read(file));
    const results = Object.fromEntries(certificate.checks.map(({ id, result }) => [id, result]));
    return { code: done.code, certificate, results, file };
  };
  const withEtcd = () => ['--etcd', plane.etcd];

  beforeAll(async () => {
    plane = await ControlPlane.start();
    registry = await Registry.start();
    ({ digest } = await registry.push('team/report', ['1.4', 'latest'], [2000]));
    scratch = new Scratch({ ...providerEnvironment(), TF_VAR_token: CANARY });
    scratch.write('reprieve.yaml', SETTINGS);
    declare("billing.addConfigMap('settings', { data: { greeting: 'hello' } });");
  }, 120_000);
  afterAll(async () => {
    scratch?.remove();
    await registry?.stop();
    plane?.stop();
  });

  it('lists the images, with what else needs them and how each is deleted', () => {
    expect(scratch.settle('production')).toMatchObject({ code: 0 });
    const asked = ['image', 'list', 'billing', '--private-registries', registry.name, '-o', 'json'];
    const done = scratch.reprieve(...asked);
    expect(done, done.output).toMatchObject({ code: 0 });
    const listed = JSON.parse(done.stdout);
    expect(outputFaults('image-list', listed)).toEqual([]);
    expect(listed).toMatchObject([{ found: 'there', digest, platforms: 1, neededBy: [] }]);
    expect(listed[0].delete.command).toContain(`/v2/team/report/manifests/${digest}`);
  });

  it('says what is true where an object was left behind on purpose, by evidence gathered later', () => {
    scratch.requestDeletions({ target: ITEM });
    expect(scratch.settle('production')).toMatchObject({ code: 0 });
    const address = Object.keys(scratch.ids('production')).find((it) =>
      /config_map.*settings/.test(it),
    );
    expect(scratch.terraform('production', 'state', 'rm', `${address}[0]`)).toMatchObject({
      code: 0,
    });
    scratch.turnBackClocks(2, 'production');
    expect(scratch.settle('production')).toMatchObject({ code: 0 });
    const gathered = scratch.reprieve('reclamation', 'evidence', ITEM);
    expect(gathered, gathered.output).toMatchObject({ code: 0 });
    const { code, certificate, results } = certify(ITEM, ...withEtcd());
    expect(code).toBe(1);
    expect(certificate.verdict).toBe('incomplete');
    expect(results).toMatchObject({
      'state/current': 'confirmed',
      objects: 'left',
      'etcd/current': 'left',
      'etcd/history': 'left',
    });
    const left = certificate.checks.find(({ id }) => id === 'objects')?.found ?? [];
    const named = ['configmap', 'settings', '-n', 'billing', '-o', 'jsonpath={.metadata.uid}'];
    expect(left.find(({ result }) => result === 'left')?.says).toContain(
      plane.kubectl('get', ...named),
    );
  });

  it('has from the deployment what a whole project took along, and etcd’s revision', () => {
    scratch.requestDeletions({ target: ITEM }, { target: 'billing' });
    expect(scratch.settle('production')).toMatchObject({ code: 0 });
    scratch.letTimePass(2, 'production');
    carryDeadlines();
    deploy();
    const { objects, cluster, unknown, images } = evidenceOf('billing');
    expect(cluster?.revision).toMatch(/^\d+$/);
    expect(images).toHaveLength(1);
    const named = objects.map(({ object }) => `${object?.resource} ${object?.name}`);
    expect(named).toEqual(
      expect.arrayContaining([
        'namespace billing',
        'secret db',
        'cronjob nightly',
        'configmap settings',
      ]),
    );
    // The one that the state had forgotten.
    expect(unknown).toHaveLength(1);
    expect(scratch.filesHolding(CANARY, join(scratch.folder, 'evidence'))).toEqual([]);
  });

  it('says what is true: gone by uid, and etcd’s history still there until it is compacted', async () => {
    const { results, certificate } = certify(
      'billing',
      ...withEtcd(),
      '--etcd-files',
      join(plane.etcdFolder, 'member/snap/db'),
    );
    expect(results).toMatchObject({
      'state/current': 'confirmed',
      'state/versions': 'left',
      'etcd/current': 'confirmed',
      'etcd/history': 'left',
      'etcd/files': 'left',
      'encryption/rotated': 'not known',
      'encryption/old-key': 'not known',
      images: 'left',
    });
    const found = certificate.checks.find(({ id }) => id === 'objects')?.found ?? [];
    expect(found.filter(({ result }) => result === 'left')).toEqual([]);
    const etcd = new Etcd({ endpoint: plane.etcd });
    const now = await etcd.range({ key: '/registry/' });
    if (now.kind !== 'found') expect.fail('compacted');
    const body = JSON.stringify({ revision: String(now.revision), physical: true });
    await fetch(`${plane.etcd}/v3/kv/compaction`, { method: 'POST', body });
    expect(certify('billing', ...withEtcd()).results['etcd/history']).toBe('confirmed');
  });

  it('doesn’t take a namesake for what was deleted', () => {
    plane.kubectl('create', 'namespace', 'billing');
    plane.kubectl('create', 'configmap', 'settings', '-n', 'billing');
    const { results, certificate } = certify('billing', ...withEtcd());
    expect(results['etcd/current']).toBe('confirmed');
    const found = certificate.checks.find(({ id }) => id === 'objects')?.found ?? [];
    expect(found.find(({ what }) => what === 'namespace billing')).toMatchObject({
      result: 'confirmed',
      says: expect.stringContaining('Another one of that name'),
    });
  });

  it('says what is true of an image: there, not to be seen, gone', async () => {
    const image = () =>
      certify('billing').certificate.checks.find(({ id }) => id === 'images')?.found[0];
    expect(image()).toMatchObject({ result: 'left', says: expect.stringContaining(digest) });
    await registry.halt();
    expect(image()).toMatchObject({ result: 'not known' });
    await registry.resume();
    await registry.delete('team/report', digest);
    expect(image()).toMatchObject({ result: 'confirmed' });
  });

  it('is not silent about a cluster or an etcd that can’t be read', () => {
    const server = { server: 'https://127.0.0.1:1' };
    const config = {
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'down' },
      clusters: [{ name: 'down', cluster: server }],
      contexts: [{ name: 'down', context: { cluster: 'down', user: '' } }],
    };
    scratch.write('down.yaml', JSON.stringify(config));
    const nowhere = ['--etcd', 'http://127.0.0.1:1', '--kubeconfig', 'down.yaml'];
    const { code, results, certificate } = certify('billing', ...nowhere);
    expect(results).toMatchObject({ objects: 'not known', 'etcd/current': 'not known' });
    expect({ code, verdict: certificate.verdict }).toEqual({ code: 1, verdict: 'unproven' });
  });

  it('finds what outlived its namespace, and what is in none', async () => {
    const held = { name: 'held', namespace: 'orphans', finalizers: ['example.org/hold'] };
    const role = { name: 'orphan-reader' };
    plane.kubectl('create', 'namespace', 'orphans');
    plane.apply([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: held, data: { a: 'b' } },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: role,
        rules: [],
      },
    ]);
    const uid = (...of: readonly string[]) =>
      plane.kubectl('get', ...of, '-o', 'jsonpath={.metadata.uid}');
    const known = [
      ['namespace', null, 'orphans', uid('namespace', 'orphans')],
      ['configmap', 'orphans', 'held', uid('configmap', 'held', '-n', 'orphans')],
      ['clusterrole', null, 'orphan-reader', uid('clusterrole', 'orphan-reader')],
      ['widget.v1.example.org', 'orphans', 'w', 'uid-of-no-kind'],
    ] as const;
    const of = {
      objects: known.map(([resource, namespace, name, uidBefore]) => ({
        ...{ address: null, target: null, type: null, uidFrom: null, inState: false },
        ...{ object: { resource, namespace, name }, uid: uidBefore },
      })),
    };
    plane.kubectl('delete', 'namespace', 'orphans', '--wait=false');
    const path = '/api/v1/namespaces/orphans';
    const namespace = await plane.get<{ spec: object }>(path);
    const body = { ...namespace, spec: { finalizers: [] } };
    await plane.ask(`${path}/finalize`, { method: 'PUT', body });
    expect(await plane.status(path)).toBe(404);
    const options = { cwd: scratch.folder, env: process.env };
    const cluster = new Cluster({ kubeconfig: plane.kubeconfig }, options);
    const { objects, id } = await readObjects(cluster, { ...evidenceOf('billing'), ...of });
    expect(objects.map(({ uid: now }) => now)).toEqual([null, known[1][3], known[2][3], null]);
    expect(objects[3]?.unseen).toContain('could not be listed');
    expect(id).toBe(uid('namespace', 'kube-system'));
    plane.kubectl('delete', 'clusterrole', 'orphan-reader');
  });

  it('finds in etcd what a compaction before the deletion has left', async () => {
    const named = ['configmap', 'brief', '-n', 'default'];
    plane.kubectl('create', ...named);
    const etcd = new Etcd({ endpoint: plane.etcd });
    const revision = async () => {
      const now = await etcd.range({ key: '/registry/' });
      return now.kind === 'found' ? now.revision : expect.fail('compacted');
    };
    const compact = async () => {
      const body = JSON.stringify({ revision: String(await revision()), physical: true });
      await fetch(`${plane.etcd}/v3/kv/compaction`, { method: 'POST', body });
    };
    const id = plane.kubectl('get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}');
    const cluster = { version: 'v', id, revision: String(await revision()) };
    const object = { resource: 'configmap', namespace: 'default', name: 'brief' };
    const [any] = evidenceOf('billing').objects;
    if (any === undefined) expect.fail('no object');
    const of = { ...evidenceOf('billing'), cluster, objects: [{ ...any, object }] };
    const read = async () => (await readEtcd(etcd, 'e', '/registry/', of)).facts;
    plane.kubectl('annotate', ...named, 'example.org/a=b');
    await compact();
    plane.kubectl('delete', ...named);
    expect(await read()).toMatchObject({
      ...{ isOfCluster: 'yes', keys: [] },
      history: { answer: 'compacted', keys: 1 },
    });
    plane.kubectl('create', 'configmap', 'other', '-n', 'default');
    await compact();
    expect((await read()).history).toMatchObject({ answer: 'compacted', keys: 0 });
  });

  it('says which files it can search: the database and the log, and no compressed copy', async () => {
    const logs = join(plane.etcdFolder, 'member/wal');
    const [log = ''] = readdirSync(logs).filter((name) => name.endsWith('.wal'));
    const database = join(plane.etcdFolder, 'member/snap/db');
    writeFileSync(join(scratch.folder, 'db.gz'), gzipSync(readFileSync(database)));
    const searched = (...files: readonly string[]) => {
      const { etcdFiles } = certify('billing', '--etcd-files', ...files).certificate.facts;
      return etcdFiles.kind === 'seen' ? etcdFiles.is : [];
    };
    const named = searched(database, join(logs, log));
    expect(named.map(({ format }) => format)).toEqual(['database', 'write-ahead log']);
    const inside = searched(plane.etcdFolder).map(({ file }) => file);
    expect(inside).toContainEqual(expect.stringMatching(/member\/snap\/db$/));
    expect(inside).toContainEqual(expect.stringContaining(`member/wal/${log}`));
    const asked = ['reclamation', 'certificate', 'billing', '--no-registries'];
    const refused = scratch.reprieve(...asked, '--etcd-files', 'db.gz');
    expect(refused.code).toBe(2);
    expect(refused.flat).toContain('`db.gz` is no database, snapshot or write-ahead log');
  });

  it('has no credential in any of its forms', () => {
    for (const folder of ['evidence', ...Array.from({ length: made }, (_, at) => `c${at + 1}`)]) {
      expect(scratch.filesHolding(CANARY, join(scratch.folder, folder))).toEqual([]);
    }
  });
});
