import { afterAll, beforeAll, describe, expect } from 'vitest';
import { PlainStack, REFUSED } from '../support/plain-stack.js';
import { story } from '../support/story.js';

const declaration = (regions: string, disks = 3, protectedDisks = '[2]') => `
  const buckets = new DataResource(stack, 'buckets', {});
  buckets.addOverride('for_each', ${regions});
  buckets.addOverride('input', '\${each.key}');
  Reclamation.protect(buckets, { name: 'buckets', instances: ['eu'] });
  const disks = new DataResource(stack, 'disks', { count: ${disks} });
  Reclamation.protect(disks, { name: 'disks', instances: ${protectedDisks} });
`;
const EU = 'terraform_data.buckets["eu"]';
const US = 'terraform_data.buckets["us"]';
const DISK = 'terraform_data.disks[2]';
/** The keys come from an expression, which synthesis can't read. */
const asExpression = (keys: string) => `'\${toset(${keys})}'`;
const BOTH = declaration(asExpression('["eu", "us"]'));

describe('one instance of several', () => {
  const it = story();
  let stack: PlainStack;
  let ids: Readonly<Record<string, unknown>>;
  const settled = () => stack.scratch.settle(PlainStack.id);
  const request = (...targets: readonly string[]) =>
    stack.scratch.requestDeletions(...targets.map((target) => ({ target })));

  beforeAll(() => {
    stack = new PlainStack();
    stack.declare(BOTH);
    const { code, output } = settled();
    expect(code, output).toBe(0);
    ids = stack.ids();
    expect(Object.keys(ids)).toHaveLength(5);
  });
  afterAll(() => stack.scratch.remove());

  it('can not leave the code while it lives', () => {
    stack.synthesized(declaration(asExpression('["us"]')));
    expect(stack.planned().output).toMatch(REFUSED);
    stack.declare(declaration(asExpression('["eu", "us"]'), 2, '[]'));
    expect(stack.scratch.synth().output).toContain(`\`${DISK}\``);
    stack.declare(BOTH);
  });

  it('is soft-deleted alone', () => {
    request('buckets/resources/eu', 'disks/resources/2');
    stack.synthesized();
    expect(stack.reviewed()).toEqual(['pass']);
    expect(settled()).toMatchObject({ code: 0, destroyed: 0 });
    expect(stack.ids()).toEqual(ids);
    const { stdout } = stack.scratch.reprieve('list', '--output', 'json');
    const shown = Object.fromEntries(
      JSON.parse(stdout).map((each: { target: string; status: string }) => [
        each.target,
        each.status,
      ]),
    );
    expect(shown).toMatchObject({
      buckets: 'active',
      'buckets/resources/eu': 'soft deleted',
      disks: 'active',
      'disks/resources/2': 'soft deleted',
    });
  });

  it('is not ended, nor any other, before its time', () => {
    for (const address of [EU, US, DISK, 'terraform_data.disks[0]']) {
      expect(stack.planned(`-replace=${address}`).flat).toContain('kept-while-soft-deleted');
      expect(stack.planned('-destroy', `-target=${address}`).output).toMatch(REFUSED);
    }
    expect(stack.planned('-destroy').output).toMatch(REFUSED);
    for (const left of ['["eu"]', '["us"]']) {
      stack.synthesized(declaration(asExpression(left)));
      expect(stack.planned().flat).toContain('kept-while-soft-deleted');
      expect(stack.reviewed('-target', 'terraform_data.buckets')).toContain(
        left === '["eu"]' ? 'not-requested' : 'before-deadline',
      );
    }
  });

  it('lets others join', () => {
    stack.synthesized(declaration(asExpression('["eu", "us", "ap"]')));
    expect(stack.reviewed()).toEqual(['pass']);
    stack.synthesized(BOTH);
    expect(stack.planned().output).toContain('No changes');
  });

  it('is restored', () => {
    request();
    stack.synthesized();
    expect(stack.reviewed()).toEqual(['pass']);
    expect(settled()).toMatchObject({ code: 0, destroyed: 2 });
    expect(stack.ids()).toEqual(ids);
    expect(stack.planned('-destroy', `-target=${EU}`).output).toMatch(REFUSED);
  });

  it('is reclaimed, and the others stay', () => {
    request('buckets/resources/eu', 'disks/resources/2');
    expect(settled()).toMatchObject({ code: 0 });
    stack.scratch.turnBackClocks(2, PlainStack.id);
    stack.synthesized();
    expect(stack.reviewed()).toEqual(['pass']);
    expect(settled()).toMatchObject({ code: 0, destroyed: 2 });
    const { [EU]: _eu, [DISK]: _disk, ...others } = ids;
    expect(stack.ids()).toEqual(others);
    expect(stack.planned().output).toContain('No changes');
  });

  it('leaves the code, and its deletion is closed', () => {
    const close = (target: string) => stack.scratch.reprieve('reclamation', 'close', target);
    expect(close('buckets/resources/eu').output).toContain('Take it out of the code');
    stack.declare(declaration(asExpression('["us"]'), 2, '[]').replace(", instances: ['eu']", ''));
    for (const target of ['buckets/resources/eu', 'disks/resources/2']) {
      const { code, output } = close(target);
      expect(code, output).toBe(0);
    }
    stack.synthesized();
    expect(stack.reviewed()).toEqual(['pass']);
    expect(settled()).toMatchObject({ code: 0 });
    const { [EU]: _eu, [DISK]: _disk, ...others } = ids;
    expect(stack.ids()).toEqual(others);
  });
});
