import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlainStack } from '../support/plain-stack.js';
import { DB, PLAIN_DECLARATION, PLAIN_TARGETS } from './bypass/plain.js';
import { DELETED_RESOURCES, LIVE_RESOURCES, type ResourceRow } from './bypass/resources.js';
import { keepResults, RESOURCE_RESULTS } from './bypass/results.js';
import type { Result } from './bypass/row.js';

const PHASES = [
  ['alive', LIVE_RESOURCES],
  ['soft-deleted', DELETED_RESOURCES],
] as const;

/** Each attempt that a project has to withstand, on resources that belong to none. */
describe('attempts to end resources of any provider early', () => {
  let stack: PlainStack;
  const results: Result[] = [];
  const ids = () =>
    Object.fromEntries(
      Object.entries(stack.ids()).map(([address, id]) => [address.replace('[0]', ''), id]),
    );
  const settled = () => stack.scratch.settle(PlainStack.id);

  beforeAll(() => {
    stack = new PlainStack();
    stack.declare(PLAIN_DECLARATION);
    const { code, output } = settled();
    expect(code, output).toBe(0);
  });
  afterAll(() => {
    stack.scratch.remove();
    if (process.env['REPRIEVE_MATRIX'] === 'write') keepResults(RESOURCE_RESULTS, results, PHASES);
  });

  describe.each(PHASES)('while they are %s', (phase, rows) => {
    let before: Readonly<Record<string, unknown>>;
    let lock: string;

    beforeAll(() => {
      if (phase === 'soft-deleted') {
        stack.scratch.requestDeletions(...PLAIN_TARGETS.map((target) => ({ target })));
        stack.synthesized(PLAIN_DECLARATION);
        expect(stack.reviewed()).toEqual(['pass']);
        expect(settled()).toMatchObject({ code: 0, destroyed: 0 });
      }
      before = ids();
      expect(Object.keys(before)).toHaveLength(8);
      lock = stack.scratch.read('projects.lock.yaml');
    });

    it.each(rows.map((row) => [`${row.attempt} (${row.of})`, row] as const))(
      '%s',
      (_, row: ResourceRow) => {
        const answer = row.run(stack);
        stack.scratch.write('projects.lock.yaml', lock);
        if (phase === 'alive') stack.scratch.requestDeletions();
        stack.synthesized(PLAIN_DECLARATION);
        expect(ids()).toEqual(before);
        expect(answer).toMatch(row.says);
        if (row.answer === 'gate') expect(answer).toMatch(/^blocked/);
        const { attempt, of, by, answer: layer, says } = row;
        const said = says.exec(answer)?.[0] ?? '';
        results.push({ attempt, of, by, answer: layer, while: phase, said });
      },
    );
  });

  it('is noticed after `state rm`: the next plan would make a second one', () => {
    const file = `terraform.${PlainStack.id}.tfstate`;
    const state = stack.scratch.read(file);
    stack.scratch.terraform(PlainStack.id, 'state', 'rm', `${DB}[0]`);
    expect(stack.scratch.reprieve('list').output).toMatch(/orders-db .*hard deleted/);
    expect(stack.planned().flat).toContain('kept-while-soft-deleted');
    stack.scratch.write(file, state);
    expect(stack.planned().output).toContain('No changes');
  });

  it('keeps their names, and takes no code away, until they are over', () => {
    const early = stack.scratch.reprieve('reclamation', 'close', 'orders-db');
    expect(early.output).toContain('`orders-db` is still there');
    stack.scratch.turnBackClocks(2, PlainStack.id);
    expect(settled()).toMatchObject({ code: 0, destroyed: 5 });
    expect(Object.keys(ids()).sort()).toEqual([
      'terraform_data.buckets["us"]',
      'terraform_data.disks',
      'terraform_data.disks[1]',
    ]);
  });
});
