import { describe, expect, it } from 'vitest';
import { controlPlaneMissing } from '../../support/engines.js';
import { Projects } from './run.js';

describe.skipIf(controlPlaneMissing() !== undefined)('requests that are drawn at random', () => {
  it('pass exactly where the table has a row for them', { timeout: 240_000 }, async () => {
    const projects = await Projects.start(Number(process.env['REPRIEVE_SEED'] ?? 7));
    try {
      const { differences, ...tally } = await projects.draw(
        Number(process.env['REPRIEVE_DRAWS'] ?? 120),
      );
      expect(differences, differences.join('\n')).toEqual([]);
      expect(tally.allowed).toBeGreaterThan(25);
      expect(tally.refused).toBeGreaterThan(25);
      expect(tally.rows.size).toBeGreaterThan(8);
    } finally {
      projects.stop();
    }
  });
});
