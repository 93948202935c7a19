import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import type { ClusterRules } from '../../lib/cluster/rules.js';
import { type Asking, ControlPlane, type User } from '../support/control-plane.js';
import { enforce, eventually } from '../support/enforced.js';
import { controlPlaneMissing } from '../support/engines.js';
import { CANARY, marks, PROJECT, pathOf, protectedObjects } from '../support/protected.js';

const missing = controlPlaneMissing();

const PERIOD = 30;
const RULES: ClusterRules = {
  clock: 'lease',
  floor: durationOf(20),
  slack: durationOf(8),
  pipelines: ['deploy'],
  approvers: ['bob', 'root'],
};
const OBJECTS = protectedObjects(`${PERIOD}s`);
const NAMESPACE = `/api/v1/namespaces/${PROJECT}`;
const SECRET = `${NAMESPACE}/secrets/dockerhub`;
const CRON_JOB = `/apis/batch/v1/namespaces/${PROJECT}/cronjobs/nightly`;
const QUOTA = `${NAMESPACE}/resourcequotas/project`;
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';

/** A time so many seconds from now, as Terraform writes it. */
const inSeconds = (count: number) =>
  new Date(Date.now() + count * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');
const annotate = (annotations: Record<string, string | null>) => ({ metadata: { annotations } });
const deleted = (deadline: string) => ({
  metadata: {
    labels: { 'reprieve.dev/state': 'soft-deleted' },
    annotations: { 'reprieve.dev/reclaim-after': deadline },
  },
});
const RESTORED = {
  metadata: {
    labels: { 'reprieve.dev/state': 'active' },
    annotations: { 'reprieve.dev/reclaim-after': null },
  },
};
const approval = (value: string) => annotate({ 'reprieve.dev/hard-delete-approved': value });

describe.skipIf(missing !== undefined)('the admission policies on a real API server', () => {
  let plane: ControlPlane;

  const ask = (path: string, asking: Asking) => plane.ask(path, asking);
  const patch = (path: string, body: unknown, as: User = 'ann') =>
    ask(path, { method: 'PATCH', body, as });
  const remove = (path: string, as: User = 'ann') => ask(path, { method: 'DELETE', as });
  const uidOf = async (path: string) => Object(await plane.get(path)).metadata.uid as string;

  /** A request is refused, by the policy that is meant to, in words that say why. */
  async function refused(policy: string, path: string, asking: Asking, says: RegExp | string) {
    const { status, message } = await ask(path, { as: 'ann', ...asking });
    expect(message).toMatch(new RegExp(`ValidatingAdmissionPolicy '${policy}.reprieve.dev'`));
    expect(message).toMatch(says);
    expect(status).toBe(403);
  }
  async function passes(path: string, asking: Asking) {
    const { status, message } = await ask(path, { as: 'deploy', ...asking });
    expect(message).toBe('');
    expect(status).toBeLessThan(300);
  }
  const create = async () => {
    for (const [collection, body] of OBJECTS) await passes(collection, { method: 'POST', body });
  };
  const softDelete = async (deadline: string) => {
    for (const each of OBJECTS) {
      await passes(pathOf(each), { method: 'PATCH', body: deleted(deadline) });
    }
  };
  /** As it was at first, whatever of it is marked or missing. */
  const restore = async () => {
    for (const each of OBJECTS) {
      if ((await plane.status(pathOf(each))) === 404) continue;
      await passes(pathOf(each), { method: 'PATCH', body: RESTORED });
    }
    await passes(QUOTA, { method: 'PATCH', body: { spec: { hard: { pods: '10' } } } });
    for (const [collection, body] of OBJECTS) {
      if ((await plane.status(pathOf([collection, body]))) === 404) {
        await passes(collection, { method: 'POST', body });
      }
    }
  };

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await enforce(plane, RULES);
    await create();
    await passes(`${NAMESPACE}/secrets`, {
      method: 'POST',
      body: { metadata: { name: 'bystander' }, data: { a: 'Yg==' } },
    });
  });
  afterAll(() => plane?.stop());

  it.each(['ann', 'deploy', 'root', 'admin'] as const)(
    'keep every kind of object from deletion by %s while the project lives',
    async (as) => {
      for (const each of OBJECTS) {
        await refused('deletion', pathOf(each), { method: 'DELETE', as }, 'is not soft-deleted');
      }
      for (const [collection] of OBJECTS.slice(1)) {
        // The first object of a collection decides, and may be one that only lies there.
        await refused(
          '(bystanders|deletion)',
          collection,
          { method: 'DELETE', as },
          /is not soft-deleted|goes with the project/,
        );
      }
    },
  );

  it('keep what is in a living project without being declared', async () => {
    const path = `${NAMESPACE}/secrets/bystander`;
    await refused('bystanders', path, { method: 'DELETE' }, 'goes with the project');
    const free = { metadata: { labels: { 'reprieve.dev/protected': 'false' } } };
    await refused('bystander-updates', path, { method: 'PATCH', body: free }, 'when it is created');
    const body = { metadata: { ...free.metadata, name: 'passing' } };
    await passes(`${NAMESPACE}/secrets`, { method: 'POST', body, as: 'ann' });
    await passes(`${NAMESPACE}/secrets/passing`, { method: 'DELETE', as: 'ann' });
  });

  it('count no approval on an undeclared object: anybody may write it', async () => {
    const path = `${NAMESPACE}/secrets/bystander`;
    const forged = `bob ${await uidOf(path)} ${inSeconds(600)} live`;
    await passes(path, { method: 'PATCH', body: approval(forged), as: 'ann' });
    await refused('bystanders', path, { method: 'DELETE' }, 'goes with the project');
    const none = annotate({ 'reprieve.dev/hard-delete-approved': null });
    await passes(path, { method: 'PATCH', body: none, as: 'ann' });
  });

  it('keep the labels that protect, through every subresource', async () => {
    const stripped = { metadata: { labels: { 'reprieve.dev/protected': null } } };
    const asking = { method: 'PATCH', body: stripped } as const;
    const tried: string[] = [];
    for (const each of OBJECTS) {
      await refused('tampering', pathOf(each), asking, "can't be changed");
      for (const sub of await subresources(each)) {
        // Some kinds drop a change of labels there by themselves, and answer that all is well.
        const { status } = await ask(`${pathOf(each)}${sub}`, { ...asking, as: 'root' });
        expect([200, 403]).toContain(status);
        const { metadata } = await plane.get<{ metadata: { labels: object } }>(pathOf(each));
        expect(metadata.labels).toHaveProperty(['reprieve.dev/protected'], 'true');
        tried.push(`${each[0].split('/').at(-1)}${sub}`);
      }
    }
    expect(tried).toEqual(
      expect.arrayContaining([
        'namespaces/status',
        'cronjobs/status',
        'deployments/status',
        'resourcequotas/status',
      ]),
    );
    for (const path of [`${NAMESPACE}/status`, `${CRON_JOB}/status`]) {
      await refused('tampering', path, asking, "can't be changed");
    }
    const other = { metadata: { labels: { 'reprieve.dev/project': 'other' } } };
    await refused('tampering', SECRET, { method: 'PATCH', body: other }, "can't be changed");
    const finalized = { ...Object(await plane.get(NAMESPACE)), spec: { finalizers: [] } };
    delete finalized.metadata.labels['reprieve.dev/protected'];
    const put = { method: 'PUT', body: finalized } as const;
    await refused('tampering', `${NAMESPACE}/finalize`, put, "can't be changed");
  });

  /** The subresources of a kind that take a patch, as the API server itself lists them. */
  async function subresources([collection]: readonly [string, object]) {
    const group = collection.startsWith('/api/v1') ? '/api/v1' : collection.split('/namespaces')[0];
    const { resources } = await plane.get<{ resources: { name: string; verbs: string[] }[] }>(
      group ?? '',
    );
    const plural = collection.split('/').at(-1);
    const found = resources.filter(
      ({ name, verbs }) => name.startsWith(`${plural}/`) && verbs.includes('patch'),
    );
    // A scale has no labels of its own.
    return found.map(({ name }) => `/${name.split('/')[1]}`).filter((sub) => sub !== '/scale');
  }

  it('keep the period: never shorter, never under the floor', async () => {
    const period = (text: string) => annotate({ 'reprieve.dev/period': text });
    const tries = { '25s': 'never gets shorter', '10s': 'at least 20s', x: 'at least 20s' };
    for (const [text, says] of Object.entries(tries)) {
      const asking = { method: 'PATCH', body: period(text), as: 'root' } as const;
      await refused('tampering', SECRET, asking, says);
    }
    await refused(
      'tampering',
      SECRET,
      { method: 'PATCH', body: annotate({ 'reprieve.dev/period': null }) },
      'at least 20s',
    );
  });

  it('keep the content of what lives, from everyone but a pipeline, and from being emptied', async () => {
    const emptied = { method: 'PATCH', body: { data: null } } as const;
    await refused('tampering', SECRET, { ...emptied, as: 'root' }, 'only a deployment may');
    await refused('tampering', SECRET, { ...emptied, as: 'deploy' }, "can't be emptied");
    await refused(
      'tampering',
      SECRET,
      { method: 'PATCH', body: { data: { password: 'eA==' } } },
      'only a deployment may',
    );
    await refused(
      'tampering',
      SECRET,
      { method: 'PATCH', body: { immutable: true } },
      'only a deployment may',
    );
    const spec = { spec: { jobTemplate: { spec: { backoffLimit: 3 } } } };
    await refused('tampering', CRON_JOB, { method: 'PATCH', body: spec }, 'only a deployment may');
    const rotated = { data: { password: Buffer.from(`${CANARY}2`).toString('base64') } };
    await passes(SECRET, { method: 'PATCH', body: rotated });
  });

  it('can’t be worn out by thousands of foreign annotations', async () => {
    const path = `${NAMESPACE}/configmaps/settings`;
    const keys = Array.from({ length: 25_000 }, (_each, index) => `a${index}`);
    const many = annotate(Object.fromEntries(keys.map((key) => [key, ''])));
    await passes(path, { method: 'PATCH', body: many, as: 'ann' });
    const edited = { data: { MODE: 'half' }, ...annotate({ a1: 'x' }) };
    await passes(path, { method: 'PATCH', body: edited });
    const dry = `${path}?dryRun=All`;
    await passes(dry, { method: 'PATCH', body: deleted(inSeconds(3600)) });
    const none = annotate(Object.fromEntries(keys.map((key) => [key, null])));
    await passes(path, { method: 'PATCH', body: { data: { MODE: 'full' }, ...none } });
  });

  it('refuse owner references, on whose end the garbage collector would delete', async () => {
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: '0-0-0' };
    const body = { metadata: { ownerReferences: [owner] } };
    for (const each of OBJECTS) {
      await refused('tampering', pathOf(each), { method: 'PATCH', body }, 'can have no owner');
    }
    const path = `${NAMESPACE}/secrets/bystander`;
    await refused('bystander-updates', path, { method: 'PATCH', body }, 'when it is created');
  });

  it('refuse deadlines that are near, past, or no time at all', async () => {
    for (const seconds of [-1, 1, 10]) {
      const asking = { method: 'PATCH', body: deleted(inSeconds(seconds)) } as const;
      const says = /begin: .*has to be .* or later.*API server's time/;
      await refused('(tampering|deadline)', NAMESPACE, { ...asking, as: 'deploy' }, says);
      await refused('tampering', NAMESPACE, { ...asking, as: 'root' }, 'only a deployment may');
    }
    for (const text of ['soon', '2030-13-01T00:00:00Z', '2030-02-31T00:00:00Z', '2030-01-01']) {
      const { status } = await patch(NAMESPACE, deleted(text));
      // A day that no month has is an error in the expression, which denies as well.
      expect([403, 422]).toContain(status);
    }
    const unlabelled = annotate({ 'reprieve.dev/reclaim-after': inSeconds(60) });
    await refused(
      'tampering',
      NAMESPACE,
      { method: 'PATCH', body: unlabelled, as: 'deploy' },
      'soft-deleted exactly',
    );
  });

  it('refuse new objects that are protected, by others than a pipeline, or marked already', async () => {
    const secrets = `${NAMESPACE}/secrets`;
    const body = (metadata: object) => ({ metadata: { name: 'new', ...metadata } });
    const post = (metadata: object) => ({ method: 'POST', body: body(metadata) }) as const;
    const own = marks(`${PERIOD}s`);
    await refused('creation', secrets, post(own), 'only a pipeline may');
    const marked = {
      ...own,
      ...deleted(inSeconds(60)).metadata,
      labels: { ...own.labels, 'reprieve.dev/state': 'soft-deleted' },
    };
    await refused('creation', secrets, { ...post(marked), as: 'deploy' }, 'empty in place');
    const approved = {
      ...own,
      annotations: { ...own.annotations, 'reprieve.dev/hard-delete-approved': 'bob x' },
    };
    await refused('creation', secrets, { ...post(approved), as: 'deploy' }, 'can’t be created');
    const elsewhere = '/api/v1/namespaces/default/secrets';
    await refused(
      'creation',
      elsewhere,
      { ...post(own), as: 'deploy' },
      'not that of the same project',
    );
    const short = { ...own, annotations: { 'reprieve.dev/period': '9s' } };
    await refused('creation', secrets, { ...post(short), as: 'deploy' }, 'at least 20s');
    const labelled = { metadata: { labels: own.labels, annotations: own.annotations } };
    await refused(
      'tampering',
      '/api/v1/namespaces/default',
      { method: 'PATCH', body: labelled },
      'only a pipeline may',
    );
  });

  it('let only the API server write its lease', async () => {
    const { items } = await plane.get<{ items: { metadata: { name: string } }[] }>(LEASES);
    const lease = items
      .map(({ metadata }) => metadata.name)
      .find((name) => name.startsWith('apiserver-'));
    const path = `${LEASES}/${lease}`;
    const forged = { spec: { renewTime: '2099-01-01T00:00:00.000000Z' } };
    for (const as of ['ann', 'root', 'admin'] as const) {
      await refused('clock', path, { method: 'PATCH', body: forged, as }, 'only the API server');
      await refused('clock', path, { method: 'DELETE', as }, 'only the API server');
      const labels = { 'apiserver.kubernetes.io/identity': 'kube-apiserver' };
      const body = { metadata: { name: 'forged', labels }, spec: forged.spec };
      await refused('clock', LEASES, { method: 'POST', body, as }, 'only the API server');
    }
    const before = Object(await plane.get(path)).spec.renewTime;
    await eventually(async () => Object(await plane.get(path)).spec.renewTime !== before);
  });

  describe('while the project is soft-deleted', () => {
    let deadline: string;

    beforeAll(async () => {
      deadline = inSeconds(3600);
      await softDelete(deadline);
      await patch(QUOTA, { spec: { hard: { pods: '0' } } }, 'deploy');
    });

    it('keep every object until the deadline, and say when that is', async () => {
      for (const each of OBJECTS) {
        for (const as of ['ann', 'deploy', 'root'] as const) {
          await refused(
            'deletion',
            pathOf(each),
            { method: 'DELETE', as },
            `recoverable until ${deadline}; the API server clock says 20`,
          );
        }
      }
      await refused(
        'bystanders',
        `${NAMESPACE}/secrets/bystander`,
        { method: 'DELETE' },
        `recoverable until ${deadline}`,
      );
      const forced = {
        method: 'DELETE',
        body: { gracePeriodSeconds: 0, propagationPolicy: 'Orphan' },
      } as const;
      await refused('deletion', NAMESPACE, forced, 'recoverable until');
    });

    it('keep deadlines from coming nearer, and content from changing', async () => {
      for (const as of ['deploy', 'root'] as const) {
        const nearer = annotate({ 'reprieve.dev/reclaim-after': inSeconds(1800) });
        await refused(
          'tampering',
          SECRET,
          { method: 'PATCH', body: nearer, as },
          'never comes nearer',
        );
        await refused(
          'tampering',
          SECRET,
          { method: 'PATCH', body: { data: { password: 'eA==' } }, as },
          "can't be changed before it is restored",
        );
        const both = { ...RESTORED, data: null };
        await refused(
          'tampering',
          SECRET,
          { method: 'PATCH', body: both, as },
          as === 'deploy' ? "can't be emptied" : "can't be changed before it is restored",
        );
        await refused(
          'tampering',
          CRON_JOB,
          { method: 'PATCH', body: { spec: { suspend: false } }, as },
          "can't be changed before it is restored",
        );
      }
      const bystander = { method: 'PATCH', body: { data: { a: 'eA==' } } } as const;
      await refused(
        'bystander-updates',
        `${NAMESPACE}/secrets/bystander`,
        bystander,
        "can't be changed",
      );
      const later = annotate({ 'reprieve.dev/reclaim-after': inSeconds(7200) });
      await passes(`${NAMESPACE}/serviceaccounts/reprieve-reader`, {
        method: 'PATCH',
        body: later,
      });
    });

    it('let nothing new start, and no empty namesake be made', async () => {
      const post = (body: object) => ({ method: 'POST', body, as: 'root' }) as const;
      const pod = { metadata: { name: 'x' }, spec: { containers: [{ name: 'x', image: 'x' }] } };
      await refused('pods', `${NAMESPACE}/pods`, post(pod), 'nothing new starts in it');
      // A label makes no pod a declared object.
      const labelled = { ...pod, metadata: { name: 'x', ...marks(`${PERIOD}s`) } };
      await refused('pods', `${NAMESPACE}/pods`, post(labelled), 'nothing new starts in it');
      await refused(
        'start',
        `${NAMESPACE}/secrets`,
        post({ metadata: { name: 'x' } }),
        'nothing new starts',
      );
      const scale = `/apis/apps/v1/namespaces/${PROJECT}/deployments/listener/scale`;
      await refused(
        'scale',
        scale,
        { method: 'PATCH', body: { spec: { replicas: 3 } } },
        'nothing new starts',
      );
    });

    it('take an approval only from an approver, in their own name, for that object, in time', async () => {
      const uid = await uidOf(SECRET);
      const of = (user: string, id: string, expires: string) =>
        approval(`${user} ${id} ${expires} ${deadline}`);
      const give = (body: object, as: User) => ({ method: 'PATCH', body, as }) as const;
      const soon = inSeconds(3600);
      await refused('tampering', SECRET, give(of('ann', uid, soon), 'ann'), 'may not approve');
      await refused('tampering', SECRET, give(of('bob', uid, soon), 'root'), "in one's own name");
      await refused(
        'tampering',
        SECRET,
        give(of('bob', await uidOf(CRON_JOB), soon), 'bob'),
        'this very object',
      );
      // The time that the policies see lags behind a little.
      for (const expires of [inSeconds(-60), inSeconds(8 * 24 * 3600), 'never']) {
        await refused('tampering', SECRET, give(of('bob', uid, expires), 'bob'), 'within 7 days');
      }
      const status = `${CRON_JOB}/status`;
      const unasked = give(of('bob', uid, soon), 'ann');
      await refused('tampering', status, unasked, 'may not approve');
      await passes(SECRET, give(of('bob', uid, soon), 'bob'));
      await refused(
        'deletion',
        SECRET,
        { method: 'DELETE', as: 'bob' },
        'approval of another person',
      );
      await refused('deletion', CRON_JOB, { method: 'DELETE' }, 'recoverable until');
      await refused('deletion', NAMESPACE, { method: 'DELETE' }, 'recoverable until');
    });

    it('let go what somebody else approved, and the whole project with its namespace', async () => {
      const approved = approval(`bob ${await uidOf(SECRET)} ${inSeconds(600)} ${deadline}`);
      await passes(SECRET, { method: 'PATCH', body: approved, as: 'bob' });
      await passes(SECRET, { method: 'DELETE', as: 'ann' });
      const uid = await uidOf(NAMESPACE);
      await passes(NAMESPACE, {
        method: 'PATCH',
        body: approval(`root ${uid} ${inSeconds(600)} ${deadline}`),
        as: 'root',
      });
      await refused(
        'deletion',
        CRON_JOB,
        { method: 'DELETE', as: 'root' },
        'approval of another person',
      );
      await passes(CRON_JOB, { method: 'DELETE', as: 'ann' });
      await passes(NAMESPACE, {
        method: 'PATCH',
        body: annotate({ 'reprieve.dev/hard-delete-approved': null }),
        as: 'ann',
      });
      await refused('deletion', NAMESPACE, { method: 'DELETE' }, 'recoverable until');
    });

    it('let it be restored', () => restore());
  });

  it('let everything go once the deadline has come, by the API server’s clock', async () => {
    await restore();
    let deadline = 0;
    // Where the machine stands still, a deadline comes too near while the objects are marked.
    await eventually(async () => {
      deadline = Date.now() + PERIOD * 1000;
      const body = deleted(new Date(deadline).toISOString().replace(/\.\d{3}Z$/, 'Z'));
      const marking = OBJECTS.map((each) => patch(pathOf(each), body, 'deploy'));
      return (await Promise.all(marking)).every(({ status }) => status === 200);
    });
    await eventually(async () => (await remove(SECRET)).status === 200);
    // The deadline is written in whole seconds.
    expect(Date.now()).toBeGreaterThan(deadline - 1000);
    await passes(NAMESPACE, { method: 'DELETE', as: 'ann' });
    await eventually(async () => (await plane.status(NAMESPACE)) === 404);
  });
});
