import { describe, expect, it } from 'vitest';
import type { RawResource, RawState } from '../../lib/engine/raw-state.js';
import { readableSecrets, withoutReadable } from '../../lib/engine/readable-content.js';

const DATA = { password: 'canary-Lk2vXd' };

function secret(attributes: object, more: object = {}): RawResource {
  return {
    mode: 'managed',
    type: 'kubernetes_secret_v1',
    name: 'db',
    provider: 'provider["registry.example.org/hashicorp/kubernetes"]',
    instances: [{ schema_version: 0, attributes, private: 'kept' }],
    ...more,
  };
}

const stateOf = (...resources: readonly RawResource[]): RawState => ({
  version: 4,
  serial: 7,
  lineage: 'l',
  resources,
});

describe('content in a state that is write-only by now', () => {
  const moved = secret({ id: 'billing/db', data: DATA, data_wo_revision: 2 });

  it('is found and removed, and nothing else is', () => {
    const state = stateOf(moved, secret({ data: DATA }, { name: 'raw' }));
    expect(readableSecrets(state)).toEqual(['kubernetes_secret_v1.db']);
    const cleared = withoutReadable(state);
    expect(cleared.resources[0]?.instances).toEqual([
      {
        schema_version: 0,
        attributes: { id: 'billing/db', data: {}, data_wo_revision: 2 },
        private: 'kept',
      },
    ]);
    expect(cleared.resources[1]).toEqual(state.resources[1]);
    expect(cleared).toMatchObject({ version: 4, serial: 7, lineage: 'l' });
    expect(readableSecrets(cleared)).toEqual([]);
  });

  it('is found in modules and in what is being replaced too', () => {
    const [instance] = moved.instances;
    const inside = { ...moved, module: 'module.x' };
    const deposed = { ...moved, instances: [{ ...instance, deposed: 'abc' }] };
    expect(readableSecrets(stateOf(inside))).toEqual(['module.x.kubernetes_secret_v1.db']);
    expect(readableSecrets(stateOf(deposed))).toHaveLength(1);
  });

  it('is nowhere else', () => {
    const others = [
      secret({ data: DATA }),
      secret({ data: DATA, data_wo_revision: 0 }),
      secret({ data: DATA, data_wo_revision: null }),
      secret({ data: {}, data_wo_revision: 1 }),
      secret({ data: null, data_wo_revision: 1 }),
      secret({ data: DATA, data_wo_revision: 1 }, { mode: 'data' }),
      secret({ data: DATA, data_wo_revision: 1 }, { type: 'kubernetes_config_map_v1' }),
      secret({}, { instances: [{}] }),
    ];
    for (const each of others) {
      expect(readableSecrets(stateOf(each))).toEqual([]);
      expect(withoutReadable(stateOf(each))).toEqual(stateOf(each));
    }
  });
});
