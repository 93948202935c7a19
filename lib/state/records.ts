import { parseDuration } from '../base/duration.js';
import { isRecord } from '../base/guards.js';
import { parseTimestamp } from '../base/timestamp.js';
import { RESOURCES } from '../model/deletion-target.js';

/** Marks every record of ours in state; readers recognise records by it, never by a name. */
export const API_VERSION = 'reprieve/v1';

/** A stack's record of its rules has one place, so that nothing else can become it unseen. */
export const RULES_NAME = 'reprieve-rules';
export const RULES_ADDRESS = `terraform_data.${RULES_NAME}`;

/** One thing that belongs to a project, as the guard records it. */
export interface Member {
  /** The Terraform address: without an index, unless it is an instance with a target of its own. */
  readonly address: string;
  /** The deletion target that the resource goes with. */
  readonly target: string;
}

/** A project's guard as state has it. */
export interface Guard {
  readonly kind: 'Guard';
  readonly target: string;
  readonly period: string;
  readonly members: readonly Member[];
  /**
   * Where each target's clock stands, or would stand if its deletion began: a tombstone anywhere
   * else doesn't count. Undefined in guards of version 0.1.
   */
  readonly clocks: ReadonlyMap<string, string> | undefined;
  /** Whether it is a project's, rather than that of other resources. */
  readonly isProject: boolean;
  /** What somebody has to do before it is reclaimed. */
  readonly beforeReclaim?: string;
}

/** A deletion's clock as state has it. */
export interface Tombstone {
  readonly kind: 'Tombstone';
  readonly target: string;
  readonly deletedAt: Date;
  /** In Terraform's units. */
  readonly period: string;
  /** Recoverable before this. */
  readonly reclaimAfter: Date;
}

/** The uids of a project's root objects, by target. */
export interface Identity {
  readonly kind: 'Identity';
  readonly target: string;
  readonly uids: ReadonlyMap<string, string>;
}

/** A hard deletion that was carried out, or that a plan is about to carry out. */
export interface HardDeletionRecord {
  readonly kind: 'HardDeletion';
  readonly target: string;
  /** Undefined where the plan doesn't know it yet. */
  readonly executedAt: Date | undefined;
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly expires: Date | undefined;
  /** When it was approved; undefined in records of version 0.1. */
  readonly approvedAt: Date | undefined;
  readonly uid: string;
}

/** The rules of a stack as the last deploy left them: until the next one, they hold at least. */
export interface RulesRecord {
  readonly kind: 'Rules';
  /** The stack. */
  readonly target: string;
  /** The shortest period that anyone may set, in Terraform's units. */
  readonly floor: string;
  readonly approvers: readonly RecordedApprover[];
}

/** Who may approve hard deletions, and by which account. */
export interface RecordedApprover {
  readonly id: string;
  readonly github?: string;
}

/** A record of ours that can't be understood: a newer version's, or one that was tampered with. */
export interface BrokenRecord {
  readonly kind: 'Broken';
  readonly target: string;
}

export type StateRecord =
  | Guard
  | Tombstone
  | Identity
  | HardDeletionRecord
  | RulesRecord
  | BrokenRecord;

/** The records of one kind. */
export function ofKind<K extends StateRecord['kind']>(
  records: readonly StateRecord[],
  kind: K,
): readonly Extract<StateRecord, { kind: K }>[] {
  return records.filter((each): each is Extract<StateRecord, { kind: K }> => each.kind === kind);
}

type Input = Readonly<Record<string, unknown>>;

/** Reads the `input` of a `terraform_data`; undefined where it is not a record of ours. */
export function readRecord(input: unknown): StateRecord | undefined {
  if (!isRecord(input) || !isOurs(input['api_version'])) return undefined;
  const { kind, target, api_version: version } = input;
  const broken: BrokenRecord = { kind: 'Broken', target: text(target) };
  if (version !== API_VERSION || typeof target !== 'string' || target === '') return broken;
  switch (kind) {
    case 'Guard':
      return readGuard(target, input) ?? broken;
    case 'Tombstone':
      return readTombstone(target, input) ?? broken;
    case 'Identity':
      return { kind, target, uids: readTexts(input['objects']) };
    case 'HardDeletion':
      return readHardDeletion(target, input);
    case 'Rules':
      return readRules(target, input) ?? broken;
    default:
      return broken;
  }
}

/** Other versions of our records count as ours, so that they are never taken for plain data. */
function isOurs(version: unknown): boolean {
  return typeof version === 'string' && version.startsWith('reprieve/');
}

function readGuard(target: string, input: Input): Guard | undefined {
  const { members, clocks } = input;
  const note = text(input['before_reclaim']);
  const period = parseDuration(text(input['period'])).value;
  if (!Array.isArray(members) || period === undefined) return undefined;
  const read = members.map(readMember);
  const sound = read.filter((member) => member !== undefined);
  const isSound = sound.length === read.length && (clocks === undefined || isTexts(clocks));
  if (!isSound) return undefined;
  return {
    kind: 'Guard',
    target,
    period: period.text,
    members: sound,
    clocks: clocks === undefined ? undefined : readTexts(clocks),
    isProject: input['subject'] !== RESOURCES,
    ...(note === '' ? {} : { beforeReclaim: note }),
  };
}

function isTexts(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((each) => typeof each === 'string');
}

function readMember(member: unknown): Member | undefined {
  if (!isRecord(member)) return undefined;
  const { address, target } = member;
  const isMember = typeof address === 'string' && typeof target === 'string';
  return isMember ? { address, target } : undefined;
}

function readTombstone(target: string, input: Input): Tombstone | undefined {
  const deletedAt = parseTimestamp(text(input['deleted_at'])).value;
  const period = parseDuration(text(input['period'])).value;
  if (deletedAt === undefined || period === undefined) return undefined;
  const reclaimAfter = new Date(deletedAt + period.seconds * 1000);
  return {
    kind: 'Tombstone',
    target,
    deletedAt: new Date(deletedAt),
    period: period.text,
    reclaimAfter,
  };
}

function readTexts(objects: unknown): ReadonlyMap<string, string> {
  const entries = isRecord(objects) ? Object.entries(objects) : [];
  return new Map(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function readHardDeletion(target: string, input: Input): HardDeletionRecord {
  return {
    kind: 'HardDeletion',
    target,
    executedAt: date(input['executed_at']),
    requestedBy: text(input['requested_by']),
    approvedBy: text(input['approved_by']),
    expires: date(input['approval_expires']),
    approvedAt: date(input['approved_at']),
    uid: text(input['uid']),
  };
}

function readRules(target: string, input: Input): RulesRecord | undefined {
  const { approvers } = input;
  const floor = parseDuration(text(input['floor'])).value;
  if (!Array.isArray(approvers) || floor === undefined) return undefined;
  const read = approvers.map(readApprover);
  const sound = read.filter((approver) => approver !== undefined);
  if (sound.length !== read.length) return undefined;
  return { kind: 'Rules', target, floor: floor.text, approvers: sound };
}

function readApprover(approver: unknown): RecordedApprover | undefined {
  if (!isRecord(approver)) return undefined;
  const { id, github } = approver;
  if (typeof id !== 'string' || id === '') return undefined;
  if (github === undefined || github === null) return { id };
  return typeof github === 'string' ? { id, github } : undefined;
}

function date(value: unknown): Date | undefined {
  const instant = parseTimestamp(text(value)).value;
  return instant === undefined ? undefined : new Date(instant);
}

/** Only a real text: converting an object from outside can throw. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
