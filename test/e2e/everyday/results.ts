import { join } from 'node:path';
import { ROOT } from '../../support/scratch.js';
import type { Phase, Result } from './act.js';

/** Where the last run of all acts is kept: `npm run everyday` writes it, and the table. */
export const RESULTS = join(ROOT, 'test/fixtures/everyday.json');
export const PAGE = join(ROOT, 'docs/everyday.md');

/** Between these, the page has the tables. */
export const MARKS = ['<!-- acts: begin -->', '<!-- acts: end -->'] as const;

/** One table a topic, one line an act. */
export function renderActs(results: readonly Result[]): string {
  const topics = [...new Set(results.map(({ topic }) => topic))];
  return topics
    .map((topic) =>
      [`### ${topic}`, table(results.filter((it) => it.topic === topic))].join('\n\n'),
    )
    .join('\n\n');
}

function table(results: readonly Result[]): string {
  const lines = new Map<string, Partial<Record<Phase, Result>>>();
  for (const each of results) {
    const key = [each.act, each.who, each.on].join(' | ');
    lines.set(key, { ...lines.get(key), [each.while]: each });
  }
  const rows = [...lines].map(
    ([key, told]) => `${key} | ${answer(told.live)} | ${answer(told['soft-deleted'])}`,
  );
  const head = ['Act', 'by', 'on', 'while live', 'while soft-deleted'];
  return [head.join(' | '), head.map(() => '---').join(' | '), ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}

function answer(told: Result | undefined): string {
  if (told === undefined) return '';
  return told.answer === 'allowed' ? 'yes' : `**no**: ${told.instead}`;
}
