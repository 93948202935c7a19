import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import { App } from 'cdktf';
import { Construct } from 'constructs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import {
  type Credential,
  JobTemplate,
  Project,
  RegistrySecret,
  type RegistrySecretProps,
  type ReprieveStack,
} from '../../lib/index.js';
import { synthesizeApp } from '../support/app.js';
import { afterwards, cluster, full, sandbox, TF, TOKEN } from '../support/declaring.js';

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
      billing.addSecret('hub', { format: 'generic', data: { key: TOKEN } });
      RegistrySecret.dockerHub(billing, 'hub2', { username: 'x', password: TOKEN, name: 'hub' });
    });
    expect(codes).toEqual(
      expect.arrayContaining(['project/namespace-taken', 'construct/name-taken']),
    );
  });

  it('limits the number of projects in no way: a policy does', () => {
    const { codes, lock } = synthesizeApp((app) => {
      const stack = sandbox(app);
      for (let index = 0; index < 60; index += 1) new Project(stack, `p${index}`);
    });
    expect(codes).toEqual([]);
    expect(Object.keys(lock.stacks['prod']?.projects ?? {})).toHaveLength(60);
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
      RegistrySecret.dockerHub(billing, 'hub', { username: 'y', password: TOKEN });
      billing.addJobTemplate('nightly', { image: 'example/x:1', imageSecret: 'hub' });
    };
    expect(afterwards(full, changed).codes).toEqual(['credential/revision']);
  });
});
