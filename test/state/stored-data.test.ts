import { describe, expect, it } from 'vitest';
import type { ProjectsLock } from '../../lib/files/projects-lock-types.js';
import { versionsCommand } from '../../lib/state/backend-versions.js';
import type { Entry } from '../../lib/state/inventory.js';
import { LAST_APPLIED, storedData } from '../../lib/state/stored-data.js';

const entry = (stack: string): Entry => ({
  stack,
  target: 'billing/secrets/db',
  project: 'billing',
  item: { kind: 'secrets', name: 'db' },
  status: 'active',
  remaining: [],
  gone: [],
  isProject: true,
  differences: [],
});
const lock: ProjectsLock = {
  version: 2,
  stacks: {
    cluster: { target: 'kubernetes', projects: {} },
    local: { target: 'sandbox', projects: {} },
  },
};
const left = (stack: string, backend?: { name: string; settings: unknown }) =>
  storedData({
    entries: [entry(stack)],
    lock,
    periodOf: () => '168h',
    backendOf: () => backend,
  }).flatMap(({ leftElsewhere }) => leftElsewhere);
const S3 = { name: 's3', settings: { bucket: 'states', key: 'billing/my state.tfstate' } };

describe('what is left elsewhere', () => {
  it('is older versions of the state, which are not checked, with the command that lists them', () => {
    expect(left('local', S3)).toContain(
      "older versions of the state in the backend s3: not checked; list them: aws s3api list-object-versions --bucket states --prefix 'billing/my state.tfstate'",
    );
    expect(left('local', { name: 'http', settings: {} })).toContain(
      'older versions of the state in the backend http: not checked; ask whoever runs it',
    );
    const path = '/app/terraform.production.tfstate';
    expect(left('local', { name: 'local', settings: { path } })).toContain(
      'older versions of the state beside it (terraform.production.tfstate*.backup): not checked',
    );
    expect(left('local')).toContainEqual(expect.stringContaining('not checked'));
  });

  it('is in etcd’s backups, audit logs and annotations only where there is a cluster', () => {
    const ofCluster = /\betcd\b|audit log|kubectl apply/;
    expect(left('cluster').filter((text) => ofCluster.test(text))).toHaveLength(4);
    expect(left('cluster').join()).toContain(LAST_APPLIED);
    expect(left('local').filter((text) => ofCluster.test(text))).toEqual([]);
  });
});

describe('the command that lists versions', () => {
  it('is one that a shell takes as it is meant', () => {
    const of = (name: string, settings: unknown) => versionsCommand({ name, settings });
    expect(of('s3', { bucket: 'a; rm -rf /', key: '$(id)' })).toBe(
      "aws s3api list-object-versions --bucket 'a; rm -rf /' --prefix '$(id)'",
    );
    expect(of('gcs', { bucket: 'b', prefix: 'p' })).toBe(
      'gcloud storage ls --all-versions gs://b/p',
    );
    expect(of('gcs', { bucket: 'b' })).toBe('gcloud storage ls --all-versions gs://b/');
    expect(of('azurerm', { storage_account_name: 'a', container_name: 'c', key: 'k' })).toBe(
      'az storage blob list --account-name a --container-name c --prefix k --include vs',
    );
    expect(of('constructor', {})).toBeUndefined();
    expect(of('pg', {})).toBeUndefined();
  });
});
