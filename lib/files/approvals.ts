import { durationOf } from '../base/duration.js';
import { quote } from '../base/inert.js';
import { nearest, perhaps } from '../base/nearest.js';
import type { Problem } from '../base/problem.js';
import { parseTimestamp, rfc3339 } from '../base/timestamp.js';
import { MAX_APPROVAL } from '../model/limits.js';
import type { YamlPath } from '../yaml/path.js';
import type { Approval, DeletionEntry } from './documents.js';
import { type Approver, approversOf, findApprover, goesBy, isSelfApproval } from './person.js';

/** What is wrong with an entry, and the way to it from there. */
export interface EntryFault {
  readonly path: YamlPath;
  readonly problem: Problem;
}

/** Holds the approvals of a hard deletion against the rules. Whether they have expired is left to Terraform's clock. */
export function approvalFaults(
  entry: DeletionEntry,
  approvers: readonly Approver[],
): readonly EntryFault[] {
  const { approvals = [] } = entry;
  if (approvers.length === 0) return [{ path: ['mode'], problem: noApprovers(entry) }];
  if (approvals.length === 0) return [{ path: ['mode'], problem: notApproved(entry, approvers) }];
  return approvals.flatMap((approval, index) =>
    [...personFaults(approval, entry, approvers), ...timeFaults(approval, entry)].map(
      ({ path, problem }) => ({ path: ['approvals', index, ...path], problem }),
    ),
  );
}

function personFaults(
  approval: Approval,
  entry: DeletionEntry,
  approvers: readonly Approver[],
): readonly EntryFault[] {
  const approver = findApprover(approvers, approval.by);
  if (isSelfApproval(approval.by, entry.requestedBy, approvers))
    return [{ path: ['by'], problem: selfApproval(approval, entry, approvers) }];
  return approver === undefined
    ? [{ path: ['by'], problem: unknownApprover(approval, approvers) }]
    : [];
}

function timeFaults(approval: Approval, entry: DeletionEntry): readonly EntryFault[] {
  const requested = parseTimestamp(entry.requestedAt).value;
  const at = parseTimestamp(approval.at).value;
  const expires = parseTimestamp(approval.expires).value;
  if (requested === undefined || at === undefined || expires === undefined) return [];
  const faults: EntryFault[] = [];
  if (at < requested) faults.push({ path: ['at'], problem: tooEarly(approval, entry) });
  if (expires <= at) faults.push({ path: ['expires'], problem: neverCounts(approval) });
  if (expires - at > MAX_APPROVAL * 1000) {
    faults.push({ path: ['expires'], problem: tooLong(approval, at) });
  }
  return faults;
}

/** The ids of those who can approve a request: everyone but the one who made it. */
function others(entry: DeletionEntry, approvers: readonly Approver[]): string {
  const ids = approversOf(entry.requestedBy, approvers).map(({ id }) => quote(id));
  const shown = ids.slice(0, 5).join(', ');
  if (ids.length === 0) return 'someone else: add an approver to reprieve.yaml';
  return ids.length > 5 ? `${shown} or another approver` : shown;
}

function noApprovers(entry: DeletionEntry): Problem {
  return {
    code: 'deletions/no-approvers',
    message: `The hard deletion of ${quote(entry.target)} needs an approval, and nobody may give one yet.`,
    remedy:
      'List those who may under `approvers` in reprieve.yaml first, or use mode: soft, which needs no approval.',
  };
}

function notApproved(entry: DeletionEntry, approvers: readonly Approver[]): Problem {
  return {
    code: 'deletions/not-approved',
    message: `The hard deletion of ${quote(entry.target)} has no approval.`,
    remedy: `Have it approved by ${others(entry, approvers)}, who adds: approvals: [{ by: …, at: …, expires: …, uid: … }]. Or use mode: soft.`,
  };
}

function selfApproval(
  approval: Approval,
  entry: DeletionEntry,
  approvers: readonly Approver[],
): Problem {
  return {
    code: 'deletions/self-approval',
    message: `${quote(approval.by)} asked for this deletion as ${quote(entry.requestedBy)} and can't approve it too.`,
    remedy: `Have it approved by ${others(entry, approvers)}.`,
  };
}

function unknownApprover(approval: Approval, approvers: readonly Approver[]): Problem {
  const alias = approvers.find((approver) => goesBy(approver, approval.by))?.id;
  const ids = approvers.map((approver) => approver.id);
  const meant = alias ?? nearest(approval.by, ids);
  return {
    code: 'deletions/unknown-approver',
    message: `${quote(approval.by)} is not the id of an approver.${perhaps(meant)}`,
    remedy: 'Use an id that stands under `approvers` in reprieve.yaml, or have it added there.',
  };
}

function tooEarly(approval: Approval, entry: DeletionEntry): Problem {
  return {
    code: 'deletions/approval-time',
    message: `The approval was given at ${approval.at}, before the deletion was requested at ${entry.requestedAt}.`,
    remedy: 'An approval is for one request: have this one approved anew.',
  };
}

function neverCounts(approval: Approval): Problem {
  return {
    code: 'deletions/approval-time',
    message: `The approval expires at ${approval.expires}, no later than it was given, at ${approval.at}.`,
    remedy: 'Set `expires` to a later time, at most 7 days after `at`.',
  };
}

function tooLong(approval: Approval, at: number): Problem {
  const latest = rfc3339(new Date(at + MAX_APPROVAL * 1000));
  return {
    code: 'deletions/approval-time',
    message: `The approval counts until ${approval.expires}, longer than ${durationOf(MAX_APPROVAL).text} (7 days).`,
    remedy: `Let it expire at ${latest} or earlier.`,
  };
}
