import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import { App } from 'cdktf';
import { Construct } from 'constructs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  Credential,
  JobTemplate,
  Project,
  RegistrySecret,
  type RegistrySecretProps,
  type ReprieveApp,
  ReprieveStack,
  Target,
} from '../../lib/index.js';
import { formatLock } from '../../lib/reclamation/lock.js';
import { type FileTexts, softDeletions, synthesizeApp } from '../support/app.js';

const token = Credential.fromVariable('token', { revision: 1 });
const sandbox = (app: ReprieveApp) => new ReprieveStack(app, 'prod', { target: Target.sandbox() });
const cluster = (app: ReprieveApp) =>
  new ReprieveStack(app, 'prod', { target: Target.kubernetes() });

/** A stack's synthesis after an earlier one, whose lock it finds. */
function afterwards(
  before: (stack: ReprieveStack) => void,
  after: (stack: ReprieveStack) => void,
  texts: FileTexts = {},
) {
  const { lock, codes } = synthesizeApp((app) => before(sandbox(app)));
  expect(codes).toEqual([]);
  return synthesizeApp((app) => after(sandbox(app)), { lock: formatLock(lock), ...texts });
}

const full = (stack: ReprieveStack) => {
  const billing = new Project(stack, 'billing');
  RegistrySecret.dockerHub(billing, 'hub', { username: 'x', password: token });
  billing.addJobTemplate('nightly', { image: 'example/x:1', imageSecret: 'hub' });
  return billing;
};

describe('a namespace', () => {
  it('belongs to one stack of a cluster, and to any number in different ones', () => {
    const declare = (contexts: readonly string[]) =>
      synthesizeApp((app) => {
        for (const [index, configContext] of contexts.entries()) {
          const target = Target.kubernetes({ configPath: '~/.kube/config', configContext });
          new Project(new ReprieveStack(app, `stack-${index}`, { target }), 'billing');
        }
      });
    expect(declare(['a', 'b']).codes).toEqual([]);
    const { problems, codes } = declare(['a', 'a']);
    expect(codes).toEqual(['app/namespace-claimed']);
    expect(problems[0]).toMatchObject({ path: 'stack-1/billing' });
    const twice = synthesizeApp((app) => {
      for (const name of ['one', 'two']) {
        new Project(new ReprieveStack(app, name, { target: Target.sandbox() }), 'billing');
      }
    });
    expect(twice.codes).toEqual([]);
  });

  it('that is taken over is looked at first, on a cluster only', () => {
    const declare = (target: ReturnType<typeof Target.sandbox>, deletions?: string) =>
      synthesizeApp(
        (app) => {
          new Project(new ReprieveStack(app, 'prod', { target }), 'old', { adoptNamespace: true });
        },
        deletions === undefined ? {} : { deletions },
      ).json('stacks/prod/cdk.tf.json');
    const watched = declare(Target.kubernetes())['data']?.['kubernetes_namespace_v1'];
    expect(JSON.stringify(watched)).toContain('"postcondition"');
    expect(declare(Target.sandbox())).not.toHaveProperty('data');
    const deleted = declare(Target.kubernetes(), softDeletions('old'));
    expect(deleted).not.toHaveProperty('data');
    expect(deleted).not.toHaveProperty('import');
  });
});

