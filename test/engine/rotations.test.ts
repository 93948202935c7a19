import { describe, expect, it } from 'vitest';
import type { RawResource, RawState } from '../../lib/engine/raw-state.js';
import {
  asCarried,
  lostRotations,
  revisedSecrets,
  withRevisions,
} from '../../lib/engine/rotations.js';

const PROVIDER = 'provider["registry.example.org/hashicorp/kubernetes"]';

function secret(revision: unknown, carried?: unknown, more: object = {}): RawResource {
  const annotations = carried === undefined ? {} : { 'reprieve.dev/data-revision': carried };
  const attributes = {
    id: 'billing/db',
    data_wo_revision: revision,
    metadata: [{ name: 'db', annotations }],
  };
  return {
    mode: 'managed',
    type: 'kubernetes_secret_v1',
    name: 'db',
    provider: PROVIDER,
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

/** What is lost where the state says one thing and the object another. */
const lost = (inState: RawResource, object: RawResource | undefined) =>
  lostRotations(revisedSecrets(stateOf(inState)), object === undefined ? [] : [object]);

const revisionIn = ({ resources }: RawState) =>
  Object(resources[0]?.instances[0]?.['attributes']).data_wo_revision;

describe('a rotation that the cluster refused', () => {
  it('shows where the object says another revision than the state', () => {
    expect(lost(secret(2, '2'), secret(2, '1'))).toMatchObject([
      { address: 'kubernetes_secret_v1.db', id: 'billing/db', inState: 2, inCluster: 1 },
    ]);
    expect(lost(secret(2, '2'), secret(2, '2'))).toEqual([]);
    expect(lost(secret(1, '1'), secret(1, '3'))).toMatchObject([{ inCluster: 3 }]);
    expect(lost(secret(1, '1'), undefined)).toEqual([]);
  });

  it('can’t be told of an object of before, and shows where the object lost its word', () => {
    expect(lost(secret(2), secret(2))).toEqual([]);
    for (const said of [undefined, '', '0', '-1', '1e3', 'x', 3, '9'.repeat(30)]) {
      expect(lost(secret(2, '2'), secret(2, said))).toMatchObject([{ inCluster: undefined }]);
    }
  });

  it('is asked of this stack’s own secrets with write-only content alone', () => {
    const others = [
      secret(null, '1'),
      secret('2', '1'),
      secret(2, '1', { module: 'module.x' }),
      secret(2, '1', { mode: 'data' }),
      secret(2, '1', { type: 'kubernetes_config_map_v1' }),
      secret(2, '1', { instances: [] }),
      secret(2, '1', { instances: [{ deposed: 'x', attributes: {} }] }),
    ];
    for (const each of others) expect(revisedSecrets(stateOf(each))).toEqual([]);
    const [instance] = secret(2, '1').instances;
    const doomed = secret(2, '1', {
      provider: `${PROVIDER}.west`,
      instances: [{ ...instance, index_key: 0 }],
    });
    expect(revisedSecrets(stateOf(doomed))).toMatchObject([
      {
        address: 'kubernetes_secret_v1.db[0]',
        alias: 'west',
        // With a revision, the provider reads no content.
        attributes: { id: 'billing/db', data_wo_revision: 2 },
      },
    ]);
  });

  it('is undone in the state, and nothing else is', () => {
    const state = stateOf(secret(2, '2'), { ...secret(5, '5'), name: 'other' });
    const found = lostRotations(revisedSecrets(state), [secret(2, '1')]);
    const mended = withRevisions(state, found);
    expect(revisionIn(mended)).toBe(1);
    expect(mended.resources[0]?.instances[0]).toMatchObject({ private: 'kept' });
    expect(mended.resources[1]).toEqual(state.resources[1]);
    expect(mended).toMatchObject({ serial: 7, lineage: 'l' });
  });

  it('has the content written, whatever the code says, where the object says nothing', () => {
    const state = stateOf(secret(2, '2'));
    const found = lostRotations(revisedSecrets(state), [secret(2)]);
    // More than revisions can add up to, and never none: that would have the content read.
    expect(revisionIn(withRevisions(state, found))).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('is told by an object that a lost state is given back', () => {
    expect(asCarried(secret(1, '4')).instances[0]).toMatchObject({
      attributes: { data_wo_revision: 4 },
    });
    for (const each of [secret(1), secret(1, '4', { type: 'kubernetes_config_map_v1' })]) {
      expect(asCarried(each)).toEqual(each);
    }
  });
});
