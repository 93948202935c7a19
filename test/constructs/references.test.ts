import { describe, expect, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import {
  ConfigMap,
  type IRegistrySecret,
  type ISecret,
  JobTemplate,
  Project,
  RegistrySecret,
  Secret,
} from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';
import { cluster, declaring, TOKEN, withResources } from '../support/declaring.js';

const image = 'example/x:1';
const hub = { username: 'x', password: TOKEN };

describe('a reference to an item', () => {
  it('is the construct or its name, with the same result', () => {
    const declare = (byName: boolean) =>
      declaring((billing) => {
        const registry = RegistrySecret.dockerHub(billing, 'hub', hub);
        const api = Secret.generic(billing, 'api', { data: { key: TOKEN } });
        const settings = new ConfigMap(billing, 'settings', { data: { A: 'b' } });
        const [imageSecret, secret, configMap] = byName
          ? (['hub', 'api', 'settings'] as const)
          : ([registry, api, settings] as const);
        new JobTemplate(billing, 'nightly', {
          image,
          imageSecret,
          environment: { KEY: { secret, key: 'key' }, A: { configMap, key: 'A' } },
          environmentFrom: [{ secret }, { configMap, prefix: 'P_' }],
          mounts: [
            { path: '/a', secret },
            { path: '/b', configMap },
            { path: '/c', secret: imageSecret },
          ],
        });
      }).resource('cron_job_v1');
    expect(declare(false)).toEqual(declare(true));
    expect(JSON.stringify(declare(false))).toContain('"image_pull_secrets":[{"name":"hub"}]');
  });

  it('is a problem where it is of another project, even one with a namesake', () => {
    const { problems } = synthesizeApp((app) => {
      const stack = cluster(app);
      const [billing, reports] = [new Project(stack, 'billing'), new Project(stack, 'reports')];
      const other = RegistrySecret.dockerHub(reports, 'hub', hub);
      const api = Secret.generic(reports, 'api', { data: { key: TOKEN } });
      const settings = new ConfigMap(reports, 'settings', { data: { A: 'b' } });
      // The namesakes that such references silently became.
      RegistrySecret.dockerHub(billing, 'hub', hub);
      Secret.generic(billing, 'api', { data: { key: TOKEN } });
      new ConfigMap(billing, 'settings', { data: { A: 'b' } });
      new JobTemplate(billing, 'nightly', {
        image,
        imageSecret: other,
        environment: { KEY: { secret: api, key: 'key' } },
        environmentFrom: [{ configMap: settings }],
        mounts: [{ path: '/a', secret: api }],
        serviceAccount: reports.serviceAccount('reader'),
      });
    });
    expect(problems.map(({ code }) => code)).toEqual(Array(5).fill('reference/other-project'));
    const fields = problems.map(({ message }) => /^`([^`]+)`/.exec(message)?.[1]).sort();
    expect(fields).toEqual([
      ...['environment.KEY.secret', 'environmentFrom[0].configMap', 'imageSecret'],
      ...['mounts[0].secret', 'serviceAccount'],
    ]);
    for (const { path, source, remedy } of problems) {
      expect(path).toBe('prod/billing/nightly');
      expect(source).toMatchObject({ file: 'test/constructs/references.test.ts' });
      expect(remedy).toContain('Declare it in "billing"');
    }
  });

  it('is a problem where it is of another kind, when no compiler has looked', () => {
    const { problems, codes } = declaring((billing) => {
      const settings: unknown = new ConfigMap(billing, 'settings', { data: { A: 'b' } });
      const api: unknown = Secret.generic(billing, 'api', { data: { key: TOKEN } });
      new JobTemplate(billing, 'a', { image, imageSecret: settings as IRegistrySecret });
      new JobTemplate(billing, 'b', {
        image,
        mounts: [{ path: '/x', secret: settings as ISecret }],
      });
      new JobTemplate(billing, 'c', { image, imageSecret: api as IRegistrySecret });
      const project: unknown = billing;
      new JobTemplate(billing, 'd', { image, imageSecret: project as IRegistrySecret });
      const shape: unknown = { name: 'hub' };
      new JobTemplate(billing, 'e', { image, imageSecret: shape as IRegistrySecret });
    });
    expect(codes).toEqual(Array(5).fill('reference/kind'));
    expect(problems[0]?.message).toContain('is the config map "settings", where a registry secret');
  });

  it('of what is missing is still a problem, all of them at once', () => {
    const { codes } = declaring((billing) => {
      new JobTemplate(billing, 'a', { image, imageSecret: 'hub' });
      new JobTemplate(billing, 'b', { image, mounts: [{ path: '/x', configMap: 'settings' }] });
    });
    expect(codes).toEqual(['job-template/missing-reference', 'job-template/missing-reference']);
  });
});

describe('what is declared elsewhere', () => {
  it('is named without being declared, and is not missed', () => {
    const declared = declaring((billing) => {
      new JobTemplate(billing, 'nightly', {
        image,
        imageSecret: RegistrySecret.fromName(billing, 'pull'),
        environmentFrom: [{ configMap: ConfigMap.fromName(billing, 'info') }],
        mounts: [{ path: '/x', secret: Secret.fromName(billing, 'vault') }],
      });
    });
    expect(declared.codes).toEqual([]);
    const text = JSON.stringify(declared.resource('cron_job_v1'));
    for (const name of ['pull', 'info', 'vault']) expect(text).toContain(`"${name}"`);
    expect(declared.resources('secret_v1')).toEqual({});
    expect(JSON.stringify(declared.lock)).not.toContain('allowMissingReferences');
  });

  it('covers neither a typing error beside it nor what the project itself is about to lose', () => {
    const beside = declaring((billing) => {
      RegistrySecret.fromName(billing, 'pull');
      new JobTemplate(billing, 'a', { image, imageSecret: 'pull' });
      const secret = Secret.fromName(billing, 'vault');
      new JobTemplate(billing, 'b', {
        image,
        mounts: [{ path: '/x', secret }],
        imageSecret: 'vault',
      });
    });
    expect(beside.codes).toEqual(Array(2).fill('job-template/missing-reference'));
    const declare = (billing: Project) => {
      RegistrySecret.dockerHub(billing, 'hub', hub);
      const imageSecret = RegistrySecret.fromName(billing, 'hub');
      new JobTemplate(billing, 'a', { image, imageSecret });
    };
    const { lock, codes } = declaring(declare);
    expect(codes).toEqual([]);
    const deletions = softDeletions('billing/registry-secrets/hub');
    const losing = declaring(declare, { lock: formatLock(lock), deletions });
    expect(losing.codes).toEqual(['job-template/missing-reference']);
  });

  it('is in the project of its scope, like everything else', () => {
    const result = synthesizeApp((app) => {
      const stack = cluster(app);
      const [billing, reports] = [new Project(stack, 'billing'), new Project(stack, 'reports')];
      const imageSecret = RegistrySecret.fromName(reports, 'hub');
      new JobTemplate(billing, 'nightly', { image, imageSecret });
    });
    expect(withResources(result).codes).toEqual(['reference/other-project']);
  });
});
