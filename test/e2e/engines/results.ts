import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/scratch.js';
import { type Combination, nameOf, namesIn } from './combination.js';

/** Where the last run of each combination is kept: `npm run test:engines` writes it. */
export const RESULTS = join(ROOT, 'test/e2e/engines/results.json');

/** The document with the table, and the marks that it stands between. */
export const DOCUMENT = join(ROOT, 'docs/where-it-runs.md');
export const MARKS = ['<!-- engines: begin -->', '<!-- engines: end -->'] as const;

/** The story's steps in their order. */
export const STEPS = [
  'create',
  'soft-delete',
  'upgrade',
  'attempts while alive',
  'attempts while soft-deleted',
  'restore',
  'rotate',
  'hard-delete',
  'kill and recover',
  'reclaim',
] as const;

export type Step = (typeof STEPS)[number];

/** How a combination went. */
export interface Result {
  readonly combination: Combination;
  /** `passed`, or why it failed; a step that was not run is missing. */
  readonly steps: Readonly<Partial<Record<Step, string>>>;
  /** What the engine warned of. */
  readonly warnings: readonly string[];
}

export const PASSED = 'passed';

/** The steps that a combination has. */
export function stepsOf({ from }: Combination): readonly Step[] {
  return STEPS.filter((step) => step !== 'upgrade' || from !== undefined);
}

/** The table of the documentation. */
export function renderEngines(results: readonly Result[]): string {
  const head = [
    'Engine',
    'Kubernetes',
    'Provider',
    'Framework',
    'Upgraded in place from',
    'Result',
  ];
  const rows = results.map(({ combination, steps }) => [
    combination.engine,
    combination.kubernetes,
    combination.provider,
    combination.framework,
    combination.from === undefined ? '' : namesIn(combination.from),
    verdict(combination, steps),
  ]);
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function verdict(combination: Combination, steps: Result['steps']): string {
  const expected = stepsOf(combination);
  const passed = expected.filter((step) => steps[step] === PASSED);
  if (passed.length === expected.length) return `all ${expected.length} steps`;
  const failed = expected.find((step) => steps[step] !== PASSED) ?? '';
  const why = Object(steps)[failed] ?? 'not run';
  return `${passed.length} of ${expected.length} steps; **${failed}**: ${cell(why)}`;
}

function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
}

/** Writes the table into the documentation. */
export function writeTable(results: readonly Result[]): void {
  const [begin, end] = MARKS;
  const [before = '', rest = ''] = readFileSync(DOCUMENT, 'utf8').split(begin);
  const [, after] = rest.split(end);
  if (after === undefined) throw new Error(`${DOCUMENT} has no ${begin} … ${end}.`);
  writeFileSync(DOCUMENT, `${before}${begin}\n${renderEngines(results)}\n${end}${after}`);
}

/** What was run now put into what was run before, in the order of the combinations. */
export function merge(
  order: readonly Combination[],
  known: readonly Result[],
  now: readonly Result[],
): readonly Result[] {
  const find = (results: readonly Result[], name: string) =>
    results.find(({ combination }) => nameOf(combination) === name);
  return order.flatMap((combination) => {
    const name = nameOf(combination);
    const found = find(now, name) ?? find(known, name);
    return found === undefined ? [] : { ...found, combination };
  });
}
