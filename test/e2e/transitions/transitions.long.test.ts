import { describe, expect, it } from 'vitest';
import { UPDATES } from '../../../lib/cluster/table/rows.js';
import { controlPlaneMissing, KUBERNETES } from '../../support/engines.js';
import { Projects } from './run.js';

/** The oldest and the newest that are supported, beside the one that all tests run on. */
const VERSIONS = [
  [KUBERNETES, undefined, 2000],
  ['1.30.14', '1.30.14', 500],
  ['1.37.2', '1.37.2', 500],
] as const;

describe.each(VERSIONS)('requests drawn at random on Kubernetes %s', (_name, version, count) => {
  it.skipIf(controlPlaneMissing(version) !== undefined)(
    'pass exactly where the table has a row for them',
    { timeout: 900_000 },
    async () => {
      const projects = await Projects.start(2026, version);
      try {
        const { differences, rows, allowed, refused } = await projects.draw(count);
        expect(differences, differences.join('\n')).toEqual([]);
        expect(Math.min(allowed, refused)).toBeGreaterThan(count / 5);
        if (version !== undefined) return;
        for (const { name } of UPDATES) expect([...rows.keys()]).toContain(`UPDATE ${name}`);
      } finally {
        projects.stop();
      }
    },
  );
});
