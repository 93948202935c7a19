import { describe, expect, it } from 'vitest';
import { halfCreated, withCreated } from '../../lib/engine/half-created.js';
import type { RawResource, RawState } from '../../lib/engine/raw-state.js';

const LABELS = { 'reprieve.dev/protected': 'true', 'reprieve.dev/project': 'billing' };
const ANNOTATIONS = { 'reprieve.dev/project-name': 'Billing' };
const NOTHING = { api_version: null, kind: null, name: null, namespace: null };
const KNOWN = { api_version: 'v1', kind: 'Secret', name: 'db', namespace: 'billing' };

const attributes = (more: object = {}, labels: object = LABELS) => ({
  id: 'billing/db',
  metadata: [{ name: 'db', labels, annotations: ANNOTATIONS }],
  ...more,
});
const resource = (instance: object, more: Partial<RawResource> = {}): RawResource => ({
  ...{ mode: 'managed', type: 'kubernetes_secret_v1', name: 'db', provider: 'p', ...more },
  instances: [{ schema_version: 0, ...instance }],
});
const state = (...resources: readonly RawResource[]): RawState => ({
  ...{ version: 4, serial: 1, lineage: 'l', resources },
});
const addresses = (one: RawResource) => halfCreated(state(one)).map(({ address }) => address);
const mended = (one: RawResource) => withCreated(state(one)).resources[0]?.instances[0];

describe('what was created while the cluster failed', () => {
  it('is tainted, or has an identity without values', () => {
    const tainted = { status: 'tainted', attributes: attributes() };
    expect(halfCreated(state(resource(tainted)))).toEqual([
      { address: 'kubernetes_secret_v1.db', id: 'billing/db' },
    ]);
    expect(addresses(resource({ index_key: 0, ...tainted }))).toEqual([
      'kubernetes_secret_v1.db[0]',
    ]);
    expect(addresses(resource({ identity: NOTHING, attributes: attributes() }))).toHaveLength(1);
    expect(addresses(resource({ identity: KNOWN, attributes: attributes() }))).toEqual([]);
    expect(addresses(resource({ attributes: attributes() }))).toEqual([]);
  });

  it('is not a write-only secret, whose identity the provider never tells', () => {
    const secret = { identity: NOTHING, attributes: attributes({ data_wo_revision: 1 }) };
    expect(addresses(resource(secret))).toEqual([]);
    expect(addresses(resource({ ...secret, status: 'tainted' }))).toHaveLength(1);
  });

  it('is nothing that is not ours, and nothing that a replacement left behind', () => {
    const tainted = { status: 'tainted', attributes: attributes() };
    expect(addresses(resource({ ...tainted, attributes: attributes({}, {}) }))).toEqual([]);
    expect(addresses(resource({ ...tainted, deposed: 'abcd0123' }))).toEqual([]);
    expect(addresses(resource(tainted, { module: 'module.m' }))).toEqual([]);
    expect(addresses(resource(tainted, { mode: 'data' }))).toEqual([]);
    expect(addresses(resource(tainted, { type: 'terraform_data' }))).toEqual([]);
  });

  it('is written as created, with all that is known of it', () => {
    const more = { schema_version: 0, private: 'x', attributes: attributes() };
    const identity = { identity: NOTHING, identity_schema_version: 1 };
    expect(mended(resource({ ...more, ...identity, status: 'tainted' }))).toEqual(more);
    const known = { ...more, identity: KNOWN, identity_schema_version: 1 };
    expect(mended(resource({ ...known, status: 'tainted' }))).toEqual(known);
    const foreign = { ...more, attributes: attributes({}, {}), status: 'tainted' };
    expect(mended(resource(foreign))).toEqual(foreign);
  });
});
