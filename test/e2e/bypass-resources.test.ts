import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ROOT } from '../support/built.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const STACK = 'plain';
const DB = 'terraform_data.db';
const REFUSED = /nstance cannot be destroyed/;

/** A stack without projects: a resource alone, and two that go together. */
const DECLARATION = `
  const db = new DataResource(stack, 'db', { input: { name: 'orders' } });
  Reclamation.protect(db, { name: 'orders-db' });
  const shop = new Reclaimable(stack, 'shop');
  const a = new DataResource(shop, 'a', { input: { name: 'a' } });
  new DataResource(shop, 'b', { input: { a: a.id } });
`;

/** Each attempt that a project has to withstand, on resources that belong to none. */
describe('attempts to end resources of any provider early', () => {
  const it = story();
  let scratch: Scratch;
  let ids: Readonly<Record<string, unknown>>;

  const declare = (body: string) =>
    scratch.write(
      scratch.main,
      [
        "import { DataResource, TerraformOutput } from 'cdktf';",
        `import { Reclaimable, Reclamation, ReprieveStack, synthesize } from '${ROOT}/dist/index.js';`,
        'await synthesize((app) => {',
        `  const stack = new ReprieveStack(app, '${STACK}');`,
        body,
        '});',
      ].join('\n'),
    );
  const planned = (...args: readonly string[]) => scratch.plan(STACK, ...args);
  /** The codes of what the review of a plan says, or its verdict. */
  const reviewed = (...args: readonly string[]) => {
    const made = planned('-out=plan', ...args);
    expect(made.code, made.output).toBe(0);
    const shown = scratch.terraform(STACK, 'show', '-json', 'plan').stdout;
    scratch.write('plan.json', shown);
    const { stdout, output } = scratch.reprieve(
      ...['review', 'plan.json', '--stack', STACK, '--format', 'json'],
    );
    expect(stdout, output).not.toBe('');
    const { verdict, why } = JSON.parse(stdout);
    return verdict === 'pass' ? [verdict] : why.map(({ code }: { code: string }) => code);
  };
  const still = () => expect(scratch.ids(STACK)).toMatchObject(ids);

  beforeAll(() => {
    scratch = new Scratch();
    scratch.write('reprieve.yaml', LONG_PERIOD);
    declare(DECLARATION);
    expect(scratch.settle(STACK).code).toBe(0);
    const all = scratch.ids(STACK);
    const own = Object.keys(all).filter((each) => !/reclamation|rules/.test(each));
    ids = Object.fromEntries(own.map((each) => [each, all[each]]));
    expect(own).toHaveLength(3);
  });
  afterAll(() => scratch.remove());

  it('refuses destroy, -target, -replace and taint while they live', () => {
    for (const args of [['-destroy'], ['-destroy', `-target=${DB}`], [`-replace=${DB}`]]) {
      expect(planned(...args).output).toMatch(REFUSED);
    }
    scratch.terraform(STACK, 'taint', DB);
    expect(planned().output).toMatch(REFUSED);
    scratch.terraform(STACK, 'untaint', DB);
    expect(planned().output).toContain('No changes');
  });

  it('refuses code without them, in CI too', () => {
    declare('');
    for (const env of [{}, { CI: 'true' }]) {
      const { code, output } = scratch.synth(env);
      expect(code).toBe(1);
      expect(output).toContain('`orders-db` is no longer declared, and nobody asked');
      expect(output).toContain('`shop` is no longer declared');
    }
    declare(DECLARATION);
  });

  it('is blocked by the review where the lock’s entry goes with the code', () => {
    const lock = scratch.read('projects.lock.yaml');
    declare(DECLARATION.replace(/^.*db.*$/gm, ''));
    scratch.write('projects.lock.yaml', lock.replace(/ {6}orders-db:[\s\S]*?(?= {6}shop)/, ''));
    expect(scratch.synth().code).toBe(0);
    expect(reviewed()).toEqual(expect.arrayContaining(['guard-removed']));
    scratch.write('projects.lock.yaml', lock);
    declare(DECLARATION);
    expect(scratch.synth().code).toBe(0);
  });

  it('is blocked by the review where only the protection goes', () => {
    const lock = scratch.read('projects.lock.yaml');
    declare(DECLARATION.replace(/^.*Reclamation\.protect.*$/gm, ''));
    expect(scratch.synth().output).toContain('`orders-db` is no longer declared');
    scratch.write('projects.lock.yaml', lock.replace(/ {6}orders-db:[\s\S]*?(?= {6}shop)/, ''));
    expect(scratch.synth().code).toBe(0);
    expect(reviewed()[0]).not.toBe('pass');
    scratch.write('projects.lock.yaml', lock);
    declare(DECLARATION);
    expect(scratch.synth().code).toBe(0);
  });

  it('refuses a move out of the protection, and to another type', () => {
    declare(
      DECLARATION.replace(
        "new DataResource(shop, 'b', { input: { a: a.id } });",
        "new DataResource(stack, 'b', { input: {} }).moveFromId('terraform_data.shop_b_91CD5B79');",
      ),
    );
    expect(scratch.synth().output).toContain('`shop` also has `terraform_data.shop_b');
    declare(
      DECLARATION.replace(
        "new DataResource(stack, 'db', { input: { name: 'orders' } })",
        "new DataResource(stack, 'other', {})",
      ),
    );
    const { code, output } = scratch.synth();
    expect(code).toBe(1);
    expect(output).toContain(`\`orders-db\` also has \`${DB}\``);
    declare(DECLARATION);
    expect(scratch.synth().code).toBe(0);
  });

  it('is noticed after `state rm`: the next plan would make a second one', () => {
    const file = `terraform.${STACK}.tfstate`;
    const state = scratch.read(file);
    scratch.terraform(STACK, 'state', 'rm', DB);
    expect(scratch.reprieve('list').output).toContain('the state lacks terraform_data.db');
    scratch.write(file, state);
    expect(planned().output).toContain('No changes');
  });

  it('refuses a request while something that stays refers to them', () => {
    declare(`${DECLARATION} new DataResource(stack, 'web', { input: { db: db.id } });`);
    scratch.requestDeletions({ target: 'orders-db' });
    const { code, output } = scratch.synth();
    expect(code).toBe(1);
    expect(output).toContain('`terraform_data.web` stays, and refers to `terraform_data.db`');
    expect(output).toMatch(/at plain\/web · main\.js:\d+:\d+/);
    declare(DECLARATION);
  });

  it('refuses -replace, taint and destroy while they are soft-deleted', () => {
    scratch.requestDeletions({ target: 'orders-db' }, { target: 'shop' });
    expect(scratch.synth().code).toBe(0);
    expect(reviewed()).toEqual(['pass']);
    expect(scratch.settle(STACK)).toMatchObject({ code: 0, destroyed: 0 });
    still();
    expect(planned(`-replace=${DB}[0]`).flat).toContain('kept-while-soft-deleted');
    scratch.terraform(STACK, 'taint', `${DB}[0]`);
    expect(planned().flat).toContain('kept-while-soft-deleted');
    scratch.terraform(STACK, 'untaint', `${DB}[0]`);
    for (const args of [
      ['-destroy'],
      ['-destroy', `-target=${DB}`],
      ['-destroy', `-target=${DB}[0]`],
    ]) {
      expect(planned(...args).output).toMatch(REFUSED);
    }
    expect(planned().output).toContain('No changes');
  });

  it('is blocked by the review where the clock is taken away from before its time', () => {
    const file = `cdktf.out/stacks/${STACK}/cdk.tf.json`;
    const text = scratch.read(file);
    scratch.write(file, text.replaceAll(/"count": "\$\{\(timecmp[^"]*"/g, '"count": 0'));
    expect(reviewed()).toEqual(expect.arrayContaining(['before-deadline']));
    scratch.write(file, text);
    still();
  });

  it('keeps their names, and takes no code away, until they are over and closed', () => {
    declare('');
    expect(scratch.synth().output).toContain(
      'Keep its code until the deletion of orders-db is over',
    );
    declare(DECLARATION);
    const early = scratch.reprieve('reclamation', 'close', 'orders-db');
    expect(early.output).toContain('`orders-db` is still there');
    scratch.turnBackClocks(2, STACK);
    expect(scratch.settle(STACK)).toMatchObject({ code: 0, destroyed: 3 });
    expect(Object.keys(scratch.ids(STACK)).filter((each) => each in ids)).toEqual([]);
  });
});
