import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readDeletions } from '../../../lib/files/deletions.js';
import { readLock } from '../../../lib/files/projects-lock.js';
import { readSettings, stackSettings } from '../../../lib/files/settings.js';
import { DECLARED_TARGETS } from '../../../lib/model/declared.js';
import { declaredIn } from '../../../lib/validation/declared/declared.js';
import { ROOT } from '../../support/scratch.js';

const QUOTA =
  '{ jobs: 1, jobRuns: 1, secrets: 9, configMaps: 9, apps: 1, functions: 1, instances: 1, cpu: 1, memory: 4G, ephemeralStorage: 4G }';

function project(name: string, items: string): string {
  return `      ${name}:
        path: production/team/${name}
        namespace: ${name}-ns
        spec:
          quota: ${QUOTA}
${items}
        resources: []
`;
}

function template(environment: string, more = ''): string {
  return `              image: docker.io/example/app:1
${more}              command: []
              arguments: []
              environment: ${environment}
              mounts: []
              mode: task
              serviceAccount: default
              runAsUser: 0
              arrayIndices: "0"
              cpu: "1"
              memory: 4G
              ephemeralStorage: 400M
              maxExecutionTime: 60
              retryLimit: 3
`;
}

const LOCK = `version: 1
stacks:
  production:
    target: kubernetes
    projects:
${project(
  'billing',
  `          registry-secrets:
            hub:
              server: https://index.docker.io/v1/
              username: example
              password: { variable: hub_token, revision: 2, rotated: 2026-01-01 }
          secrets:
            mail: { format: basic_auth, username: example, password: { variable: mail, revision: 1 } }
          config-maps:
            settings: { data: { HOST: db.reports-ns.svc } }
          job-templates:
            nightly:
${template('[{ configMap: settings }, { name: TO, secret: mail, key: username }]', '              imageSecret: hub\n')}`,
)}${project(
  'reports',
  `          registry-secrets:
            hub:
              server: https://index.docker.io/v1/
              username: example
              password: { variable: hub_token, revision: 2 }
          job-templates:
            weekly:
${template('[{ name: URL, value: "http://api.billing-ns.svc.cluster.local/" }]')}`,
)}`;

const REQUEST = 'reason: Moved to another place, requestedBy: ann@example.org';

function declared(deletions = '', deadlines?: ReadonlyMap<string, Date>) {
  const settings = readSettings(
    'reprieve.yaml',
    'version: 1\napprovers: [{ id: bob@example.org }]',
  ).value;
  const read = readLock('projects.lock.yaml', LOCK);
  expect(read.problems).toEqual([]);
  const locked = read.value?.lock.stacks['production'];
  if (settings === undefined || locked === undefined) throw new Error('unreadable');
  const requests = readDeletions(
    'deletions.yaml',
    `version: 1\ndeletions: [${deletions}]`,
    settings,
  );
  expect(requests.problems).toEqual([]);
  return declaredIn({
    stack: 'production',
    locked,
    requests: requests.value ?? [],
    periods: stackSettings(settings, 'production'),
    now: new Date('2026-03-02T12:00:00Z'),
    ...(deadlines === undefined ? {} : { deadlines }),
  });
}

function request(target: string, more = 'mode: soft'): string {
  return `{ target: ${target}, requestedAt: 2026-01-01T00:00:00Z, ${REQUEST}, ${more} }`;
}

function one(target: string, address: string, all = declared()) {
  const found = all.find((each) => each.target === target && each.address === address);
  if (found === undefined) throw new Error(`no ${target} ${address}`);
  return found;
}

