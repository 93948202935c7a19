import type { NeedName } from './needs.js';
import type { Part } from './parts.js';

/**
 * Everything that may happen to what is protected, as data: the one source of the admission
 * policies and of the table in docs/cluster.md. A request passes as one of these rows, or not at
 * all.
 */
export interface Row {
  readonly name: string;
  readonly who: Who;
  /** Where the object stands before and after; of what is undeclared, where its project stands. */
  readonly from: readonly State[];
  readonly to: readonly State[];
  /** What may change. Status always may: it says nothing that could be lost. */
  readonly changes: readonly Part[];
  /** What else has to hold. The first that does not is what a refusal says. */
  readonly needs: readonly NeedName[];
  /** What a reader should know about it. */
  readonly why: string;
}

/** `kubernetes` are the accounts of Kubernetes' own controllers (`controllers.ts`). */
export type Who = 'anybody' | 'pipeline' | 'approver' | 'kubernetes';

/** `ending`: its deletion, or that of its namespace, was allowed already. */
export type State = 'unprotected' | 'live' | 'soft-deleted' | 'ending';

const KEPT = ['live', 'soft-deleted'] as const;
const ANY = ['live', 'soft-deleted', 'ending'] as const;

/** Updates of a protected object, by every subresource that shows it. */
export const UPDATES: readonly Row[] = [
  {
    name: 'nothing',
    who: 'anybody',
    from: ANY,
    to: ANY,
    changes: [],
    needs: ['own-record'],
    why: 'status, a storage migration or the rotation of an encryption key writes the same object again',
  },
  {
    name: 'foreign metadata',
    who: 'anybody',
    from: ['live'],
    to: ['live'],
    changes: ['foreign'],
    needs: ['own-record'],
    why: 'labels and annotations of other tools; neither finalizers nor owner references',
  },
  {
    name: 'edit',
    who: 'pipeline',
    // What is ending can lose nothing more by it.
    from: ['live', 'ending'],
    to: ['live', 'ending'],
    changes: ['content', 'foreign', 'marks', 'revision', 'period', 'clock'],
    needs: [
      'period-grows',
      'who',
      'state-follows',
      'not-emptied',
      'revision-with-content',
      'namespace-kept',
    ],
    why: 'a deployment; the period grows, or shrinks to what an approver named',
  },
  {
    name: 'begin',
    who: 'pipeline',
    from: ['live'],
    to: ['soft-deleted'],
    changes: ['content', 'foreign', 'marks', 'period', 'clock'],
    needs: [
      'who',
      'deadline-reads',
      'state-follows',
      'period-grows',
      'own-project',
      'not-emptied',
      'namespace-kept',
      'whole-period-ahead',
    ],
    why: 'a soft delete; the quota becomes 0 in the same request',
  },
  {
    name: 'extend',
    who: 'pipeline',
    from: ['soft-deleted'],
    to: ['soft-deleted'],
    changes: ['foreign', 'marks', 'period', 'clock'],
    needs: ['deadline-reads', 'deadline-later', 'period-grows', 'state-follows', 'who'],
    why: 'a deadline only moves later',
  },
  {
    name: 'restore',
    who: 'pipeline',
    from: ['soft-deleted', 'ending'],
    to: ['live', 'ending'],
    changes: ['content', 'foreign', 'marks', 'revision', 'period', 'clock'],
    needs: [
      'who',
      'state-follows',
      'period-grows',
      'not-emptied',
      'revision-with-content',
      'namespace-kept',
    ],
    why: 'what the code says by now comes with it in the same request',
  },
  {
    name: 'adopt',
    who: 'pipeline',
    from: ['unprotected'],
    to: ['live'],
    changes: ['content', 'foreign', 'marks', 'membership', 'period', 'clock'],
    needs: [
      'who',
      'no-consent',
      'state-follows',
      'period-holds',
      'own-project',
      'no-owners',
      'namespace-kept',
    ],
    why: 'what exists already comes under protection as it is, without a deadline',
  },
  {
    name: 'approve',
    who: 'approver',
    from: KEPT,
    to: KEPT,
    changes: ['consent'],
    needs: ['who', 'own-name', 'expires-in-time', 'own-record'],
    why: 'in their own name, compared without letter case, and for this object as it stands now',
  },
  {
    name: 'withdraw',
    who: 'anybody',
    from: KEPT,
    to: KEPT,
    changes: ['consent'],
    needs: ['only-withdrawn', 'own-record'],
    why: 'an approval may be taken away by anybody',
  },
  {
    name: 'ending',
    who: 'anybody',
    from: ['ending'],
    to: ['ending'],
    changes: ['foreign', 'finalizers', 'content'],
    needs: ['finalizers-removed', 'only-namespace-content'],
    why: 'finalizers are done and removed, those in the spec of a namespace too',
  },
  {
    name: 'controllers',
    who: 'kubernetes',
    from: ANY,
    to: ANY,
    changes: ['foreign', 'content', 'owners', 'finalizers'],
    needs: ['written-by-kubernetes'],
    why: 'what Kubernetes itself writes, see below',
  },
];

/** Creation of a protected object. */
export const CREATIONS: readonly Row[] = [
  {
    name: 'create',
    who: 'pipeline',
    from: ['unprotected'],
    to: ['live'],
    changes: [],
    needs: ['who', 'clean', 'no-consent', 'own-project', 'period-holds', 'no-owners'],
    why: 'clean, and in the namespace of its own project',
  },
];

/** Deletion of a protected object. */
export const DELETIONS: readonly Row[] = [
  {
    name: 'end',
    who: 'anybody',
    from: ['ending'],
    to: [],
    changes: [],
    needs: [],
    why: 'its deletion, or that of its namespace, was allowed already',
  },
  {
    name: 'reclaim',
    who: 'anybody',
    from: ['soft-deleted'],
    to: [],
    changes: [],
    needs: ['deadline-come'],
    why: 'by the time that the policies see',
  },
  {
    name: 'hard delete',
    who: 'anybody',
    from: KEPT,
    to: [],
    changes: [],
    needs: ['approved-by-another'],
    why: 'approved for this object, or for the namespace around it, as it stands now',
  },
];
