import { compareTexts } from '../base/order.js';
import { placesOf } from '../state/address.js';
import type { EvidenceFile } from './certificate.js';
import type { Evidence } from './evidence.js';

/** Which target's deletion is meant. */
export interface Meant {
  readonly stack: string;
  readonly target: string;
}

/** A deletion as the state has it, until it is closed. A namesake's deletion is another one. */
export interface Recorded extends Meant {
  /** When it began. */
  readonly deletedAt: string | undefined;
  /** The uid that a hard deletion was approved for. */
  readonly uid: string | undefined;
  /** The addresses of what it took along. */
  readonly addresses: readonly string[];
}

/**
 * The evidence about a target's last deletion, the one that knows most first, and of those the latest.
 * Whatever had the name before was another deletion, however much is known of it.
 */
export function evidenceFor(all: readonly EvidenceFile[], meant: Meant): readonly EvidenceFile[] {
  const about = ofTarget(all, meant);
  const [last] = [...about].sort(laterFirst);
  return last === undefined
    ? []
    : about.filter((each) => isSameDeletion(each.evidence, last.evidence)).sort(byKnowledge);
}

/** The evidence about the very deletion that the state has, and of all that it took along. */
export function evidenceOf(
  all: readonly EvidenceFile[],
  recorded: Recorded,
): readonly EvidenceFile[] {
  return ofTarget(all, recorded)
    .filter(({ evidence }) => isAbout(evidence, recorded) && hasAll(evidence, recorded))
    .sort(byKnowledge);
}

function ofTarget(all: readonly EvidenceFile[], { stack, target }: Meant) {
  return all.filter(({ evidence }) => evidence.stack === stack && evidence.target === target);
}

/** Before a hard deletion no clock runs: then the uid says which one it is. */
function isAbout(evidence: Evidence, { deletedAt, uid }: Recorded): boolean {
  const isTimed = evidence.deletion !== null && evidence.deletion.deletedAt === deletedAt;
  return isTimed || (uid !== undefined && uidsOfHard(evidence).includes(uid));
}

function hasAll({ objects }: Evidence, { addresses }: Recorded): boolean {
  const known = new Set(objects.flatMap(({ address }) => placesOf(address ?? '')));
  return objects.length > 0 && addresses.every((each) => known.has(each));
}

function isSameDeletion(one: Evidence, other: Evidence): boolean {
  if (one.deletion !== null && other.deletion !== null) {
    return one.deletion.deletedAt === other.deletion.deletedAt;
  }
  const [hard, otherHard] = [uidsOfHard(one), uidsOfHard(other)];
  if (hard.length > 0 || otherHard.length > 0) return hard.some((uid) => otherHard.includes(uid));
  // Neither has begun: what is known of something that lives.
  return one.deletion === null && other.deletion === null && shareObject(one, other);
}

function shareObject(one: Evidence, other: Evidence): boolean {
  const uids = new Set(other.objects.flatMap(({ uid }) => uid ?? []));
  return one === other || one.objects.some(({ uid }) => uid !== null && uids.has(uid));
}

/** The uids that a hard deletion was approved for, or carried out by. */
function uidsOfHard({ request, hardDeletion }: Evidence): readonly string[] {
  const approved = request?.mode === 'hard' ? request.approvals.map(({ uid }) => uid) : [];
  return hardDeletion === null ? approved : [...approved, hardDeletion.uid];
}

function laterFirst(a: EvidenceFile, b: EvidenceFile): number {
  const [one, other] = [a, b].map(({ evidence }) => Date.parse(evidence.takenAt));
  return (other ?? 0) - (one ?? 0) || compareTexts(b.file, a.file);
}

function byKnowledge(a: EvidenceFile, b: EvidenceFile): number {
  return (
    uidsIn(b.evidence) - uidsIn(a.evidence) ||
    Number(b.evidence.cluster !== null) - Number(a.evidence.cluster !== null) ||
    laterFirst(a, b)
  );
}

/** How many objects it has the uids of. */
function uidsIn({ objects }: Evidence): number {
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
