import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { controlPlaneMissing, providerMissing } from '../../support/engines.js';
import { DELETED, OPEN } from './deleted.js';
import { LIVE } from './live.js';
import { keepResults, RESULTS } from './results.js';
import type { Result, Row } from './row.js';
import { type Belongings, World } from './world.js';

const missing = controlPlaneMissing() ?? providerMissing();
const PHASES = [
  ['alive', LIVE],
  ['soft-deleted', [...DELETED, ...OPEN]],
] as const;

describe.skipIf(missing !== undefined)('attempts to lose data early', () => {
  let world: World;
  const results: Result[] = [];

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => {
    world?.stop();
    if (process.env['REPRIEVE_MATRIX'] === 'write') keepResults(RESULTS, results, PHASES);
  });

  describe.each(PHASES)('while the project is %s', (phase, rows) => {
    let before: Belongings;
    let lost: string | undefined;

    beforeAll(async () => {
      if (phase === 'soft-deleted') {
        world.stack.requestDeletions({ target: 'billing' });
        world.stack.must(world.stack.settle());
      }
      before = await world.belongings();
      expect(Object.keys(before).length).toBeGreaterThan(15);
    });

    it.each(rows.map((row) => [`${row.attempt} (${row.of}, ${row.by})`, row] as const))(
      '%s',
      async (name, row: Row) => {
        if (lost !== undefined) expect.fail(`not tried: '${lost}' lost what it is tried on`);
        const answer = await row.run(world);
        const said = row.says.exec(answer)?.[0];
        lost = name;
        expect(await world.belongings(), answer).toEqual(before);
        lost = undefined;
        expect(answer).toMatch(row.says);
        if (row.answer === 'cluster') expect(answer).toMatch(/denied request|already exists/);
        if (row.answer === 'gate') expect(answer).toMatch(/^blocked/);
        const { attempt, of, by, answer: layer } = row;
        results.push({ attempt, of, by, answer: layer, while: phase, said: said ?? '' });
      },
    );
  });
});
