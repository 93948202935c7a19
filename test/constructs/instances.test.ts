import { DataResource, TerraformCount, TerraformIterator, TerraformOutput, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import { Reclaimable, Reclamation, type ReprieveApp, ReprieveStack } from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';

type Declare = (stack: ReprieveStack) => unknown;

const plain = (app: ReprieveApp) => new ReprieveStack(app, 'prod');

function synthesized(declare: Declare, targets: readonly string[] = [], lock?: string) {
  const texts = { deletions: softDeletions(...targets), ...(lock === undefined ? {} : { lock }) };
  const result = synthesizeApp((app) => declare(plain(app)), texts);
  return { ...result, terraform: () => Object(result.json('stacks/prod/cdk.tf.json')) };
}

/** Buckets by key, each with a name of its own. */
const buckets = (
  scope: Construct,
  forEach: unknown = { eu: 1, us: 2 },
  instances: readonly (string | number)[] | Readonly<Record<string, string>> = ['eu'],
) => {
  const resource = new DataResource(scope, 'buckets', {});
  resource.overrideLogicalId('buckets');
  resource.addOverride('for_each', forEach);
  Reclamation.protect(resource, { name: 'buckets', instances });
  return resource;
};

const counted = (
  scope: Construct,
  count: number | TerraformCount,
  instances: readonly number[],
) => {
  const resource = new DataResource(scope, 'disks', { count });
  resource.overrideLogicalId('disks');
  Reclamation.protect(resource, { name: 'disks', instances });
};

const inputOf = (terraform: unknown, kind: string) =>
  Object.values(Object(terraform).resource.terraform_data)
    .map((each) => Object(each).input)
    .find((input) => input?.kind === kind);

describe('an instance as a target of its own', () => {
  it('is listed by the guard, by its address', () => {
    const { codes, terraform } = synthesized((stack) => buckets(stack));
    expect(codes).toEqual([]);
    expect(inputOf(terraform(), 'Guard')).toMatchObject({
      members: [
        { address: 'terraform_data.buckets', target: 'buckets' },
        { address: 'terraform_data.buckets["eu"]', target: 'buckets/resources/eu' },
      ],
      clocks: { 'buckets/resources/eu': expect.stringMatching(/^terraform_data\./) },
    });
    expect(terraform().resource.terraform_data.buckets).toMatchObject({
      for_each: { eu: 1, us: 2 },
      lifecycle: { prevent_destroy: true },
    });
  });

  it('leaves for_each alone, and the others stay', () => {
    const { codes, terraform } = synthesized((stack) => buckets(stack), ['buckets/resources/eu']);
    expect(codes).toEqual([]);
    const { for_each: each, lifecycle } = terraform().resource.terraform_data.buckets;
    expect(each).toMatch(
      /^\$\{\{for k, v in \{"eu":1,"us":2\} : k => v if !\(k == "eu" && \(\(timecmp\(.*\)\)\}\}$/,
    );
    expect(lifecycle).toBeUndefined();
  });

  it('goes with the whole, too', () => {
    const { terraform } = synthesized(
      (stack) => buckets(stack),
      ['buckets', 'buckets/resources/eu'],
    );
    expect(terraform().resource.terraform_data.buckets.for_each).toMatch(
      /if !\(\(timecmp.*\) && !\(k == "eu" && /,
    );
  });

  it('is the last one, where there is a count', () => {
    const declare: Declare = (stack) => counted(stack, 3, [0, 2]);
    const { codes, terraform } = synthesized(declare, ['disks/resources/2']);
    expect(codes).toEqual([]);
    expect(terraform().resource.terraform_data.disks.count).toMatch(/^\$\{\(timecmp.* \? 2 : 3\}$/);
    const { problems } = synthesized(declare, ['disks/resources/0']);
    expect(problems.map(({ code }) => code)).toEqual(['reclamation/not-the-last']);
    expect(problems[0]?.message).toContain('index 2 would be deleted instead');
    const unknown = TerraformCount.of(Token.asNumber('${var.n}'));
    expect(
      synthesized((stack) => counted(stack, unknown, [2]), ['disks/resources/2']).codes,
    ).toEqual(['reclamation/not-the-last']);
  });

  it('may have a key that is no name', () => {
    const declare: Declare = (stack) => buckets(stack, { 'eu/west 1': 1 }, { west: 'eu/west 1' });
    const { codes, terraform } = synthesized(declare, ['buckets/resources/west']);
    expect(codes).toEqual([]);
    expect(terraform().resource.terraform_data.buckets.for_each).toContain('k == "eu/west 1"');
    expect(synthesized((stack) => buckets(stack, { 'a/b': 1 }, ['a/b'])).codes).toEqual([
      'resource/name',
    ]);
  });

  it.each<[string, Declare]>([
    ['reclamation/unknown-instance', (stack) => buckets(stack, { us: 1 })],
    ['reclamation/unknown-instance', (stack) => counted(stack, 2, [2])],
    ['reclamation/instance-key', (stack) => buckets(stack, { us: 1 }, [1])],
    ['reclamation/instance-key', (stack) => buckets(stack, { us: 1 }, ['a"b'])],
    // An engine writes these as escapes: no plan would have the address.
    ['reclamation/instance-key', (stack) => buckets(stack, { us: 1 }, { a: 'a\u00a0b' })],
    ['reclamation/instance-key', (stack) => buckets(stack, { us: 1 }, { a: 'a\u200db' })],
    ['reclamation/protected-twice', (stack) => buckets(stack, { eu: 1 }, ['eu', 'eu'])],
    [
      'reclamation/no-instances',
      (stack) =>
        Reclamation.protect(new DataResource(stack, 'a', {}), { name: 'a', instances: ['eu'] }),
    ],
    ['reclamation/instances-inside', (stack) => buckets(new Reclaimable(stack, 'shop'), { eu: 1 })],
  ])('is refused: %s', (code, declare) => {
    expect(synthesized(declare).codes).toEqual([code]);
  });
});

describe('what refers to an instance that is being deleted', () => {
  const referring =
    (expression: string): Declare =>
    (stack) => {
      buckets(stack);
      new DataResource(stack, 'web', { input: Object({ at: expression }) });
    };
  const codesOf = (expression: string) =>
    synthesized(referring(expression), ['buckets/resources/eu']).codes;

  it.each([
    '${terraform_data.buckets["eu"].id}',
    '${terraform_data.buckets.eu.id}',
    '${[for k in ["eu"] : terraform_data.buckets[k].id]}',
    'x-${terraform_data.buckets["e${"u"}"].id}',
  ])('is a problem: %s', (expression) => {
    expect(codesOf(expression)).toEqual(['reclamation/referrer']);
  });

  it.each([
    '${terraform_data.buckets["us"].id}',
    '${values(terraform_data.buckets)[*].id}',
    '${[for each in terraform_data.buckets : each.id]}',
    '${terraform_data.buckets[*]}',
  ])('is none: %s', (expression) => {
    expect(codesOf(expression)).toEqual([]);
  });

  it('may be an output, which is null afterwards', () => {
    const { codes, terraform } = synthesized(
      (stack) => {
        buckets(stack);
        new TerraformOutput(stack, 'eu', { value: '${terraform_data.buckets["eu"].id}' });
      },
      ['buckets/resources/eu'],
    );
    expect(codes).toEqual([]);
    const { value, description } = terraform().output.eu;
    expect(value).toMatch(/\? null : \(terraform_data\.buckets\["eu"\]\.id\)\}$/);
    expect(description).toContain('buckets/resources/eu');
  });
});

describe('an instance that leaves the code', () => {
  const lockOf = (declare: Declare) => formatLock(synthesized(declare).lock);
  const lost = (before: Declare, after: Declare, ...targets: readonly string[]) =>
    synthesized(after, targets, lockOf(before)).problems;

  it.each<[string, Declare, Declare]>([
    [
      'of a map',
      (stack) => buckets(stack, { eu: 1, us: 2 }, []),
      (stack) => buckets(stack, { us: 2 }, []),
    ],
    [
      'of a set',
      (stack) => buckets(stack, ['eu', 'us'], []),
      (stack) => buckets(stack, ['us'], []),
    ],
    [
      'of an iterator',
      (stack) => iterated(stack, ['eu', 'us']),
      (stack) => iterated(stack, ['us']),
    ],
  ])('is a problem: %s', (_, before, after) => {
    const [problem, ...more] = lost(before, after);
    expect(more).toEqual([]);
    expect(problem?.code).toBe('lock/lost-resource');
    expect(problem?.message).toMatch(/`terraform_data\.\w+\["eu"\]`/);
    expect(problem?.remedy).toContain('instances');
  });

  it('is one while its deletion runs, and none once that is closed', () => {
    const before: Declare = (stack) => buckets(stack);
    const after: Declare = (stack) => buckets(stack, { us: 2 }, []);
    const [problem] = lost(before, after, 'buckets/resources/eu');
    expect(problem?.remedy).toContain('Keep its code until the deletion of buckets/resources/eu');
  });

  it('moves with its resource', () => {
    const before: Declare = (stack) => buckets(stack, { eu: 1 }, []);
    const after: Declare = (stack) => {
      const resource = new DataResource(stack, 'other', {});
      resource.overrideLogicalId('other');
      resource.addOverride('for_each', { eu: 1 });
      resource.moveFromId('terraform_data.buckets');
      Reclamation.protect(resource, { name: 'buckets' });
    };
    expect(lost(before, after)).toEqual([]);
  });
});

function iterated(stack: ReprieveStack, keys: string[]): void {
  const each = new DataResource(stack, 'each', { forEach: TerraformIterator.fromList(keys) });
  each.overrideLogicalId('each');
  Reclamation.protect(each, { name: 'each' });
}
