import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { expected, PHASES, type Result } from './act.js';
import { ALL } from './all.js';
import { MARKS, PAGE, RESULTS, renderActs } from './results.js';

const results: readonly Result[] = JSON.parse(readFileSync(RESULTS, 'utf8'));

it('keeps the result of every act that there is', () => {
  expect(results).toEqual(PHASES.flatMap((phase) => expected(ALL, phase)));
  const told = results.map(({ act, who, on, while: phase }) => [act, who, on, phase].join(' · '));
  expect(new Set(told).size).toBe(told.length);
  expect(told.length).toBeGreaterThan(200);
});

it('has the tables of the last run in docs/everyday.md: `npm run everyday` writes them', () => {
  const [, rest = ''] = readFileSync(PAGE, 'utf8').split(`${MARKS[0]}\n\n`);
  expect(rest.split(`\n\n${MARKS[1]}`)[0]).toBe(renderActs(results));
});
