import { describe, expect, it } from 'vitest';
import { ChangeCount } from '../../../lib/cli/deploy/changes.js';

const finished = (action: string) => ({ type: 'finished', address: 'a.b', action }) as const;

describe('what an apply has done', () => {
  it('is counted by what the engine says, and a replacement is two changes', () => {
    const count = new ChangeCount([
      { action: 'create', type: 'a', count: 1 },
      { action: 'replace', type: 'a', count: 1 },
      { action: 'move', type: 'a', count: 2 },
    ]);
    expect(count.inWords).toBe('0 of 3 done');
    for (const action of ['create', 'delete', 'read']) count.add(finished(action));
    expect(count.inWords).toBe('2 of 3 done');
    expect(count.total).toBe('1 created, 0 updated, 1 deleted, 2 moved');
  });

  it('has the outputs that may be shown, cut and without our own', () => {
    const count = new ChangeCount([]);
    const outputs = {
      reclamations: { sensitive: false, value: [] },
      password: { sensitive: true, value: 'hunter2' },
      zone: { sensitive: false, value: 'eu\u001b[2J' },
      long: { sensitive: false, value: 'x'.repeat(300) },
    };
    count.add({ type: 'outputs', outputs });
    expect(count.outputs).toEqual([
      ['password', '(sensitive)'],
      ['zone', '"eu\\u001b[2J"'],
      ['long', `"${'x'.repeat(199)}…`],
    ]);
  });
});