describe('what policies see of what is declared', () => {
  it('has the fields of its published schema, whatever is declared', () => {
    const schema = JSON.parse(readFileSync(join(ROOT, 'lib/schemas/declared.schema.json'), 'utf8'));
    const ajv = new Ajv2020({ schemas: [schema], allowUnionTypes: true });
    const approval =
      '{ by: bob@example.org, at: 2026-01-01T01:00:00Z, expires: 2026-01-01T03:00:00Z, uid: x }';
    const hard = request('reports', `mode: hard, confirm: reports, approvals: [${approval}]`);
    const clocks = new Map([['billing/secrets/mail', new Date('2026-01-08T00:00:00Z')]]);
    const all = declared(`${request('billing/secrets/mail')}, ${hard}`, clocks);
    expect(new Set(all.map(({ target }) => target))).toEqual(new Set(DECLARED_TARGETS));
    for (const { target, value } of all) {
      const validate = ajv.getSchema(`${schema.$id}#/$defs/${target}`);
      expect(validate?.(value), `${target}: ${JSON.stringify(validate?.errors)}`).toBe(true);
    }
  });

  it('counts the projects of the stack, and those that are soft-deleted', () => {
    const deletions = `${request('reports')}, ${request('billing/secrets/mail')}`;
    expect(one('stack', 'production', declared(deletions)).value).toEqual({
      stack: 'production',
      on: 'kubernetes',
      projects: 2,
      softDeletedProjects: 1,
    });
  });

  it('measures job templates', () => {
    const { value } = one('job-template', 'reports/job-templates/weekly');
    const {
      bytes,
      stack: _stack,
      project: _project,
      name: _name,
      neededBy: _users,
      ...own
    } = value;
    expect(bytes).toBe(Buffer.byteLength(JSON.stringify({ ...own, cpu: '1' })));
  });

  it('names the construct and the deletion target of each', () => {
    const { path } = one('job-template', 'billing/job-templates/nightly');
    expect(path).toBe('production/team/billing/nightly');
    expect(one('project', 'reports').path).toBe('production/team/reports');
  });

  it('knows what needs an item of the same project, and a project of another by its hosts', () => {
    const users = (target: string, address: string) => one(target, address).value['neededBy'];
    const nightly = ['billing/job-templates/nightly'];
    expect(users('registry-secret', 'billing/registry-secrets/hub')).toEqual(nightly);
    expect(users('secret', 'billing/secrets/mail')).toEqual(nightly);
    expect(users('config-map', 'billing/config-maps/settings')).toEqual(nightly);
    expect(users('registry-secret', 'reports/registry-secrets/hub')).toEqual([]);
    expect(users('project', 'billing')).toEqual(['reports/job-templates/weekly']);
    expect(users('project', 'reports')).toEqual(['billing/config-maps/settings']);
  });

  it('takes no other host for one of a project', () => {
    const text = LOCK.replace(
      'api.billing-ns.svc.cluster.local',
      'api.billing-ns.svcs.example.org',
    );
    const locked = readLock('projects.lock.yaml', text).value?.lock.stacks['production'];
    if (locked === undefined) throw new Error('unreadable');
    const periods = stackSettings(Object(readSettings('reprieve.yaml', undefined).value), 'x');
    const all = declaredIn({ stack: 'x', locked, requests: [], periods, now: new Date(0) });
    expect(one('project', 'billing', all).value['neededBy']).toEqual([]);
  });

  it('leaves out what is deleted along with it', () => {
    const deletions = `${request('billing')}, ${request('reports/job-templates/weekly')}`;
    expect(one('deletion', 'billing', declared(deletions)).value['neededBy']).toEqual([]);
    const alone = declared(request('billing/secrets/mail'));
    expect(one('deletion', 'billing/secrets/mail', alone).value['neededBy']).toEqual([
      'billing/job-templates/nightly',
    ]);
  });

  it('counts a credential’s age in whole days, and tells who else uses its variable', () => {
    const { value } = one('credential', 'billing/registry-secrets/hub');
    expect(value).toMatchObject({ variable: 'hub_token', ageDays: 60, alsoIn: ['reports'] });
    expect(one('credential', 'reports/registry-secrets/hub').value).not.toHaveProperty('ageDays');
    expect(one('credential', 'billing/secrets/mail').value['alsoIn']).toEqual([]);
  });

  it('knows a deadline once a plan shows the clock, and takes the earlier of two', () => {
    const deletions = `${request('billing')}, ${request('billing/secrets/mail')}`;
    expect(one('deletion', 'billing', declared(deletions)).unknown).toEqual({ deadline: true });
    const clocks = new Map([
      ['billing', new Date('2026-01-10T09:00:00Z')],
      ['billing/secrets/mail', new Date('2026-01-12T09:00:00Z')],
    ]);
    const { value, unknown } = one('deletion', 'billing/secrets/mail', declared(deletions, clocks));
    expect(unknown).toBeUndefined();
    expect(value['deadline']).toEqual({
      at: '2026-01-10T09:00:00.000Z',
      weekday: 'Saturday',
      hour: 9,
    });
  });

  it('says of an approval whether it is another person’s, and for how long it counts', () => {
    const approval =
      '{ by: bob@example.org, at: 2026-01-01T01:00:00Z, expires: 2026-01-01T03:00:00Z, uid: x }';
    const hard = request('reports', `mode: hard, confirm: reports, approvals: [${approval}]`);
    expect(one('deletion', 'reports', declared(hard)).value['approvals']).toEqual([
      expect.objectContaining({ byAnother: true, validSeconds: 7200 }),
    ]);
  });
});
