import { compareTexts } from '../base/order.js';
import type { EvidenceFile } from './certificate.js';
import type { Evidence } from './evidence.js';

/** Which deletion is meant. */
export interface Meant {
  readonly stack: string;
  readonly target: string;
  /** When it began, where the state still has its clock: a namesake's deletion is another one. */
  readonly deletedAt?: string | undefined;
}

/** The evidence about a deletion, the one that knows most first, and of those the latest. */
export function evidenceFor(
  all: readonly EvidenceFile[],
  { stack, target, deletedAt }: Meant,
): readonly EvidenceFile[] {
  return all
    .filter(({ evidence }) => evidence.stack === stack && evidence.target === target)
    .filter(
      ({ evidence: { deletion } }) =>
        deletedAt === undefined || deletion === null || deletion.deletedAt === deletedAt,
    )
    .sort(
      (a, b) =>
        knowledge(b.evidence) - knowledge(a.evidence) ||
        compareTexts(b.evidence.takenAt, a.evidence.takenAt) ||
        compareTexts(b.file, a.file),
    );
}

/** How many objects it has the uids of. */
function knowledge({ objects }: Evidence): number {
  return objects.filter(({ uid }) => uid !== null).length;
}

/** What a certificate can't say where there is no evidence, as ends of a sentence. */
export const LOST_WITHOUT_EVIDENCE: readonly string[] = [
  'the uids of the objects, so a namesake can’t be told from them',
  'who asked for the deletion, why, and who approved it',
  'the hashes of plan and records',
  'etcd’s revision before the deletion, so nobody can ask whether its history is compacted',
  'which images the objects referred to',
];
