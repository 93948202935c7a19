import { describe, expect, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import { ConfigMap, JobTemplate, Project, RegistrySecret, Secret } from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';
import { cluster, declaring, TOKEN, withResources } from '../support/declaring.js';

const api = (billing: Project) => Secret.generic(billing, 'api', { data: { key: TOKEN } });

describe('a grant to read', () => {
  it('is one verb on one object, for the accounts that were named', () => {
    const declared = declaring((billing) => {
      const secret = api(billing);
      secret.grantRead(billing.serviceAccount('writer'));
      secret.grantRead(billing.serviceAccount('reader'), billing.serviceAccount('writer'));
    });
    expect(declared.codes).toEqual([]);
    const [role] = Object.values(declared.resources('role_v1'));
    expect(role).toMatchObject({
      metadata: { name: 'reprieve-read-secrets-api', namespace: 'billing' },
      rule: [{ api_groups: [''], resources: ['secrets'], resource_names: ['api'], verbs: ['get'] }],
      lifecycle: { prevent_destroy: true },
    });
    const binding = declared.resource('role_binding_v1', 'read-binding');
    const account = (name: string) => ({ kind: 'ServiceAccount', name, namespace: 'billing' });
    expect(binding).toMatchObject({
      role_ref: { kind: 'Role', name: 'reprieve-read-secrets-api' },
      subject: [account('reprieve-reader'), account('reprieve-writer')],
    });
  });

  it('makes nothing where there is none', () => {
    const { resources } = declaring((billing) => {
      api(billing).grantRead();
    });
    expect(resources('role_v1')).toEqual({});
  });

  it('can be for whatever runs as an account, on each kind that is read', () => {
    const { codes, resources } = declaring((billing) => {
      const [image, serviceAccount] = ['x', 'reader'] as const;
      const template = new JobTemplate(billing, 'nightly', { image, serviceAccount });
      RegistrySecret.dockerHub(billing, 'hub', { username: 'x', password: TOKEN }).grantRead(
        template,
      );
      new ConfigMap(billing, 'settings', { data: { A: 'b' } }).grantRead(template);
      expect(template.grantee.name).toBe('reader');
    });
    expect(codes).toEqual([]);
    const roles = Object.values(resources('role_v1')).map((role) => role['rule']?.[0]);
    expect(roles).toMatchObject([
      { resources: ['secrets'], resource_names: ['hub'] },
      { resources: ['configmaps'], resource_names: ['settings'] },
    ]);
  });

  it('is a problem for an account without a token, and for one of another project', () => {
    const { problems, codes } = declaring((billing, stack) => {
      const reports = new Project(stack, 'reports');
      api(billing).grantRead(reports.serviceAccount('reader'), billing.serviceAccount('none'));
    });
    expect(codes).toEqual(['reference/other-project', 'grant/none']);
    expect(problems[0]?.path).toBe('prod/billing/api');
  });

  it('goes with its item, and comes back with it', () => {
    const declare = (billing: Project) => api(billing).grantRead(billing.serviceAccount('reader'));
    const lock = formatLock(declaring(declare).lock);
    const deletions = softDeletions('billing/secrets/api');
    const kept = declaring(declare, { deletions, lock });
    expect(kept.resource('role_v1')).toMatchObject({ count: expect.any(String) });
    const back = withResources(
      synthesizeApp((app) => void new Project(cluster(app), 'billing'), { deletions, lock }),
    );
    expect(back.codes).toEqual([]);
    for (const type of ['role_v1', 'role_binding_v1', 'secret_v1']) {
      expect(back.resources(type)).toEqual(kept.resources(type));
    }
    const changed = declaring((billing) => void api(billing), { deletions, lock });
    expect(changed.codes).toEqual(['lock/changed-while-deleting']);
  });

  it('has a name that Kubernetes takes, however long the object’s is', () => {
    const name = (item: string) =>
      declaring((billing) => {
        const map = new ConfigMap(billing, 'm', { name: item, data: {} });
        map.grantRead(billing.serviceAccount('reader'));
      }).resource('role_v1')['metadata']?.['name'];
    const [one, other] = [name(`${'a'.repeat(252)}b`), name(`${'a'.repeat(252)}c`)];
    expect(String(one)).toMatch(/^[a-z0-9-]{253}$/);
    expect(one).not.toBe(other);
  });

  it('needs no new revision of a credential, nor do labels', () => {
    const lock = formatLock(declaring((billing) => void api(billing)).lock);
    const labels = { variable: 'a', revision: 'b' };
    const changed = declaring(
      (billing) => {
        const secret = Secret.generic(billing, 'api', { data: { key: TOKEN }, labels });
        secret.grantRead(billing.serviceAccount('reader'));
      },
      { lock },
    );
    expect(changed.codes).toEqual([]);
  });
});
