import { type Reason, type RequestNote, type Review, reasonsToStop } from '../review/review.js';
import { asciiJson } from './ascii-json.js';
import { findingsForPrograms, rulesForPrograms } from './findings-json.js';

/** The version of the format; a reader has to refuse another one. */
const SCHEMA_VERSION = 2;

/** The review for programs, as lib/schemas/review.schema.json has it. */
export function renderJson(review: Review): string {
  return asciiJson({
    schemaVersion: SCHEMA_VERSION,
    verdict: review.verdict,
    why: reasonsToStop(review).map(reason),
    notices: review.notices.map(reason),
    deletions: review.deletions.map((deletion) => ({
      stack: deletion.stack,
      address: deletion.address,
      kind: deletion.kind,
      actions: deletion.actions,
      reason: deletion.reason,
      cause: deletion.cause,
      recoverableUntil: deletion.recoverableUntil,
      target: deletion.target,
      images: deletion.images,
      ...(deletion.trigger === undefined ? {} : { trigger: deletion.trigger }),
    })),
    reclamations: review.reclamations.map(({ stack, target, kind, recoverableUntil }) => ({
      stack,
      target,
      kind,
      recoverableUntil,
    })),
    groups: review.groups.map(({ stack, target, members, subject = null }) => ({
      stack,
      target,
      members,
      subject,
    })),
    requests: (review.requests ?? []).map(request),
    plans: review.plans.map(({ stack, plannedAt, counts, changes = [] }) => ({
      stack,
      plannedAt,
      counts,
      changes,
    })),
    rulesFrom: review.rulesFrom ?? null,
    rules: rulesForPrograms(review),
    ...(review.scope === 'deletions' ? {} : { findings: findingsForPrograms(review) }),
  });
}

function request(each: RequestNote) {
  const { stack, target, mode, requestedBy, reason: why = null } = each;
  const { approvedBy = null, approvedUntil = null } = each;
  return { stack, target, mode, requestedBy, reason: why, approvedBy, approvedUntil };
}

function reason({ code, stack, address, message }: Reason) {
  return { code, stack, address, message };
}
