import { expect, it } from 'vitest';
import { gatherEvidence, type Sources } from '../../lib/certificate/gather.js';
import type { StateObject } from '../../lib/certificate/state-view.js';

const sources = (more: Partial<Sources>): Sources => ({
  stack: 'production',
  target: 'buckets',
  takenBy: 'command',
  now: new Date('2026-01-01T00:00:00Z'),
  tool: '0.1.0',
  request: undefined,
  members: [],
  deletion: undefined,
  state: { objects: [], records: [], about: undefined },
  plan: undefined,
  cluster: undefined,
  configuration: undefined,
  unread: [],
  ...more,
});
const bucket = (address: string, uid: string): StateObject => ({
  ...{ address, uid, type: 'aws_s3_bucket', images: [] },
});
const stateOf = (...objects: readonly StateObject[]) => ({
  objects,
  records: [],
  about: undefined,
});
const planOf = (...objects: readonly StateObject[]) => ({
  ...{ file: 'p.json', sha256: 'a'.repeat(64), plannedAt: null },
  // The last one is only removed from the state.
  ending: objects.map((each, at) => ({ ...each, isDeleted: at < objects.length - 1 })),
});
const shown = (more: Partial<Sources>) =>
  gatherEvidence(sources(more)).objects.map(({ address, uid, uidFrom, inState }) => {
    return [address, uid, uidFrom, inState];
  });

const B = 'aws_s3_bucket.b';
const member = { address: B, target: 'buckets' };

it('has every instance of a resource, and one by the address that it has without a deletion', () => {
  const several = stateOf(
    bucket(`${B}["eu"]`, '1'),
    bucket(`${B}["us"]`, '2'),
    bucket('aws_s3_bucket.c', '3'),
  );
  expect(shown({ members: [member], state: several })).toEqual([
    [`${B}["eu"]`, '1', 'state', true],
    [`${B}["us"]`, '2', 'state', true],
  ]);
  expect(shown({ members: [member], state: stateOf(bucket(`${B}[0]`, '1')) })).toEqual([
    [B, '1', 'state', true],
  ]);
});

it('leaves an instance with a target of its own to that one', () => {
  const own = { address: `${B}["eu"]`, target: 'buckets/resources/eu' };
  const state = stateOf(bucket(`${B}["eu"]`, '1'), bucket(`${B}["us"]`, '2'));
  expect(shown({ members: [member, own], state })).toEqual([
    [B, '2', 'state', true],
    [`${B}["eu"]`, '1', 'state', true],
  ]);
  expect(shown({ members: [own], state })).toEqual([[`${B}["eu"]`, '1', 'state', true]]);
});

it('takes from the plan that reclaimed what the state has no more, and says what nobody knows', () => {
  const plan = planOf(bucket(`${B}["eu"]`, '1'), bucket(`${B}["us"]`, '2'));
  const other = { address: 'aws_s3_bucket.c', target: 'buckets' };
  const evidence = gatherEvidence(
    sources({ members: [member, other], state: stateOf(bucket(`${B}["us"]`, '2')), plan }),
  );
  expect(evidence.objects.map(({ address, uidFrom }) => [address, uidFrom])).toEqual([
    [`${B}["eu"]`, 'plan'],
    [`${B}["us"]`, 'state'],
    ['aws_s3_bucket.c', null],
  ]);
  expect(evidence.plan?.deletes).toEqual([`${B}["eu"]`]);
  expect(evidence.unknown).toEqual([expect.stringContaining('`aws_s3_bucket.c`')]);
});
