import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import { JobTemplate, Project, RegistrySecret, type ReprieveStack } from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';
import { afterwards, full, sandbox, TF, TOKEN } from '../support/declaring.js';

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
      RegistrySecret.dockerHub(billing, 'hub', { username: 'x', password: TOKEN });
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
    expect(problems[0]?.message).toContain('Did you mean `billing`?');
    expect(problems[0]?.source).toMatchObject({ file: 'deletions.yaml', line: 1 });
  });
});
