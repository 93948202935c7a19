import { Aspects, DataResource, type IAspect, TerraformIterator } from 'cdktf';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { DeclarationError } from '../../lib/constructs/declaration-error.js';
import { formatLock } from '../../lib/files/projects-lock.js';
import { Reclamation, type ReprieveApp, ReprieveStack } from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';

type Late = (stack: ReprieveStack, database: DataResource) => unknown;

/** A protected database, and what changes it afterwards. */
const declared = (late: Late, count?: number) => (app: ReprieveApp) => {
  const stack = new ReprieveStack(app, 'prod');
  const database = new DataResource(stack, 'db', count === undefined ? {} : { count });
  Reclamation.protect(database, { name: 'orders-db' });
  late(stack, database);
};

/** The codes that a synthesis ends with, with the deletion requested or not. */
function codesOf(late: Late, count?: number, targets: readonly string[] = []): readonly string[] {
  try {
    return synthesizeApp(declared(late, count), { deletions: softDeletions(...targets) }).codes;
  } catch (error) {
    if (error instanceof DeclarationError) return error.problems.map(({ code }) => code);
    throw error;
  }
}

const byAspect =
  (change: (database: DataResource, stack: ReprieveStack) => unknown): Late =>
  (stack, database) => {
    const aspect: IAspect = {
      visit: (node: IConstruct) => void (node === database && change(database, stack)),
    };
    Aspects.of(stack).add(aspect);
  };

describe('a change of a protected resource after its guard was written', () => {
  const changes: readonly (readonly [string, string, Late])[] = [
    ['a name, after protect', 'late-name', (_, db) => db.overrideLogicalId('x')],
    ['a name, by an aspect', 'late-name', byAspect((db) => db.overrideLogicalId('x'))],
    ['count 0, by an aspect', 'late-count', byAspect((db) => db.addOverride('count', 0))],
    [
      'its own count, by an aspect',
      'late-count',
      byAspect((db) => Object.assign(db, { count: 0 })),
    ],
    [
      'count 0, by the stack',
      'late-count',
      (stack) => stack.addOverride('resource.terraform_data.db.count', 0),
    ],
    [
      'for_each, by the stack',
      'late-count',
      (stack) => stack.addOverride('resource.terraform_data.db.for_each', '${toset([])}'),
    ],
    [
      'no block, by the stack',
      'not-written',
      (stack) => stack.addOverride('resource.terraform_data.db', undefined),
    ],
    [
      'no construct, by an aspect',
      'not-written',
      byAspect((_, stack) => stack.node.tryRemoveChild('db')),
    ],
  ];

  it.each(changes)('is refused, while it lives and while it is deleted: %s', (_, code, late) => {
    expect(codesOf(late)).toEqual([`reclamation/${code}`]);
    expect(codesOf(late, undefined, ['orders-db'])).toContain(`reclamation/${code}`);
  });

  it('may lower no count, and none of a number may become an expression of one', () => {
    const lower: Late = (stack) => stack.addOverride('resource.terraform_data.db.count', 2);
    expect(codesOf(lower, 3)).toEqual(['reclamation/late-count']);
    expect(codesOf(lower, 2)).toEqual([]);
    expect(
      codesOf((stack) => stack.addOverride('resource.terraform_data.db.count', null), 2),
    ).toEqual(['reclamation/late-count']);
  });

  it('is fine where it is about anything else, and where several are declared by an iterator', () => {
    expect(codesOf(byAspect((db) => db.addOverride('input', 'tagged')))).toEqual([]);
    const several: Late = (stack) => {
      const forEach = TerraformIterator.fromList(['eu', 'us']);
      Reclamation.protect(new DataResource(stack, 'buckets', { forEach }), { name: 'buckets' });
    };
    expect(codesOf(several)).toEqual([]);
    expect(codesOf(several, undefined, ['buckets'])).toEqual([]);
  });

  it('says what to write instead, with the address that Terraform has', () => {
    try {
      synthesizeApp(declared((_, db) => db.overrideLogicalId('x')));
      expect.unreachable();
    } catch (error) {
      const [problem] = error instanceof DeclarationError ? error.problems : [];
      expect(problem?.message).toContain('gives `terraform_data.db` the name `x` too late');
      expect(problem?.remedy).toContain(".moveFromId('terraform_data.db')");
      expect(problem?.path).toBe('prod/db');
    }
  });
});

describe('another name of a protected resource that is given in time', () => {
  const named = (more: (database: DataResource) => unknown) => (app: ReprieveApp) => {
    const database = new DataResource(new ReprieveStack(app, 'prod'), 'db', {});
    database.overrideLogicalId('x');
    more(database);
    Reclamation.protect(database, { name: 'orders-db' });
  };
  const lock = formatLock(synthesizeApp(declared(() => undefined)).lock);

  it('is a removal, unless a move says where the object was', () => {
    const { codes, problems } = synthesizeApp(
      named(() => undefined),
      { lock },
    );
    expect(codes).toEqual(['lock/lost-resource']);
    expect(problems[0]?.message).toContain('`terraform_data.db`');
    const moved = synthesizeApp(
      named((database) => database.moveFromId('terraform_data.db')),
      { lock },
    );
    expect(moved.codes).toEqual([]);
    expect(JSON.stringify(moved.lock)).toContain('terraform_data.x');
  });
});