describe('declaring', () => {
  it('says every problem at once, each with its construct and line', () => {
    const { problems } = synthesizeApp((app) => {
      const billing = new Project(sandbox(app), 'billing/'.slice(0, 7), { namespace: 'Nope' });
      billing.addJobTemplate('nightly', { image: 'Example', cpu: 3, imageSecret: 'missing' });
      billing.addJobTemplate('weekly', { image: 'x', arrayIndices: '1-5' });
    });
    expect(problems.length).toBeGreaterThanOrEqual(4);
    for (const problem of problems) {
      expect(problem.path).toMatch(/^prod\/billing/);
      expect(problem.source).toMatchObject({ file: 'test/constructs/app.test.ts' });
      expect(problem.remedy).not.toBe('');
    }
    expect(problems.map((problem) => problem.path)).toContain('prod/billing/nightly');
    expect(problems.map((problem) => problem.code)).toContain('job-template/array-gaps');
  });

  it('refuses a literal password by its type and again when it runs, without showing it', () => {
    expectTypeOf<string>().not.toExtend<RegistrySecretProps['password']>();
    expectTypeOf({ variable: 'x', revision: 1 }).not.toExtend<RegistrySecretProps['password']>();
    const password: Credential = JSON.parse('"hunter2-canary"');
    const { problems } = synthesizeApp((app) => {
      const billing = new Project(sandbox(app), 'billing');
      RegistrySecret.dockerHub(billing, 'hub', { username: 'x', password });
    });
    expect(problems.map((problem) => problem.code)).toContain('credential/literal');
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('refuses a value that only Terraform knows', () => {
    const { codes } = synthesizeApp((app) => {
      const stack = sandbox(app);
      const billing = new Project(stack, 'billing');
      const other = new ConfigMapV1(stack, 'other', { metadata: { name: 'other' } });
      billing.addConfigMap('settings', { data: { A: other.id } });
    });
    expect(codes).toContain('construct/token');
  });

  it('reports names that would meet in the cluster', () => {
    const { codes } = synthesizeApp((app) => {
      const stack = sandbox(app);
      const billing = new Project(stack, 'billing');
      new Project(stack, 'other', { namespace: 'billing' });
      billing.addSecret('hub', { format: 'generic', data: { key: token } });
      RegistrySecret.dockerHub(billing, 'hub2', { username: 'x', password: token, name: 'hub' });
    });
    expect(codes).toEqual(
      expect.arrayContaining(['project/namespace-taken', 'construct/name-taken']),
    );
  });

  it('allows 20 projects and no more, soft-deleted ones included', () => {
    const declare = (count: number) => (app: ReprieveApp) => {
      const stack = sandbox(app);
      for (let index = 0; index < count; index += 1) new Project(stack, `p${index}`);
    };
    const deletions = softDeletions('p0', 'p1');
    expect(synthesizeApp(declare(20), { deletions }).codes).toEqual([]);
    expect(synthesizeApp(declare(21), { deletions }).codes).toEqual(['stack/too-many-projects']);
  });

  it('tells a construct outside of a stack or project what to do', () => {
    const scope = new Construct(new App({ outdir: '/tmp' }), 'x');
    expect(() => new Project(scope, 'billing')).toThrow(/ReprieveStack/);
    expect(() =>
      synthesizeApp((app) => new JobTemplate(sandbox(app), 'nightly', { image: 'x' })),
    ).toThrow(/not inside a Project/);
  });

  it('gives the same bytes for the same input', () => {
    const once = () => JSON.stringify(synthesizeApp((app) => full(cluster(app))).json(TF));
    expect(once()).toBe(once());
    expect(once()).toMatch(/"path":"[^/"][^"]*terraform\.prod\.tfstate"/);
  });
});

const TF = 'stacks/prod/cdk.tf.json';

describe('the targets', () => {
  it('declare a credential on a cluster as ephemeral, checked, and without asking', () => {
    const { variable, resource } = synthesizeApp((app) => full(cluster(app))).json(TF);
    expect(variable).toMatchObject({
      token: { default: null, ephemeral: true, sensitive: true, validation: [{}] },
    });
    expect(JSON.stringify(resource)).toContain('"data_wo_revision":1');
  });

  it('leave the check out while the secret is soft-deleted', () => {
    const deletions = softDeletions('billing');
    const { variable } = synthesizeApp((app) => full(cluster(app)), { deletions }).json(TF);
    expect(variable?.['token']).not.toHaveProperty('validation');
  });

  it('know no credential on the sandbox', () => {
    const json = synthesizeApp((app) => full(sandbox(app))).json(TF);
    expect(json).not.toHaveProperty('variable');
    expect(json).not.toHaveProperty('provider');
    expect(JSON.stringify(json)).not.toMatch(/var\.|data_wo|docker\.io\/v1/);
  });
});

describe('what is gone from the code', () => {
  const empty = () => undefined;

  it('is a problem without a deletion request, for a project and for an item', () => {
    expect(afterwards(full, empty).codes).toEqual(['lock/missing']);
    const { problems } = afterwards(full, (stack) => new Project(stack, 'billing'));
    expect(problems.map((problem) => problem.code)).toEqual(['lock/missing', 'lock/missing']);
    expect(problems[0]?.source?.file).toBe('projects.lock.yaml');
    expect(problems[0]?.source?.line).toBeGreaterThan(1);
  });

  it('comes back from the lock while its deletion runs, at the same addresses', () => {
    const deletions = softDeletions('billing');
    const kept = synthesizeApp((app) => full(sandbox(app)), { deletions });
    const back = afterwards(full, empty, { deletions });
    expect(back.codes).toEqual([]);
    expect(back.json(TF)).toEqual(kept.json(TF));
    expect(back.lock).toEqual(kept.lock);
    expect(back.json('stacks/prod/targets.json')).toEqual({
      version: 1,
      target: 'sandbox',
      declared: [],
      rehydrated: ['billing', 'billing/job-templates/nightly', 'billing/registry-secrets/hub'],
    });
  });

  it('comes back deeper in the tree, where its scopes are gone too', () => {
    const deep = (stack: ReprieveStack) => {
      const project = new Project(new Construct(stack, 'team'), 'b', { name: 'Größe: 1' });
      new JobTemplate(new Construct(project, 'jobs'), 'n', { name: 'nightly', image: 'x' });
    };
    const deletions = softDeletions('Größe: 1');
    const kept = synthesizeApp((app) => deep(sandbox(app)), { deletions });
    expect(afterwards(deep, empty, { deletions }).json(TF)).toEqual(kept.json(TF));
  });

  it('cannot come back with a raw construct that it had', () => {
    const raw = (stack: ReprieveStack) => {
      const metadata = { name: 'raw', namespace: 'billing' };
      new ConfigMapV1(new Project(stack, 'billing'), 'raw', { metadata });
    };
    const deletions = softDeletions('billing');
    expect(afterwards(raw, empty, { deletions }).codes).toEqual(['lock/raw-construct']);
    expect(afterwards(raw, raw, { deletions }).codes).toEqual([]);
  });

  it('is a problem when a whole stack is gone', () => {
    const { lock } = synthesizeApp((app) => full(sandbox(app)));
    const { codes } = synthesizeApp(() => undefined, { lock: formatLock(lock) });
    expect(codes).toEqual(['lock/lost-stack']);
  });
});

describe('what is being deleted', () => {
  it('can not change what would be restored', () => {
    const deletions = softDeletions('billing');
    const changed = (stack: ReprieveStack) => {
      const billing = new Project(stack, 'billing', { reclamationPeriod: '30d' });
      RegistrySecret.dockerHub(billing, 'hub', { username: 'x', password: token });
      billing.addJobTemplate('nightly', { image: 'example/x:2', imageSecret: 'hub' });
    };
    const { problems } = afterwards(full, changed, { deletions });
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['lock/changed-while-deleting', 'prod/billing/nightly'],
    ]);
  });

  it('can not be needed by what stays', () => {
    const deletions = softDeletions('billing/registry-secrets/hub');
    expect(afterwards(full, full, { deletions }).codes).toEqual(['job-template/missing-reference']);
    const both = softDeletions('billing/registry-secrets/hub', 'billing/job-templates/nightly');
    expect(afterwards(full, full, { deletions: both }).codes).toEqual([]);
  });

  it('keeps its name from a project elsewhere', () => {
    const elsewhere = (stack: ReprieveStack) => full({ stack }.stack).node.path;
    const moved = (stack: ReprieveStack) => new Project(new Construct(stack, 'x'), 'billing');
    const deletions = softDeletions('billing');
    expect(afterwards(elsewhere, moved, { deletions }).codes).toContain('project/name-taken');
  });

  it('has to exist: an unknown target is reported with the nearest one and its line', () => {
    const { problems } = synthesizeApp((app) => full(sandbox(app)), {
      deletions: softDeletions('biling'),
    });
    expect(problems.map((problem) => problem.code)).toEqual(['deletions/unknown-target']);
    expect(problems[0]?.message).toContain('Did you mean billing?');
    expect(problems[0]?.source).toMatchObject({ file: 'deletions.yaml', line: 1 });
  });
});

