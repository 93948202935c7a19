import { expect, it } from 'vitest';
import type { EvidenceFile } from '../../lib/certificate/certificate.js';
import type { Evidence } from '../../lib/certificate/evidence.js';
import { evidenceFor, evidenceOf } from '../../lib/certificate/match.js';

const about = { stack: 'production', target: 'billing' };
const clock = (day: string) => ({
  ...{ deletedAt: `2026-01-${day}T00:00:00Z`, reclaimAfter: `2026-01-${day}T01:00:00Z` },
  reclamationId: null,
});
const objectsOf = (...uids: readonly (string | null)[]): Evidence['objects'] =>
  uids.map((uid, at) => ({
    ...{ address: `kubernetes_secret_v1.s${at}`, target: 'billing', type: 'kubernetes_secret_v1' },
    ...{ object: null, uid, uidFrom: null, inState: true },
  }));
const hard = (uid: string): Evidence['request'] => ({
  ...{ mode: 'hard', reason: 'r', requestedBy: 'a', requestedAt: '2026-01-01T00:00:00Z' },
  approvals: [{ by: 'bob', at: '2026-01-01T00:00:00Z', expires: '2026-01-02T00:00:00Z', uid }],
});
const file = (name: string, more: Partial<Evidence>): EvidenceFile => ({
  ...{ file: name, sha256: 'a'.repeat(64) },
  evidence: {
    ...{ schemaVersion: 1, ...about, takenBy: 'deploy', takenAt: '2026-01-02T00:00:00Z' },
    ...{
      tool: '0.1.0',
      request: null,
      deletion: null,
      hardDeletion: null,
      objects: objectsOf('u'),
    },
    ...{ images: [], records: [], configuration: null, plan: null, state: null, cluster: null },
    unknown: [],
    ...more,
  },
});
const names = (files: readonly EvidenceFile[]) => files.map((each) => each.file);

const FIRST = file('first', {
  ...{ deletion: clock('01'), objects: objectsOf('u1', 'u2', 'u3') },
});
const SECOND = file('second', {
  ...{ deletion: clock('05'), takenAt: '2026-01-06T00:00:00Z', objects: objectsOf('u4') },
});
const LATER = file('later', {
  ...{ deletion: clock('05'), takenAt: '2026-01-07T00:00:00Z', objects: objectsOf(null) },
});

it('is of the last deletion, however much is known of an earlier one of that name', () => {
  expect(names(evidenceFor([FIRST, LATER, SECOND], about))).toEqual(['second', 'later']);
  expect(names(evidenceFor([FIRST], about))).toEqual(['first']);
  expect(evidenceFor([FIRST], { ...about, stack: 'other' })).toEqual([]);
});

it('tells times, not texts: a fraction of a second is later', () => {
  const whole = { ...SECOND, file: 'whole' };
  const fraction = file('fraction', {
    ...{ deletion: clock('06'), takenAt: '2026-01-06T00:00:00.500Z' },
  });
  expect(names(evidenceFor([whole, fraction], about))).toEqual(['fraction']);
});

it('is of one hard deletion, before and after it was carried out, by its uid', () => {
  const before = file('before', { request: hard('u1'), objects: objectsOf('u1', 'u2') });
  const after = file('after', {
    ...{ deletion: clock('03'), takenAt: '2026-01-04T00:00:00Z', objects: objectsOf('u1', null) },
    hardDeletion: { executedAt: null, requestedBy: 'a', approvedBy: 'bob', uid: 'u1' },
  });
  const other = file('other', { request: hard('u9'), objects: objectsOf('u9', 'u8', 'u7') });
  expect(names(evidenceFor([other, before, after], about))).toEqual(['before', 'after']);
});

it('prefers what was taken from the cluster where as many uids are known', () => {
  const cluster = { version: 'v', id: 'c', revision: '1' };
  const seen = file('seen', { ...SECOND.evidence, cluster, takenAt: '2026-01-05T00:00:00Z' });
  expect(names(evidenceFor([seen, SECOND], about))).toEqual(['seen', 'second']);
});

const recorded = {
  ...about,
  ...{ deletedAt: clock('05').deletedAt, uid: 'u4', addresses: ['kubernetes_secret_v1.s0'] },
};

it('closes a deletion only where it is about that one, and of all that went', () => {
  expect(names(evidenceOf([FIRST, SECOND, LATER], recorded))).toEqual(['second', 'later']);
  expect(evidenceOf([FIRST], recorded)).toEqual([]);
  const more = [...recorded.addresses, 'kubernetes_secret_v1.s7'];
  expect(evidenceOf([SECOND], { ...recorded, addresses: more })).toEqual([]);
  const empty = file('empty', { deletion: clock('05'), objects: [] });
  expect(evidenceOf([empty], { ...recorded, addresses: [] })).toEqual([]);
});

it('takes no evidence of something that lived for that of its deletion', () => {
  const alive = file('alive', { objects: objectsOf('u4') });
  expect(evidenceOf([alive], recorded)).toEqual([]);
  const approved = file('approved', { request: hard('u4'), objects: objectsOf('u4') });
  expect(names(evidenceOf([approved], recorded))).toEqual(['approved']);
  const another = file('another', { request: hard('u1'), objects: objectsOf('u4') });
  expect(evidenceOf([another], recorded)).toEqual([]);
});
