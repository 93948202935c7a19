import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../support/scratch.js';
import { DELETED, OPEN } from './deleted.js';
import { LIVE } from './live.js';
import { DELETED_RESOURCES, LIVE_RESOURCES } from './resources.js';
import { MARKS, RESOURCE_RESULTS, RESULTS, renderMatrix, resultsIn } from './results.js';
import type { Result } from './row.js';

const results = [...resultsIn(RESULTS), ...resultsIn(RESOURCE_RESULTS)];

it('keeps the results of every attempt that there is', () => {
  const told = (rows: readonly Pick<Result, 'attempt' | 'of' | 'by' | 'answer'>[]) =>
    rows.map(({ attempt, of, by, answer }) => [attempt, of, by, answer].join(' · ')).sort();
  expect(told(results)).toEqual(
    told([...LIVE, ...DELETED, ...OPEN, ...LIVE_RESOURCES, ...DELETED_RESOURCES]),
  );
});

it('has the table of the last run in the README: `npm run matrix` writes it', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, table = ''] =
    /<!-- matrix: begin -->\n([\s\S]*?)\n<!-- matrix: end -->/.exec(readme) ?? [];
  expect(table).toBe(renderMatrix(results));
  expect(MARKS.every((mark) => readme.split(mark).length === 2)).toBe(true);
});
