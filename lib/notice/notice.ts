import { createHash } from 'node:crypto';
import type { Duration } from '../base/duration.js';
import { compareTexts } from '../base/order.js';
import { rfc3339Seconds } from '../base/timestamp.js';
import { isRecoverable, type Reclamation, untilOf } from './reclamation.js';
import { isIn, type Window } from './window.js';

/** `begun`: a deletion has begun. `due`: its deadline is near. */
export const NOTICE_KINDS = ['begun', 'due'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Something that people are told once. */
export interface Notice {
  /** The same for the same notice, however often it is sent. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly about: Reclamation;
}

/** Which notices are wanted. */
export interface Wanted {
  readonly window: Window;
  /** How long before a deadline. */
  readonly within: Duration;
  /** @default - both */
  readonly kinds?: readonly NoticeKind[];
}

/**
 * The notices whose moment is in a window: a deletion's beginning, and a time before its deadline.
 * Nothing is remembered from run to run; the moments come from the state.
 */
export function noticesOf(
  reclamations: readonly Reclamation[],
  { window, within, kinds = NOTICE_KINDS }: Wanted,
): readonly Notice[] {
  const found = reclamations.flatMap((about) =>
    kinds.flatMap((kind) => {
      const moment = momentOf(kind, about, within);
      return moment !== undefined && isIn(window, moment)
        ? [{ id: idOf(kind, about), kind, about }]
        : [];
    }),
  );
  return found.sort(
    (a, b) =>
      NOTICE_KINDS.indexOf(b.kind) - NOTICE_KINDS.indexOf(a.kind) ||
      compareTexts(untilOf(a.about), untilOf(b.about)) ||
      compareTexts(a.id, b.id),
  );
}

function momentOf(kind: NoticeKind, about: Reclamation, within: Duration): number | undefined {
  const begun = about.deletedAt.getTime();
  if (kind === 'begun') return begun;
  const near = about.recoverableUntil.getTime() - within.seconds * 1000;
  // Where the period is shorter, the notice of the beginning is that of the end.
  return isRecoverable(about) && near > begun ? near : undefined;
}

function idOf(kind: NoticeKind, about: Reclamation): string {
  const { stack, target, reclamationId, deletedAt } = about;
  return digest([kind, stack, target, reclamationId, rfc3339Seconds(deletedAt), untilOf(about)]);
}

/** An id of something that consists of texts. */
export function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
