import { join } from 'node:path';
import { ROOT } from '../../support/scratch.js';
import { LAYERS, type Result } from './row.js';

/** Where the last run of all attempts is kept: `npm run matrix` writes it. */
export const RESULTS = join(ROOT, 'test/fixtures/bypass-matrix.json');

/** Between these, the README has the table. */
export const MARKS = ['<!-- matrix: begin -->', '<!-- matrix: end -->'] as const;

/** The table of the README: one line an attempt, project and item together where both were tried. */
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
      [...scopes].sort().reverse().join(', '),
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
