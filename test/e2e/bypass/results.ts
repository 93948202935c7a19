import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/scratch.js';
import { LAYERS, type Result } from './row.js';

/** Where the last run of all attempts is kept: `npm run matrix` writes it. */
export const RESULTS = join(ROOT, 'test/fixtures/bypass-matrix.json');

/** The same for resources without a project, which need no cluster. */
export const RESOURCE_RESULTS = join(ROOT, 'test/fixtures/bypass-resources.json');

/** What each attempt came to in the last run of all. */
export function resultsIn(file: string): readonly Result[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

type Tried = Omit<Result, 'said' | 'while'>;

/** Puts what was tried now into what was tried before, in the order of the rows. */
export function keepResults(
  file: string,
  results: readonly Result[],
  phases: readonly (readonly [phase: string, rows: readonly Tried[]])[],
): void {
  const known = resultsIn(file);
  const kept = phases.flatMap(([phase, rows]) =>
    rows.flatMap((row) => {
      const isSame = (each: Result) => keyOf({ ...row, while: phase }) === keyOf(each);
      return results.find(isSame) ?? known.find(isSame) ?? [];
    }),
  );
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`);
}

function keyOf({ attempt, of, by, answer, while: phase }: Omit<Result, 'said'>): string {
  return [attempt, of, by, answer, phase].join('\n');
}

/** In which order a line names what it was tried on. */
const SCOPES: readonly Result['of'][] = ['project', 'item', 'resource', 'instance'];

/** Between these, the README has the table. */
export const MARKS = ['<!-- matrix: begin -->', '<!-- matrix: end -->'] as const;

/** The table of the README: one line an attempt, all that it was tried on together. */
export function renderMatrix(results: readonly Result[]): string {
  const lines = new Map<string, { scopes: Set<string>; people: Set<string>; each: Result }>();
  for (const each of results) {
    const key = [each.attempt, each.while, each.answer].join('\n');
    const line = lines.get(key) ?? { scopes: new Set(), people: new Set(), each };
    line.scopes.add(each.of);
    line.people.add(each.by);
    lines.set(key, line);
  }
  const rows = [...lines.values()].map(({ scopes, people, each }) =>
    [
      each.attempt,
      SCOPES.filter((each) => scopes.has(each)).join(', '),
      each.while,
      [...people].join(', '),
      LAYERS[each.answer],
    ].join(' | '),
  );
  const head = ['Attempt', 'on', 'while', 'by', 'answered by'];
  return [head.join(' | '), head.map(() => '---').join(' | '), ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}
