import { isRecord, memberOf } from '../base/guards.js';
import { quote } from '../base/inert.js';
import type { Checked, Problem } from '../base/problem.js';
import { lineage } from '../model/deletion-target.js';
import { REVISION_ANNOTATION } from '../model/marks.js';
import { placesOf } from './address.js';
import { clocksByTarget, earliestClock } from './clocks.js';
import { type LiveValues, liveValuesOf } from './live-values.js';
import { type ObjectReference, objectOf } from './object-reference.js';
import type { Member } from './records.js';
import { type Guard, ofKind, readRecord, type Tombstone } from './records.js';

export type { Guard, Tombstone } from './records.js';

/** What the records in one stack's state say. */
export interface StackState {
  readonly guards: readonly Guard[];
  readonly tombstones: readonly Tombstone[];
  /** Targets whose hard deletion was carried out. */
  readonly hardDeleted: readonly string[];
  /** The uid of each target's root object, as far as it was recorded. */
  readonly uids: ReadonlyMap<string, string>;
  /** The id of each tombstone, by target: what Code Engine calls the reclamation's id. */
  readonly reclamationIds: ReadonlyMap<string, string>;
  readonly resources: readonly StateResource[];
}

/** A resource in state. */
export interface StateResource {
  readonly type: string;
  /** With the index. */
  readonly address: string;
  /** The Kubernetes object that it stands for, where it is one. */
  readonly object?: ObjectReference;
  /** Of a secret that says which revision of its content it holds: the one that was written. */
  readonly revision?: number;
  /** What the state says of that object besides. */
  readonly live?: LiveValues;
}

/** Where a deletion stands. */
export interface ReclamationStatus {
  readonly target: string;
  /** As Code Engine prints it. */
  readonly status: 'active' | 'soft deleted' | 'hard deleted';
  readonly deletedAt?: Date;
  readonly reclaimAfter?: Date;
  /** Addresses that are still there. */
  readonly remaining: readonly string[];
  /** Addresses that are gone. */
  readonly gone: readonly string[];
}

const MAX_MODULES = 1000;

/** Reads what `terraform show -json` prints of a state. */
export function readStackState(json: unknown): Checked<StackState> {
  if (!isRecord(json)) return { problems: [unreadable('it is not an object')] };
  const version = json['format_version'];
  if (typeof version !== 'string' || !/^[01]\.\d+$/.test(version)) {
    return { problems: [unreadable(`its format ${quote(version)} is not known`)] };
  }
  const values = json['values'];
  const found = isRecord(values) ? resourcesIn(values['root_module']) : [];
  // A record that can't be understood is left out: its deletion then counts as not begun.
  const known = found.map(({ input, id }) => ({ record: readRecord(input), id }));
  const records = known.map(({ record }) => record).filter((each) => each !== undefined);
  return {
    value: {
      guards: ofKind(records, 'Guard'),
      tombstones: ofKind(records, 'Tombstone'),
      hardDeleted: ofKind(records, 'HardDeletion').map(({ target }) => target),
      uids: new Map(ofKind(records, 'Identity').flatMap(({ uids }) => [...uids])),
      reclamationIds: new Map(
        known.flatMap(({ record, id }) =>
          record?.kind === 'Tombstone' && id !== undefined ? [[record.target, id] as const] : [],
        ),
      ),
      resources: found.map(({ input: _input, id: _id, ...resource }) => resource),
    },
    problems: [],
  };
}

/** What goes with a target: the guard's members of it and, for a project, of all that is in it. */
export function membersOf(state: StackState, target: string): readonly Member[] {
  return state.guards.flatMap((guard) =>
    guard.members.filter((member) => guard.target === target || member.target === target),
  );
}

/** Where a target's deletion stands, told from what is there and never from the calendar. */
export function statusOf(state: StackState, target: string): ReclamationStatus {
  const there = new Set(state.resources.flatMap(({ address }) => placesOf(address)));
  const addresses = membersOf(state, target).map((member) => member.address);
  const remaining = addresses.filter((address) => there.has(address));
  const clocks = clocksByTarget(state.tombstones);
  const [own] = lineage(target).flatMap((each) => clocks.get(each) ?? []);
  const first = earliestClock(target, clocks, (clock) => clock.reclaimAfter);
  const ended = remaining.length === 0 ? 'hard deleted' : 'soft deleted';
  return {
    target,
    status: own === undefined ? 'active' : ended,
    ...(own === undefined ? {} : { deletedAt: own.deletedAt }),
    ...(first === undefined ? {} : { reclaimAfter: first.reclaimAfter }),
    remaining,
    gone: addresses.filter((address) => !there.has(address)),
  };
}

/** The deletions that have a clock in state, projects before their items. */
export function openReclamations(state: StackState): readonly ReclamationStatus[] {
  return [...clocksByTarget(state.tombstones).keys()]
    .map((target) => statusOf(state, target))
    .sort((a, b) => (a.target < b.target ? -1 : 1));
}

interface Found extends StateResource {
  readonly input: unknown;
  readonly id: string | undefined;
}

function resourcesIn(root: unknown): readonly Found[] {
  const found: Found[] = [];
  const modules: unknown[] = [root];
  for (let at = 0; at < modules.length && at < MAX_MODULES; at += 1) {
    const module = modules[at];
    if (!isRecord(module)) continue;
    found.push(...list(module['resources']).flatMap(readResource));
    modules.push(...list(module['child_modules']));
  }
  return found;
}

function readResource(resource: unknown): readonly Found[] {
  if (!isRecord(resource) || resource['mode'] !== 'managed') return [];
  const { type, address, values } = resource;
  if (typeof type !== 'string' || typeof address !== 'string') return [];
  const isRecordType = type === 'terraform_data' && isRecord(values);
  const id = isRecordType && typeof values['id'] === 'string' ? values['id'] : undefined;
  const object = objectOf(type, values);
  const revision = revisionIn(values);
  const live = liveValuesOf(type, values);
  return [
    {
      type,
      address,
      ...(object === undefined ? {} : { object }),
      ...(revision === undefined ? {} : { revision }),
      ...(live === undefined ? {} : { live }),
      input: isRecordType ? values['input'] : undefined,
      id,
    },
  ];
}

function revisionIn(values: unknown): number | undefined {
  const written = memberOf(values, 'data_wo_revision');
  const metadata = memberOf(memberOf(values, 'metadata'), 0);
  const isCarried = memberOf(memberOf(metadata, 'annotations'), REVISION_ANNOTATION) !== undefined;
  return isCarried && typeof written === 'number' ? written : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function unreadable(why: string): Problem {
  return {
    code: 'state/unreadable',
    message: `The state can't be read: ${why}.`,
    remedy:
      'Check that Terraform or OpenTofu is a released version, and that it is this stack’s state.',
  };
}
