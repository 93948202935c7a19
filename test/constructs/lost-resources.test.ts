import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import { Project, type ReprieveApp, ReprieveStack, Target } from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';

type Declare = (stack: ReprieveStack) => unknown;
type Name = 'kubernetes' | 'sandbox';

const stackOf = (app: ReprieveApp, target: Name) =>
  new ReprieveStack(app, 'prod', { target: Target[target]() });
const metadata = { name: 'raw', namespace: 'billing' };
const raw = (scope: Construct, id = 'raw') => new ConfigMapV1(scope, id, { metadata });
const withRaw: Declare = (stack) => raw(new Project(stack, 'billing'));

/** A synthesis with the lock of an earlier one. */
function afterwards(before: Declare, after: Declare, target: Name = 'sandbox', deletions?: string) {
  const first = synthesizeApp((app) => before(stackOf(app, target)));
  expect(first.codes).toEqual([]);
  const { parts = {} } = first.lock.stacks['prod']?.projects['billing'] ?? {};
  const known = Object.values(parts).flat();
  const address = known.find((each) => /billing_(raw|team_raw)/.test(each)) ?? 'none';
  const lock = formatLock(first.lock);
  const texts = { lock, ...(deletions === undefined ? {} : { deletions }) };
  return { address, ...synthesizeApp((app) => after(stackOf(app, target)), texts) };
}

describe('a resource of another library below a project', () => {
  it('is a problem once its code is gone, with its address and its place in the lock', () => {
    for (const target of ['sandbox', 'kubernetes'] as const) {
      const { problems, address } = afterwards(
        withRaw,
        (stack) => new Project(stack, 'billing'),
        target,
      );
      expect(problems.map(({ code, path }) => [code, path])).toEqual([
        ['lock/lost-resource', 'prod/billing/resources/raw'],
      ]);
      expect(problems[0]?.message).toContain(address);
      expect(problems[0]?.source?.line).toBeGreaterThan(1);
    }
  });

  it('is one too while its project is being deleted, and while the project moves', () => {
    const deletions = softDeletions('billing');
    const without: Declare = (stack) => new Project(stack, 'billing');
    const moved: Declare = (stack) =>
      new Project(stack, 'invoices', { namespace: 'billing', movedFrom: 'prod/billing' });
    const deleting = afterwards(withRaw, without, 'sandbox', deletions);
    expect(deleting.codes).toEqual(['lock/raw-construct']);
    expect(deleting.problems[0]?.remedy).toContain('until the deletion of billing is over');
    expect(afterwards(withRaw, moved).codes).toEqual(['lock/lost-resource']);
  });

  it('is one when it is put elsewhere, even with a move', () => {
    const elsewhere = (address: string, scope: (stack: ReprieveStack) => Construct) =>
      afterwards(withRaw, (stack) => {
        new Project(stack, 'billing');
        raw(scope(stack)).moveFromId(address);
      });
    const { address } = afterwards(withRaw, withRaw);
    expect(elsewhere(address, (stack) => new Construct(stack, 'x')).codes).toEqual([
      'lock/lost-resource',
    ]);
    expect(elsewhere(address, (stack) => new Project(stack, 'other')).codes).toEqual([
      'lock/lost-resource',
    ]);
  });

  it('keeps its object under another address with a move, on both targets', () => {
    for (const target of ['sandbox', 'kubernetes'] as const) {
      const { address } = afterwards(withRaw, withRaw, target);
      const renamed =
        (from: string): Declare =>
        (stack) =>
          raw(new Construct(new Project(stack, 'billing'), 'team')).moveFromId(from);
      const { codes, lock, json } = afterwards(withRaw, renamed(address), target);
      expect(codes).toEqual([]);
      const { parts } = lock.stacks['prod']?.projects['billing'] ?? {};
      expect(Object.keys(parts ?? {})).toEqual(['team.raw']);
      expect(JSON.stringify(parts)).not.toContain(address);
      expect(JSON.stringify(json('stacks/prod/cdk.tf.json')['moved'])).toContain(address);
      const kubernetes = address.replace('terraform_data.', 'kubernetes_config_map_v1.');
      expect(afterwards(withRaw, renamed(kubernetes), target).codes).toEqual([]);
    }
  });

  it('can be moved by the resource that it was, which is then no member', () => {
    const byTarget: Declare = (stack) => {
      const billing = new Project(stack, 'billing');
      raw(billing).moveTo('new');
      raw(billing, 'next').addMoveTarget('new');
    };
    const { codes, lock, address } = afterwards(withRaw, byTarget);
    expect(codes).toEqual([]);
    expect(Object.keys(lock.stacks['prod']?.projects['billing']?.parts ?? {})).toEqual(['next']);
    expect(JSON.stringify(lock)).not.toContain(`"${address}"`);
  });

  it('can say itself where it was while its project moves', () => {
    const { address } = afterwards(withRaw, withRaw);
    const { codes } = afterwards(withRaw, (stack) => {
      const options = { namespace: 'billing', movedFrom: 'prod/billing' };
      raw(new Project(stack, 'invoices', options), 'next').moveFromId(address);
    });
    expect(codes).toEqual([]);
  });
});

describe('a project that is renamed', () => {
  const withItem: Declare = (stack) =>
    new Project(stack, 'billing').addJobTemplate('nightly', { image: 'example/x:1' });
  const renamed: Declare = (stack) =>
    new Project(stack, 'invoices', { namespace: 'billing', movedFrom: 'prod/billing' });

  it('loses none of its items on the way', () => {
    const { problems } = afterwards(withItem, renamed);
    expect(problems.map(({ code }) => code)).toEqual(['lock/missing']);
    expect(problems[0]?.message).toContain('invoices/job-templates/nightly');
    expect(problems[0]?.source?.line).toBeGreaterThan(1);
  });

  it('takes the place of no other project: the objects of one would be deleted', () => {
    const both: Declare = (stack) => {
      new Project(stack, 'billing');
      new Project(stack, 'invoices');
    };
    const { problems } = afterwards(both, (stack) => {
      new Project(stack, 'invoices', { movedFrom: 'prod/billing' });
    });
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['lock/merged', 'prod/invoices'],
    ]);
  });

  it('is kept by a movedFrom that has been deployed already', () => {
    const { codes } = afterwards(
      (stack) => new Project(stack, 'invoices'),
      (stack) => new Project(stack, 'invoices', { movedFrom: 'prod/billing' }),
    );
    expect(codes).toEqual([]);
  });

  it('can not be renamed while it is being deleted', () => {
    const { codes } = afterwards(withItem, renamed, 'sandbox', softDeletions('billing'));
    expect(codes).toContain('lock/moved-while-deleting');
  });
});
