import { rfc3339Seconds } from '../base/timestamp.js';
import { effectiveApproval } from '../files/deletions.js';
import { type Approver, approversOf } from '../files/person.js';
import { restoreCommand } from '../model/commands.js';
import { type Entry, kindOf, type Status } from '../state/inventory.js';

/** A longer text is cut: a reason is read on a telephone. */
export const MAX_TEXT = 1000;

/** A deletion that has begun, with all that people need to know of it. */
export interface Reclamation {
  /** The tombstone's id, which no other deletion of the same target has. */
  readonly reclamationId: string;
  readonly stack: string;
  readonly target: string;
  /** `project`, `job template`, … */
  readonly what: string;
  readonly status: Status;
  readonly deletedAt: Date;
  /** It can be restored before this. */
  readonly recoverableUntil: Date;
  /** How many objects are still there. */
  readonly objects: number;
  /** Null where deletions.yaml has no request for it any more. */
  readonly request: RequestOf | null;
  /** What somebody has to do before it is reclaimed. */
  readonly beforeReclaim: string | null;
  /** Null where nothing can be restored any more. */
  readonly restore: string | null;
}

/** Who asked for a deletion and why, and who may approve that it ends at once. */
export interface RequestOf {
  readonly mode: 'soft' | 'hard';
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  /** Only of a hard deletion: whose approval counts longest. */
  readonly approvedBy: string | null;
  readonly approvers: readonly Approver[];
}

/** What was read of all stacks at a point in time. */
export interface Reading {
  readonly reclamations: readonly Reclamation[];
  /** Every stack that was to be read, and whether it could be. */
  readonly stacks: readonly StackRead[];
  readonly readAt: Date;
}

export interface StackRead {
  readonly name: string;
  readonly isRead: boolean;
}

/** Where a deletion that has begun can stand. */
export const STATUSES = ['soft deleted', 'hard deleting', 'hard deleted'] as const;

/** What has a clock of its own, the nearest deadline first. */
export function reclamationsOf(
  entries: readonly Entry[],
  approvers: readonly Approver[],
): readonly Reclamation[] {
  return entries
    .flatMap((entry) => reclamationOf(entry, approvers))
    .sort((a, b) => a.recoverableUntil.getTime() - b.recoverableUntil.getTime());
}

function reclamationOf(entry: Entry, approvers: readonly Approver[]): readonly Reclamation[] {
  const { stack, target, status, deletion, remaining, beforeReclaim } = entry;
  if (deletion?.id === undefined) return [];
  return [
    {
      reclamationId: deletion.id,
      stack,
      target,
      what: kindOf(entry),
      status,
      deletedAt: deletion.deletedAt,
      recoverableUntil: deletion.reclaimAfter,
      objects: remaining.length,
      request: requestOf(entry, approvers),
      beforeReclaim: beforeReclaim === undefined ? null : cut(beforeReclaim),
      restore: status === 'soft deleted' ? restoreCommand(target, stack) : null,
    },
  ];
}

function requestOf({ request }: Entry, approvers: readonly Approver[]): RequestOf | null {
  if (request === undefined) return null;
  const { mode, reason, requestedBy, requestedAt } = request;
  return {
    mode,
    reason: cut(reason),
    requestedBy: cut(requestedBy),
    requestedAt,
    approvedBy: effectiveApproval(request)?.by ?? null,
    approvers: approversOf(requestedBy, approvers),
  };
}

/** Whether a deletion can still be taken back. */
export function isRecoverable({ status }: Pick<Reclamation, 'status'>): boolean {
  return status === 'soft deleted';
}

/** The deadline as text, in whole seconds. */
export function untilOf({ recoverableUntil }: Pick<Reclamation, 'recoverableUntil'>): string {
  return rfc3339Seconds(recoverableUntil);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}
