import { quote } from '../base/inert.js';
import type { Problem } from '../base/problem.js';

/** The shortest reason that counts, in characters. */
export const MIN_REASON = 10;

/** Whether a reason says enough. Spaces around it and what can't be seen don't count. */
export function checkReason(reason: string): Problem | undefined {
  const visible = reason.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').trim();
  if ([...visible].length >= MIN_REASON) return undefined;
  return {
    code: 'reason/too-short',
    message: `The reason ${quote(reason)} has fewer than ${MIN_REASON} characters.`,
    remedy: 'Say why, for those who will wonder later: "Replaced by the weekly report".',
  };
}