describe('moving a project', () => {
  const moved = (stack: ReprieveStack, movedFrom?: string) => {
    const options = { namespace: 'billing', ...(movedFrom === undefined ? {} : { movedFrom }) };
    const invoices = new Project(new Construct(stack, 'team'), 'invoices', options);
    RegistrySecret.dockerHub(invoices, 'hub', { username: 'x', password: token });
    invoices.addJobTemplate('nightly', { image: 'example/x:1', imageSecret: 'hub' });
  };

  it('keeps its objects when the code says where it was', () => {
    const { codes, json } = afterwards(full, (stack) => moved(stack, 'prod/billing'));
    expect(codes).toEqual([]);
    const former = synthesizeApp((app) => full(sandbox(app))).json(TF);
    const resources = Object.keys(former['resource']?.['terraform_data'] ?? {});
    const moves: unknown = json(TF)['moved'];
    const from = Array.isArray(moves) ? moves.map((move) => move.from).sort() : [];
    expect(from).toEqual(resources.map((id) => `terraform_data.${id}`).sort());
  });

  it('is a problem without, and while the project is being deleted', () => {
    expect(afterwards(full, (stack) => moved(stack)).codes).toContain('lock/missing');
    const deletions = softDeletions('billing');
    const again = (stack: ReprieveStack) =>
      new Project(new Construct(stack, 'x'), 'billing', { movedFrom: 'prod/billing' });
    expect(afterwards(full, again, { deletions }).codes).toContain('lock/moved-while-deleting');
  });
});

describe('the lock', () => {
  it('has to be current when it is frozen', () => {
    const stale = synthesizeApp((app) => full(sandbox(app)), {}, true);
    expect(stale.codes).toEqual(['lock/stale']);
    expect(stale.problems[0]?.message).toContain('+ prod');
    const lock = formatLock(stale.lock);
    expect(synthesizeApp((app) => full(sandbox(app)), { lock }, true).codes).toEqual([]);
  });

  it('explains a changed secret whose revision did not rise', () => {
    const changed = (stack: ReprieveStack) => {
      const billing = new Project(stack, 'billing');
      RegistrySecret.dockerHub(billing, 'hub', { username: 'y', password: token });
      billing.addJobTemplate('nightly', { image: 'example/x:1', imageSecret: 'hub' });
    };
    expect(afterwards(full, changed).codes).toEqual(['credential/revision']);
  });
});
