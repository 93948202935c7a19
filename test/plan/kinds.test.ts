import { describe, expect, it } from 'vitest';
import { readChange } from '../../lib/plan/change.js';
import { countKinds } from '../../lib/plan/kinds.js';

const GUARD = {
  api_version: 'reprieve/v1',
  kind: 'Rules',
  target: 's',
  floor: '1h',
  approvers: [],
};

function change(name: string, actions: readonly string[], more: object = {}, detail: object = {}) {
  const type = 'terraform_data';
  const base = { address: `${type}.${name}`, mode: 'managed', type, name };
  const { value } = readChange({
    ...base,
    change: { actions, before: {}, after: {}, ...detail },
    ...more,
  });
  if (value === undefined) throw new Error('not a change');
  return value;
}

describe('how many objects a plan changes', () => {
  it('is counted by what becomes of them', () => {
    const changes = [
      change('a', ['create']),
      change('b', ['create']),
      change('c', ['update'], { previous_address: 'terraform_data.c0' }),
      change('d', ['delete', 'create']),
      change('e', ['create', 'forget']),
      change('f', ['delete']),
      change('g', ['forget']),
      change('h', ['no-op'], { previous_address: 'terraform_data.h0' }),
      change('i', ['no-op'], {}, { importing: { id: 'x' } }),
      change('j', ['no-op']),
      change('k', ['create'], {}, { after: { input: GUARD } }),
      change('l', ['delete'], {}, { before: { input: GUARD } }),
    ];
    const sources = new Map([
      ['terraform_data.a', { path: 'sandbox/a', standsFor: 'kubernetes_namespace_v1' }],
    ]);
    const counted = countKinds({ changes, sources }).map(
      ({ action, type, count }) => `${action} ${type} ${count}`,
    );
    expect(new Set(counted)).toEqual(
      new Set([
        'create kubernetes_namespace_v1 1',
        'create terraform_data 1',
        'update terraform_data 1',
        'replace terraform_data 2',
        'delete terraform_data 1',
        'forget terraform_data 1',
        'move terraform_data 1',
        'import terraform_data 1',
        'create null 1',
        'delete null 1',
      ]),
    );
  });

  it('has what ends first, then the most, and is in one order', () => {
    const few = { ...change('y', ['create']), type: 'a' };
    const many = ['a', 'b', 'c'].map((name) => change(name, ['create']));
    const end = change('z', ['delete']);
    const all = countKinds({ changes: [few, ...many, end], sources: new Map() });
    expect(all.map(({ action, count }) => [action, count])).toEqual([
      ['delete', 1],
      ['create', 3],
      ['create', 1],
    ]);
  });
});
