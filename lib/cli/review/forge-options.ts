import { escapeInvisible, inert, quoteName } from '../../base/inert.js';
import { together } from '../../forge/answer.js';
import { ForgeError } from '../../forge/http.js';
import { isMarkerKey } from '../../forge/marker.js';
import type { ForgeAnswer } from '../../gate/context.js';
import { type Io, misuse, say } from '../terminal/io.js';
import type { ReviewOptions } from './review.js';

export interface ForgeOptions extends ReviewOptions {
  /** Tells several comments on one change apart. @default review */
  readonly key?: string;
  /** Whether to write a comment at all. @default true */
  readonly comment?: boolean;
}

export function keyOf({ key = 'review' }: ForgeOptions): string {
  if (isMarkerKey(key)) return key;
  return misuse({
    code: 'cli/comment-key',
    message: `${inert(key)} can’t tell comments apart.`,
    remedy: 'Use up to 64 letters, digits, dots, underscores and single dashes.',
  });
}

/** The changes at a forge whose reviews count. */
export interface Changes<T> {
  readonly changes: readonly T[];
  /** Whether it is one that wants to get in, where a comment can be written. */
  readonly open: boolean;
  /** Why none was found. */
  readonly note?: string;
}

/** The changes by which a commit came, for events that are about none. */
export async function changesOf<T>(
  io: Io,
  commit: string,
  find: () => Promise<readonly T[]>,
): Promise<Changes<T>> {
  try {
    const changes = await find();
    const note = `The forge knows no reviewed change by which the commit ${quoteName(commit)} came.`;
    return { changes, open: false, ...(changes.length === 0 ? { note } : {}) };
  } catch (error) {
    return { changes: [], open: false, note: unanswered(io, error) };
  }
}

/** Everything that the forge says of several changes. Where it can't be asked, nothing is approved. */
export async function answered<T>(
  io: Io,
  { changes, note }: Changes<T>,
  ask: (change: T) => Promise<ForgeAnswer>,
): Promise<ForgeAnswer> {
  try {
    const answers = await Promise.all(changes.map(ask));
    return together([{ approvals: [], notes: note === undefined ? [] : [note] }, ...answers]);
  } catch (error) {
    return { approvals: [], notes: [unanswered(io, error)] };
  }
}

function unanswered(io: Io, error: unknown): string {
  if (!ForgeError.isForgeError(error)) throw error;
  say(io, `warning: ${escapeInvisible(error.message)}`);
  return `No approval counts, since the forge did not answer: ${quoteName(error.message)}.`;
}

/** A forge that can't be asked approves nothing, and the review goes on. */
export async function askForge<T>(io: Io, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!ForgeError.isForgeError(error)) throw error;
    say(io, `warning: ${escapeInvisible(error.message)}`);
    return undefined;
  }
}

export function artifactOf({ artifact }: ForgeOptions) {
  return artifact === undefined ? {} : { artifact };
}

/** Only tests are in a hurry. */
export function delayOf(io: Io): number | undefined {
  const delay = Number(io.env['REPRIEVE_RETRY_DELAY'] ?? Number.NaN);
  return Number.isFinite(delay) ? delay : undefined;
}
