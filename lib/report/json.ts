import { type Review, reasonsToStop } from '../review/review.js';
import { asciiJson } from './ascii-json.js';
import { findingsForPrograms, rulesForPrograms } from './findings-json.js';

/** The version of the format; a reader has to refuse another one. */
const SCHEMA_VERSION = 1;

/** The review for programs, as lib/schemas/review.schema.json has it. */
export function renderJson(review: Review): string {
  return asciiJson({
    schemaVersion: SCHEMA_VERSION,
    verdict: review.verdict,
    why: reasonsToStop(review).map(({ code, address, message }) => ({ code, address, message })),
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
    rules: rulesForPrograms(review),
    ...(review.scope === 'deletions' ? {} : { findings: findingsForPrograms(review) }),
  });
}
