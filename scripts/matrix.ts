import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  MARKS,
  RESOURCE_RESULTS,
  RESULTS,
  renderMatrix,
  resultsIn,
} from '../test/e2e/bypass/results.js';
import { ROOT } from '../test/support/scratch.js';

/** Writes the table of the last run of all attempts into the README. */
const file = join(ROOT, 'README.md');
const [begin, end] = MARKS;
const [before = '', rest = ''] = readFileSync(file, 'utf8').split(begin);
const [, after] = rest.split(end);
if (after === undefined) throw new Error(`README.md has no ${begin} … ${end}.`);
const table = renderMatrix([...resultsIn(RESULTS), ...resultsIn(RESOURCE_RESULTS)]);
writeFileSync(file, `${before}${begin}\n${table}\n${end}${after}`);
