import {
  DataResource,
  LocalBackend,
  TerraformCount,
  TerraformDataSource,
  TerraformHclModule,
  TerraformLocal,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  Token,
} from 'cdktf';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import {
  Project,
  Reclaimable,
  Reclamation,
  type ReprieveApp,
  ReprieveStack,
  Target,
} from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';

const MODULE = 'terraform-aws-modules/vpc/aws';

type Declare = (stack: ReprieveStack) => unknown;

const plain = (app: ReprieveApp) => new ReprieveStack(app, 'prod');
const thing = (scope: Construct, id: string, input: unknown = id) =>
  new DataResource(scope, id, { input: Object(input) });
const untyped = (scope: Construct, id: string, type: string) =>
  new TerraformResource(scope, id, { terraformResourceType: type });

/** What a declaration comes to while targets are being deleted. */
function deleting(declare: Declare, ...targets: readonly string[]) {
  const deletions = softDeletions(...targets);
  const result = synthesizeApp((app) => declare(plain(app)), { deletions });
  return { ...result, terraform: () => Object(result.json('stacks/prod/cdk.tf.json')) };
}

/** A database under protection, and whatever else there is. */
const withDatabase =
  (more: (stack: ReprieveStack, database: DataResource) => unknown): Declare =>
  (stack) => {
    const database = thing(stack, 'db');
    Reclamation.protect(database, { name: 'orders-db' });
    more(stack, database);
  };

describe('what refers to something that is being deleted', () => {
  const referrers: readonly (readonly [string, string, Parameters<typeof withDatabase>[0]])[] = [
    ['a resource', 'terraform_data.web', (stack, db) => thing(stack, 'web', { id: db.id })],
    [
      'depends_on',
      'terraform_data.web',
      (stack) => thing(stack, 'web').addOverride('depends_on', ['terraform_data.db']),
    ],
    [
      'a data source',
      'data.aws_ami.x',
      (stack, db) =>
        new TerraformDataSource(stack, 'x', { terraformResourceType: 'aws_ami' }).addOverride(
          'owner',
          db.id,
        ),
    ],
    ['a local value', 'local.x', (stack, db) => new TerraformLocal(stack, 'x', db.id)],
    [
      'a module',
      'module.net',
      (stack, db) =>
        new TerraformHclModule(stack, 'net', { source: MODULE, variables: { id: db.id } }),
    ],
    [
      'replace_triggered_by',
      'terraform_data.web',
      (stack) =>
        thing(stack, 'web').addOverride('lifecycle.replace_triggered_by', ['terraform_data.db.id']),
    ],
    [
      'for_each',
      'terraform_data.web',
      (stack) =>
        thing(stack, 'web').addOverride(
          'for_each',
          '${toset([for k in [terraform_data.db.id] : k])}',
        ),
    ],
  ];

  it.each(referrers)('is a problem: %s', (_, from, declare) => {
    const { problems } = deleting(withDatabase(declare), 'orders-db');
    expect(problems.map(({ code }) => code)).toEqual(['reclamation/referrer']);
    expect(problems[0]?.message).toContain(
      `\`${from}\` stays, and refers to \`terraform_data.db\``,
    );
    expect(problems[0]?.source).toMatchObject({ file: 'test/constructs/any-resource.test.ts' });
    expect(synthesizeApp((app) => withDatabase(declare)(plain(app))).codes).toEqual([]);
  });

  it('names the line of each referrer', () => {
    const { problems } = deleting(
      withDatabase((stack, db) => {
        thing(stack, 'one', { id: db.id });
        thing(stack, 'two', { id: db.id });
      }),
      'orders-db',
    );
    const lines = problems.map(({ source }) => source?.line ?? 0);
    expect(lines).toHaveLength(2);
    expect(new Set(lines.map((line) => line - (lines[0] ?? 0))).size).toBeGreaterThan(0);
    expect(problems.map(({ path }) => path)).toEqual(['prod/one', 'prod/two']);
  });

  it('may be an output, which is null afterwards and says so', () => {
    const { codes, terraform } = deleting(
      withDatabase(
        (stack, db) => new TerraformOutput(stack, 'out', { value: { url: `db://${db.id}/x` } }),
      ),
      'orders-db',
    );
    expect(codes).toEqual([]);
    const { value, description } = terraform().output.out;
    expect(value.url).toMatch(
      /^\$\{\(timecmp.*\) \? null : "db:\/\/\$\{terraform_data\.db\[0\]\.id\}\/x"\}$/,
    );
    expect(description).toBe('Null once orders-db is reclaimed.');
  });

  it('is a problem in another stack', () => {
    const { problems } = synthesizeApp(
      (app) => {
        const stack = plain(app);
        new LocalBackend(stack, { path: 'x.tfstate' });
        const db = thing(stack, 'db');
        Reclamation.protect(db, { name: 'orders-db' });
        thing(new ReprieveStack(app, 'web'), 'server', { id: db.id });
      },
      { deletions: softDeletions('orders-db').replace('"target"', '"stack":"prod","target"') },
    );
    expect(problems.map(({ code }) => code)).toEqual(['reclamation/referrer']);
    expect(problems[0]?.message).toContain('Another stack refers to `terraform_data.db`');
    expect(problems[0]).toMatchObject({
      path: 'web/server',
      source: { file: 'test/constructs/any-resource.test.ts', line: expect.any(Number) },
    });
  });
});

