import { escapeInvisible, inert } from '../../base/inert.js';
import { ForgeError } from '../../forge/http.js';
import { isMarkerKey } from '../../forge/marker.js';
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

/** A comment that can't be written doesn't stop a review. */
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
