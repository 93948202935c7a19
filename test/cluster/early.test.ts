import { describe, expect, it } from 'vitest';
import { rowOf } from '../../lib/cluster/facts.js';
import { PART_NAMES } from '../../lib/cluster/table/parts.js';
import { UPDATES } from '../../lib/cluster/table/rows.js';

/** What `early.ts` says of rows in CEL is what the table says of them. */
describe('what passes early', () => {
  it.each(['edit', 'restore'])('is all that the table asks of %s', (name) => {
    const { who, from, to, changes, needs } = rowOf(UPDATES, name);
    const kept = PART_NAMES.filter((part) => !changes.includes(part));
    expect({ who, kept, needs: [...needs].sort() }).toEqual({
      who: 'pipeline',
      kept: ['membership', 'owners', 'finalizers', 'tracking', 'consent'],
      needs: [
        'namespace-kept',
        'not-emptied',
        'period-grows',
        'revision-with-content',
        'state-follows',
        'who',
      ],
    });
    expect(from).toContain('ending');
    expect(to).toEqual(['live', 'ending']);
  });

  it('is edit or restore wherever an object without a deadline after it was before', () => {
    const states = ['edit', 'restore'].flatMap((name) => rowOf(UPDATES, name).from);
    expect(new Set(states)).toEqual(new Set(['live', 'soft-deleted', 'ending']));
  });

  it('lets anybody change foreign metadata of what is live or ending, and nothing of anything', () => {
    const { who, from, needs, changes } = rowOf(UPDATES, 'foreign metadata');
    expect({ who, from, needs, changes }).toEqual({
      who: 'anybody',
      from: ['live'],
      needs: ['own-record'],
      changes: ['foreign'],
    });
    const ending = rowOf(UPDATES, 'ending');
    expect(ending.who).toBe('anybody');
    expect(ending.changes).toContain('foreign');
    // Both hold where neither finalizers nor content change.
    expect(ending.needs).toEqual(['finalizers-removed', 'only-namespace-content']);
    const nothing = rowOf(UPDATES, 'nothing');
    expect(nothing).toMatchObject({ who: 'anybody', needs: ['own-record'], changes: [] });
    expect(nothing.from).toEqual(['live', 'soft-deleted', 'ending']);
  });
});