describe('what goes together', () => {
  const group: Declare = (stack) => {
    const shop = new Reclaimable(stack, 'shop');
    const a = thing(shop, 'a');
    a.overrideLogicalId('a');
    const b = thing(shop, 'b', { id: a.id });
    b.overrideLogicalId('b');
    b.addOverride('lifecycle.replace_triggered_by', ['terraform_data.a.id']);
    b.addOverride('depends_on', ['terraform_data.a']);
    const found = new TerraformDataSource(shop, 'found', { terraformResourceType: 'aws_ami' });
    found.overrideLogicalId('found');
    found.addOverride('owner', a.id);
    thing(shop, 'c', { id: found.getStringAttribute('id') });
  };

  it('refers to each other by index while it is soft-deleted', () => {
    const { codes, terraform } = deleting(group, 'shop');
    expect(codes).toEqual([]);
    const text = JSON.stringify(terraform());
    expect(text).toContain('${terraform_data.a[0].id}');
    expect(text).not.toMatch(/\$\{terraform_data\.a\.id/);
    expect(text).toContain('${data.aws_ami.found[0].id}');
    expect(text).not.toContain('replace_triggered_by');
    expect(terraform().resource.terraform_data.b.depends_on).toEqual(['terraform_data.a']);
    expect(terraform().data.aws_ami.found.count).toContain('? 0 : 1');
  });

  it('stays as it is while nothing is deleted', () => {
    const { json } = synthesizeApp((app) => group(plain(app)));
    const text = JSON.stringify(json('stacks/prod/cdk.tf.json'));
    expect(text).toContain('replace_triggered_by');
    expect(text).not.toContain('[0]');
  });
});

describe('the user’s own meta-arguments', () => {
  const all: Declare = (stack) => {
    const shop = new Reclaimable(stack, 'shop');
    const three = new DataResource(shop, 'three', { count: 3 });
    three.overrideLogicalId('three');
    const counted = new DataResource(shop, 'counted', {
      count: TerraformCount.of(Token.asNumber('${var.n}')),
    });
    counted.overrideLogicalId('counted');
    const each = thing(shop, 'each');
    each.overrideLogicalId('each');
    each.addOverride('for_each', { a: 1, b: 2 });
    const set = thing(shop, 'set');
    set.overrideLogicalId('set');
    set.addOverride('for_each', '${toset(["x"])}');
    const kept = thing(shop, 'kept');
    kept.overrideLogicalId('kept');
    kept.lifecycle = { createBeforeDestroy: true, preventDestroy: true, ignoreChanges: ['input'] };
    thing(shop, 'user', { three: '${terraform_data.three[1].id}' }).overrideLogicalId('user');
  };

  it('are kept, and end with the deletion', () => {
    const { codes, terraform } = deleting(all, 'shop');
    expect(codes).toEqual([]);
    const { three, counted, each, set, kept, user } = terraform().resource.terraform_data;
    expect(three.count).toMatch(/^\$\{\(timecmp.*\) \? 0 : 3\}$/);
    expect(counted.count).toMatch(/\? 0 : \(var\.n\)\}$/);
    expect(each.for_each).toMatch(/^\$\{\{for k, v in \{"a":1,"b":2\} : k => v if !\(\(timecmp/);
    expect(set.for_each).toContain('for k, v in (toset(["x"])) : k => v if !(');
    expect(set).not.toHaveProperty('count');
    expect(kept.lifecycle).toEqual({ create_before_destroy: true, ignore_changes: ['input'] });
    expect(user.input.three).toBe('${terraform_data.three[1].id}');
  });

  it('are merged with the protection of what lives', () => {
    const { json } = synthesizeApp((app) => all(plain(app)));
    const { kept, three } = Object(json('stacks/prod/cdk.tf.json')['resource']).terraform_data;
    expect(kept.lifecycle).toMatchObject({ create_before_destroy: true, prevent_destroy: true });
    expect(three).toMatchObject({ count: 3, lifecycle: { prevent_destroy: true } });
  });

  it('can not end an instance that the lock knows', () => {
    const counted =
      (count: number): Declare =>
      (stack) => {
        const shop = new Reclaimable(stack, 'shop');
        new DataResource(shop, 'three', { count }).overrideLogicalId('three');
      };
    const { lock } = synthesizeApp((app) => counted(3)(plain(app)));
    const afterThat = (declare: Declare) =>
      synthesizeApp((app) => declare(plain(app)), { lock: formatLock(lock) });
    expect(afterThat(counted(4)).codes).toEqual([]);
    const { problems } = afterThat(counted(2));
    expect(problems.map(({ code }) => code)).toEqual(['lock/lost-resource']);
    expect(problems[0]?.message).toContain('terraform_data.three[2]');
  });

  it('can not be a move while the deletion runs', () => {
    const moved: Declare = (stack) => {
      const shop = new Reclaimable(stack, 'shop');
      thing(shop, 'a').moveFromId('terraform_data.old');
    };
    expect(deleting(moved, 'shop').codes).toEqual(['reclamation/moved-while-deleting']);
    expect(synthesizeApp((app) => moved(plain(app))).codes).toEqual([]);
  });

  it('import nothing in order to delete it', () => {
    const imported: Declare = (stack) => {
      thing(new Reclaimable(stack, 'shop'), 'a').importFrom('x');
    };
    expect(deleting(imported, 'shop').terraform()).not.toHaveProperty('import');
  });
});

describe('what can not be protected', () => {
  const codesOf = (declare: Declare) => synthesizeApp((app) => declare(plain(app))).codes;

  it('has no attribute that identifies it, unless it is named', () => {
    expect(codesOf((stack) => untyped(new Reclaimable(stack, 'x'), 'a', 'aws_thing'))).toEqual([
      'reclamation/no-identity',
    ]);
    const { json, codes } = synthesizeApp((app) => {
      const bucket = untyped(plain(app), 'a', 'aws_thing');
      Reclamation.protect(bucket, { name: 'a', identity: 'arn' });
    });
    expect(codes).toEqual([]);
    expect(JSON.stringify(json('stacks/prod/cdk.tf.json'))).toContain('${aws_thing.a.arn}');
    expect(
      codesOf((stack) =>
        Reclamation.protect(untyped(stack, 'a', 'aws_thing'), { name: 'a', identity: 'a"]' }),
      ),
    ).toEqual(['reclamation/identity']);
  });

  it('is a module, inside or as such', () => {
    const module = (scope: Construct) => new TerraformHclModule(scope, 'm', { source: MODULE });
    expect(codesOf((stack) => module(new Reclaimable(stack, 'x')))).toEqual(['reclamation/module']);
    // @ts-expect-error A module is no resource.
    expect(() => codesOf((stack) => Reclamation.protect(module(stack), { name: 'm' }))).toThrow(
      'not a Terraform resource',
    );
  });

  it('is protected twice, or under a name that is taken', () => {
    const twice: Declare = (stack) => {
      const shop = new Reclaimable(stack, 'shop');
      const a = thing(shop, 'a');
      Reclamation.protect(a, { name: 'a' });
      Reclamation.protect(a, { name: 'b' });
      Reclamation.protect(thing(shop, 'c'), { name: 'a' });
    };
    expect(codesOf(twice)).toEqual(['reclamation/protected-twice', 'reclamation/name-taken']);
    expect(
      codesOf((stack) => {
        Reclamation.protect(thing(stack, 'a'), { name: 'x' });
        new Reclaimable(stack, 'x');
      }),
    ).toContain('reclamation/name-taken');
    expect(codesOf((stack) => new Reclaimable(new Reclaimable(stack, 'x'), 'y'))).toEqual([
      'reclamation/nested',
    ]);
  });

  it('is protected twice under two names', () => {
    const { problems } = deleting((stack) => {
      const database = thing(stack, 'db');
      Reclamation.protect(database, { name: 'one' });
      Reclamation.protect(database, { name: 'two' });
    });
    expect(problems.map(({ code }) => code)).toEqual(['reclamation/protected-twice']);
  });

  it('has a period of its own below something that has one', () => {
    expect(
      codesOf((stack) =>
        Reclamation.protect(thing(new Reclaimable(stack, 'x'), 'a'), { name: 'a', period: '9d' }),
      ),
    ).toEqual(['reclamation/part-with-period']);
    expect(codesOf((stack) => new Reclaimable(stack, 'x', { period: '1s' }))).toEqual([
      'settings/period-below-floor',
      'settings/period-too-short-for-plans',
    ]);
  });

  it('is in a stack that knows no requests', () => {
    expect(() =>
      synthesizeApp((app) => new Reclaimable(new TerraformStack(app, 'x'), 'y')),
    ).toThrow('is not inside a ReprieveStack');
  });

  it('is a project without a cluster', () => {
    expect(codesOf((stack) => new Project(stack, 'billing'))).toContain('project/no-cluster');
  });

  it('shares its name with a project', () => {
    const { codes } = synthesizeApp((app) => {
      const stack = new ReprieveStack(app, 'prod', { target: Target.sandbox() });
      new Project(stack, 'x');
      new Reclaimable(stack, 'y', { name: 'x' });
    });
    expect(codes).toEqual(['construct/name-taken']);
  });
});

describe('code that is gone', () => {
  const one: Declare = (stack) => {
    const shop = new Reclaimable(stack, 'shop');
    Reclamation.protect(thing(shop, 'a'), { name: 'a' });
    thing(shop, 'b');
    Reclamation.protect(thing(stack, 'db'), { name: 'orders-db' });
  };
  const afterwards = (declare: Declare, ...targets: readonly string[]) => {
    const lock = formatLock(synthesizeApp((app) => one(plain(app))).lock);
    const deletions = softDeletions(...targets);
    return synthesizeApp((app) => declare(plain(app)), { lock, deletions });
  };

  it('is a problem without a request, with both remedies', () => {
    const { problems } = afterwards(() => undefined);
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['lock/missing', 'prod/db'],
      ['lock/missing', 'prod/shop'],
    ]);
    expect(problems[0]?.remedy).toContain('Restore its code.');
    expect(problems[0]?.remedy).toContain(
      'npx reprieve reclamation request orders-db --stack prod',
    );
    expect(problems[0]?.source?.file).toBe('projects.lock.yaml');
  });

  it('is one with a request too: it has to stay until the deletion is over', () => {
    const { problems } = afterwards(() => undefined, 'orders-db', 'shop');
    expect(problems.map(({ code }) => code)).toEqual(['lock/raw-construct', 'lock/raw-construct']);
    expect(problems[0]?.remedy).toContain('Keep its code until the deletion of orders-db is over');
  });

  it('is none where it has another name, unless its deletion is requested', () => {
    const renamed: Declare = (stack) => {
      const shop = new Reclaimable(stack, 'shop', { name: 'store' });
      Reclamation.protect(thing(shop, 'a'), { name: 'b' });
      thing(shop, 'b');
      Reclamation.protect(thing(stack, 'db'), { name: 'invoices-db' });
    };
    expect(afterwards(renamed).codes).toEqual([]);
    expect(afterwards(renamed, 'orders-db').codes).toEqual(['lock/raw-construct']);
    const partRenamed: Declare = (stack) => {
      const shop = new Reclaimable(stack, 'shop');
      Reclamation.protect(thing(shop, 'a'), { name: 'c' });
      thing(shop, 'b');
      Reclamation.protect(thing(stack, 'db'), { name: 'orders-db' });
    };
    expect(afterwards(partRenamed).codes).toEqual([]);
    expect(afterwards(partRenamed, 'shop/resources/a').codes).toEqual(['deletions/unknown-target']);
  });

  it('is told apart by part', () => {
    const without: Declare = (stack) => {
      thing(new Reclaimable(stack, 'shop'), 'b');
      Reclamation.protect(thing(stack, 'db'), { name: 'orders-db' });
    };
    expect(afterwards(without).problems.map(({ code, path }) => [code, path])).toEqual([
      ['lock/lost-resource', 'prod/shop/resources/a'],
    ]);
    expect(afterwards(without, 'shop/resources/a').codes).toEqual(['lock/raw-construct']);
    expect(afterwards(one, 'shop/resources/a').codes).toEqual([]);
  });
});

it('leaves its clocks where they are when its code moves', () => {
  const at =
    (id: string): Declare =>
    (stack) => {
      const shop = new Reclaimable(stack, id, { name: 'shop' });
      thing(shop, 'a').overrideLogicalId('a');
    };
  const guardsOf = (declare: Declare) =>
    Object.keys(
      Object(
        synthesizeApp((app) => declare(plain(app))).json('stacks/prod/cdk.tf.json')['resource'],
      ).terraform_data,
    );
  expect(guardsOf(at('other'))).toEqual(guardsOf(at('shop')));
});
