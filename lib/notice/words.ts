import { escapeInvisible } from '../base/inert.js';
import { plural } from '../base/plural.js';
import { timeInWords } from '../report/words.js';
import type { Notice, NoticeKind } from './notice.js';
import { isRecoverable, type Reclamation, type RequestOf, untilOf } from './reclamation.js';

/** A piece of a line: what is plain is ours, what is a name comes from outside. */
export interface Piece {
  readonly text: string;
  readonly style?: 'bold' | 'code' | 'name';
}

/** A line of a notice. */
export type Line = readonly Piece[];

/** A chat has no room for longer ones. */
const MAX_SHOWN = 300;
/** More people than this are counted. */
const MAX_PEOPLE = 5;

/** The first line of a message: only words of ours and numbers. */
export function headline(notices: readonly Notice[]): string {
  const counts: Readonly<Record<NoticeKind, number>> = {
    begun: notices.filter(({ kind }) => kind === 'begun').length,
    due: notices.filter(({ kind }) => kind === 'due').length,
  };
  const said = [
    ...(counts.due > 0 ? [`${plural(counts.due, 'deletion')} near the deadline`] : []),
    ...(counts.begun > 0 ? [`${plural(counts.begun, 'deletion')} begun`] : []),
  ];
  return `Reprieve: ${said.join(', ')}`;
}

/** All of a notice, line by line. */
export function linesOf({ kind, about }: Notice, now: Date): readonly Line[] {
  const { request, beforeReclaim, restore } = about;
  return [
    [
      bold(titleOf(kind, about, now)),
      plain(`: ${about.what} `),
      code(about.target),
      ...inStack(about),
    ],
    untilLine(about, now),
    ...(request === null ? [] : [[plain('Reason: '), name(request.reason)], peopleLine(request)]),
    ...(beforeReclaim === null ? [] : [[plain('To do before: '), name(beforeReclaim)]]),
    ...(restore === null ? [] : [[plain('To keep it: '), code(restore)]]),
  ];
}

/** What has happened, in a few words. */
function titleOf(kind: NoticeKind, about: Reclamation, now: Date): string {
  if (!isRecoverable(about)) return 'Deleted for good';
  if (isOver(about, now)) return 'Deadline passed';
  return kind === 'begun' ? 'Deletion begun' : 'Deadline near';
}

function inStack({ stack }: Reclamation): Line {
  return [plain(' in stack '), code(stack)];
}

function isOver({ recoverableUntil }: Reclamation, now: Date): boolean {
  return recoverableUntil <= now;
}

function untilLine(about: Reclamation, now: Date): Line {
  const until = bold(timeInWords(untilOf(about)));
  const objects = plural(about.objects, 'object');
  if (!isRecoverable(about)) return [plain('It could have been restored until '), until];
  const after = isOver(about, now) ? [plain(': the next deploy deletes it')] : [];
  return [plain(`${objects}, recoverable until `), until, ...after];
}

function peopleLine({ requestedBy, approvedBy, approvers }: RequestOf): Line {
  const shown = approvers.slice(0, MAX_PEOPLE).map(({ id }) => id);
  const more = approvers.length - shown.length;
  const others = approvedBy === null ? shown : [approvedBy];
  const lead = approvedBy === null ? 'approvers: ' : 'approved by ';
  return [
    plain('Requested by '),
    name(requestedBy),
    ...(others.length === 0 ? [] : [plain(`; ${lead}`)]),
    ...others.flatMap((each, at) => [...(at === 0 ? [] : [plain(', ')]), name(each)]),
    ...(approvedBy === null && more > 0 ? [plain(` and ${more} more`)] : []),
  ];
}

function plain(text: string): Piece {
  return { text };
}

function bold(text: string): Piece {
  return { text, style: 'bold' };
}

function code(text: string): Piece {
  return { text: shown(text), style: 'code' };
}

function name(text: string): Piece {
  return { text: shown(text), style: 'name' };
}

/** A name without anything that can't be seen, and of a length that a chat takes. Never empty. */
function shown(text: string): string {
  const inert = escapeInvisible(text);
  const short =
    [...inert].length <= MAX_SHOWN ? inert : `${[...inert].slice(0, MAX_SHOWN).join('')}…`;
  return short.trim() === '' ? '(empty)' : short;
}
