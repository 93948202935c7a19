import { replaceInvisible } from '../model/inert.js';
import type { Review } from '../plan/review.js';

/** The version of the format; a reader has to refuse another one. */
const SCHEMA_VERSION = 1;

/**
 * The review for machines, as lib/schemas/review.schema.json has it. Names stay as they are, but
 * every character that can't be seen is written as JSON's own escape.
 */
export function renderJson(review: Review): string {
  const document = {
    schemaVersion: SCHEMA_VERSION,
    verdict: review.verdict,
    why: review.why.map(({ code, address, message }) => ({ code, address, message })),
    deletions: review.deletions.map((deletion) => ({
      stack: deletion.stack,
      address: deletion.address,
      kind: deletion.kind,
      actions: deletion.actions,
      reason: deletion.reason,
      cause: deletion.cause,
      recoverableUntil: deletion.recoverableUntil,
      target: deletion.target,
      members: deletion.members,
      images: deletion.images,
    })),
    reclamations: review.reclamations.map(({ stack, target, kind, recoverableUntil }) => ({
      stack,
      target,
      kind,
      recoverableUntil,
    })),
  };
  return `${asAscii(JSON.stringify(document, null, 2))}\n`;
}

/** JSON.stringify leaves bidirectional and zero-width characters as they are. */
function asAscii(json: string): string {
  return json
    .split('\n')
    .map((line) => replaceInvisible(line, escapeOf))
    .join('\n');
}

function escapeOf(codePoint: number): string {
  return String.fromCodePoint(codePoint)
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
