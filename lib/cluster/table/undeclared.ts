import type { Part } from './parts.js';
import type { Row } from './rows.js';

/** All but the labels that protect. */
const ANYTHING: readonly Part[] = [
  'content',
  'foreign',
  'marks',
  'revision',
  'clock',
  'period',
  'consent',
  'owners',
  'finalizers',
  'tracking',
];

/**
 * What is in the namespace of a project without being declared shares the project's fate, whatever
 * its kind. Here `from` and `to` are where the project is.
 */
export const UNDECLARED_UPDATES: readonly Row[] = [
  {
    name: 'use',
    who: 'anybody',
    from: ['live'],
    to: ['live'],
    changes: ANYTHING,
    needs: ['owners-not-added'],
    why: 'free while the project lives; whether it is temporary is decided at its creation',
  },
  {
    name: 'nothing',
    who: 'anybody',
    from: ['soft-deleted'],
    to: ['soft-deleted'],
    changes: [],
    needs: [],
    why: 'status, storage migration, key rotation',
  },
  {
    name: 'temporary',
    who: 'anybody',
    from: ['live', 'soft-deleted'],
    to: ['live', 'soft-deleted'],
    changes: [...ANYTHING, 'membership'],
    needs: ['temporary-kind'],
    why: 'pods, events and leases belong to what runs',
  },
  {
    name: 'ending',
    who: 'anybody',
    from: ['ending'],
    to: ['ending'],
    changes: [...ANYTHING, 'membership'],
    needs: [],
    why: 'its end was allowed already',
  },
  {
    name: 'controllers',
    who: 'kubernetes',
    from: ['live', 'soft-deleted'],
    to: ['live', 'soft-deleted'],
    changes: ANYTHING,
    needs: [],
    why: 'what they own and what they write everywhere',
  },
];

/** Whatever has no label of ours, or is no longer to be protected by its label. */
export const UNDECLARED_CREATIONS: readonly Row[] = [
  {
    name: 'use',
    who: 'anybody',
    from: ['live', 'ending'],
    to: ['live', 'ending'],
    changes: [],
    needs: [],
    why: 'free while the project lives',
  },
  {
    name: 'temporary',
    who: 'anybody',
    from: ['soft-deleted'],
    to: ['soft-deleted'],
    changes: [],
    needs: ['harmless-kind'],
    why: 'events and leases of what still runs, and questions about rights',
  },
  {
    name: 'controllers',
    who: 'kubernetes',
    from: ['soft-deleted'],
    to: ['soft-deleted'],
    changes: [],
    needs: ['kubernetes-own-kind'],
    why: 'what every namespace has; they start nothing',
  },
];

export const UNDECLARED_DELETIONS: readonly Row[] = [
  {
    name: 'end',
    who: 'anybody',
    from: ['ending'],
    to: [],
    changes: [],
    needs: [],
    why: 'its end was allowed already',
  },
  {
    name: 'temporary',
    who: 'anybody',
    from: ['live', 'soft-deleted'],
    to: [],
    changes: [],
    needs: ['passing-kind'],
    why: 'pods, jobs, events, leases, and what a controller owns',
  },
  {
    name: 'created as temporary',
    who: 'anybody',
    from: ['live'],
    to: [],
    changes: [],
    needs: ['created-temporary'],
    why: 'with the label `reprieve.dev/protected: "false"`, an owner, or a type of secret that is temporary: tokens, the history of Helm',
  },
  {
    name: 'reclaim',
    who: 'anybody',
    from: ['soft-deleted'],
    to: [],
    changes: [],
    needs: ['project-deadline-come'],
    why: 'with the project',
  },
  {
    name: 'hard delete',
    who: 'anybody',
    from: ['live', 'soft-deleted'],
    to: [],
    changes: [],
    needs: ['approved-by-another'],
    why: 'approved for the namespace',
  },
];
