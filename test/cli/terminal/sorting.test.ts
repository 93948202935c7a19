import { Readable, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { type SortKey, sortEntries } from '../../../lib/cli/terminal/sorting.js';
import type { Entry, Status } from '../../../lib/state/inventory.js';

/** A project that was made on that day of a month, if a cluster says so. */
function resident(project: string, status: Status, day?: number, stack = 'demo'): Entry {
  const none = { remaining: [], gone: [], isProject: true, differences: [] };
  const known = { project, target: project, stack, status, ...none };
  if (day === undefined) return known;
  return { ...known, cluster: { status: 'active', created: new Date(Date.UTC(2026, 0, day)) } };
}

const RESIDENTS = [
  resident('b', 'active', 1),
  resident('a', 'soft deleted', 2, 'other'),
  resident('d', 'preparing'),
  resident('a', 'soft deleted', 2),
  resident('c', 'hard deleted', 3),
];

function order(residents: readonly Entry[], key?: SortKey) {
  let said = '';
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      said += chunk;
      done();
    },
  });
  const stdin = Readable.from([]);
  const io = { cwd: '/', env: {}, stdout: stderr, stderr, stdin, now: () => new Date(0) };
  const shown = sortEntries(io, residents, key).map(({ project, stack }) => `${project} ${stack}`);
  return { shown: shown.join(', '), said };
}

it.each<[SortKey | undefined, string]>([
  [undefined, 'a demo, a other, b demo, c demo, d demo'],
  ['name', 'a demo, a other, b demo, c demo, d demo'],
  ['status', 'd demo, b demo, a demo, a other, c demo'],
  ['age', 'c demo, a demo, a other, b demo, d demo'],
])('sorts by %s, whatever the order before', (key, expected) => {
  expect(order(RESIDENTS, key).shown).toBe(expected);
  expect(order([...RESIDENTS].reverse(), key).shown).toBe(expected);
});

it('says whose age is not known, when that is what decides', () => {
  expect(order(RESIDENTS, 'age').said).toContain('The age of `d` isn’t known');
  expect(order(RESIDENTS, 'name').said).toBe('');
  expect(order(RESIDENTS.slice(0, 2), 'age').said).toBe('');
});
