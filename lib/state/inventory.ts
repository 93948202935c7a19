import { formatTimeLeft } from '../base/duration.js';
import { inert } from '../base/inert.js';
import { compareTexts } from '../base/order.js';
import type { DeletionRequest } from '../files/deletions.js';
import type { LockedProject, LockedStack } from '../files/projects-lock.js';
import { closeCommand, requestCommand } from '../model/commands.js';
import {
  type DeletionTarget,
  formatTarget,
  isItemTarget,
  itemTarget,
  parseTarget,
  RESOURCES,
} from '../model/deletion-target.js';
import { KINDS } from '../model/kinds.js';
import type { ItemKind } from '../model/specification.js';
import { ITEM_KINDS, itemsOf } from '../model/specification.js';
import { membersOf, type StackState, statusOf } from './state.js';

/**
 * Where a project or an item stands, in Code Engine's words: `preparing` has never been deployed,
 * `hard deleting` is gone in part.
 */
export type Status = 'preparing' | 'active' | 'soft deleted' | 'hard deleting' | 'hard deleted';

/** A deletion that has begun. */
export interface BegunDeletion {
  /** The tombstone's id. */
  readonly id?: string;
  readonly deletedAt: Date;
  /** It can be taken back before this. */
  readonly reclaimAfter: Date;
}

/** What a cluster says of the root object. */
export interface InCluster {
  /** `terminating`: Kubernetes is deleting it; `missing`: there is none of that name. */
  readonly status: 'active' | 'soft deleted' | 'terminating' | 'missing';
  /** The deadline that is written on it. */
  readonly reclaimAfter?: Date;
  readonly created?: Date;
  /** What is in use of something that is being deleted, as sentences. @default - not looked at */
  readonly uses?: readonly string[];
}

/** A project, a part of one or other resources, as state, lock and requests know it between them. */
export interface Entry extends DeletionTarget {
  readonly stack: string;
  /** As text: `billing/job-templates/nightly`. */
  readonly target: string;
  /** The uid of its root object, as far as the state has recorded it. */
  readonly id?: string;
  readonly status: Status;
  /** The deletion that it goes by: its own, or its project's. */
  readonly deletion?: BegunDeletion;
  /** Its own request in deletions.yaml. */
  readonly request?: DeletionRequest;
  /** Addresses that are still there, and those that are gone. */
  readonly remaining: readonly string[];
  readonly gone: readonly string[];
  /** Undefined where no cluster was asked, or the lock doesn't say its namespace. */
  readonly cluster?: InCluster;
  /** Whether it is a project or belongs to one, rather than resources without a project. */
  readonly isProject: boolean;
  /** What somebody has to do before it is reclaimed. */
  readonly beforeReclaim?: string;
  /** Where state, files and cluster disagree, as sentences. */
  readonly differences: readonly string[];
}

/** How long something can still be restored, as Code Engine counts it down. */
export function timeLeftIn(status: Status, reclaimAfter: Date | undefined, now: Date): string {
  if (reclaimAfter === undefined || status !== 'soft deleted') return '-';
  const seconds = Math.floor((reclaimAfter.getTime() - now.getTime()) / 1000);
  return seconds > 0 ? formatTimeLeft(seconds) : 'next deploy';
}

/** What it is, for people: `project`, `resources`, or what part of one. */
export function kindOf(entry: DeletionTarget & Pick<Entry, 'isProject'>): string {
  if (entry.item === undefined) return entry.isProject ? 'project' : 'resources';
  return isItemTarget(entry) ? KINDS[entry.item.kind].title : 'resource';
}

/** What is known of one stack. */
export interface StackKnowledge {
  readonly stack: string;
  readonly state: StackState;
  readonly locked: LockedStack | undefined;
  /** The requests that mean this stack. */
  readonly requests: readonly DeletionRequest[];
}

/** Every project and item of a stack, each project before its items. */
export function entriesOf(known: StackKnowledge): readonly Entry[] {
  const targets = new Set([...lockedTargets(known.locked), ...stateTargets(known.state)]);
  return [...targets].sort(compareTexts).flatMap((text) => {
    const target = parseTarget(text).value;
    return target === undefined ? [] : [residentOf(known, target)];
  });
}

/** Every target that the lock has of a stack. */
export function lockedTargets(locked: LockedStack | undefined): readonly string[] {
  return [
    ...Object.entries(locked?.projects ?? {}).flatMap(([name, project]) => [
      name,
      ...itemTargets(name, project),
      ...partTargets(name, project.parts),
    ]),
    ...Object.entries(locked?.reclaimables ?? {}).flatMap(([name, { parts }]) => [
      name,
      ...partTargets(name, parts),
    ]),
  ];
}

/** Whether what a target belongs to is a project, as far as lock and state know. */
export function isOfProject(
  { project }: DeletionTarget,
  locked: LockedStack | undefined,
  state?: StackState,
): boolean {
  if (Object.hasOwn(locked?.reclaimables ?? {}, project)) return false;
  if (Object.hasOwn(locked?.projects ?? {}, project)) return true;
  const guards = state?.guards.filter(({ target }) => target === project) ?? [];
  return guards.every(({ isProject }) => isProject);
}

function partTargets(name: string, parts: LockedProject['parts']): readonly string[] {
  return Object.keys(parts ?? {}).map((part) => itemTarget(name, RESOURCES, part));
}

function itemTargets(name: string, { spec }: LockedProject): readonly string[] {
  return ITEM_KINDS.flatMap((kind: ItemKind) =>
    Object.keys(itemsOf(spec, kind)).map((item) => itemTarget(name, kind, item)),
  );
}

function stateTargets(state: StackState): readonly string[] {
  return [
    ...state.guards.flatMap(({ target, members }) => [target, ...members.map((it) => it.target)]),
    ...state.tombstones.map(({ target }) => target),
  ];
}

function residentOf(known: StackKnowledge, parts: DeletionTarget): Entry {
  const { state, requests } = known;
  const target = formatTarget(parts);
  const id = state.uids.get(target);
  const request = requests.find((each) => each.target === target);
  const { remaining, gone } = statusOf(state, target);
  const deletion = deletionOf(state, target);
  const note = state.guards.find((guard) => guard.target === parts.project)?.beforeReclaim;
  return {
    ...parts,
    stack: known.stack,
    target,
    ...(id === undefined ? {} : { id }),
    status: statusIn(state, target),
    ...(deletion === undefined ? {} : { deletion }),
    ...(request === undefined ? {} : { request }),
    remaining,
    gone,
    isProject: isOfProject(parts, known.locked, state),
    ...(note === undefined ? {} : { beforeReclaim: note }),
    differences: differencesOf(known, target, request !== undefined),
  };
}

function statusIn(state: StackState, target: string): Status {
  const { status } = statusOf(state, target);
  if (status === 'active') return membersOf(state, target).length === 0 ? 'preparing' : 'active';
  return status === 'soft deleted' && lostOf(state, target).length > 0 ? 'hard deleting' : status;
}

/** What is gone, apart from items that were deleted by themselves. */
function lostOf(state: StackState, target: string): readonly string[] {
  const { gone } = statusOf(state, target);
  return membersOf(state, target)
    .filter((member) => member.target === target || !isBeingDeleted(state, member.target))
    .map(({ address }) => address)
    .filter((address) => gone.includes(address));
}

function isBeingDeleted(state: StackState, target: string): boolean {
  return state.tombstones.some((tombstone) => tombstone.target === target);
}

function deletionOf(state: StackState, target: string): BegunDeletion | undefined {
  const { deletedAt, reclaimAfter } = statusOf(state, target);
  if (deletedAt === undefined || reclaimAfter === undefined) return undefined;
  const id = state.reclamationIds.get(target);
  return { ...(id === undefined ? {} : { id }), deletedAt, reclaimAfter };
}

/** What stands in the files and was not deployed, and what was deployed and stands in no file. */
function differencesOf(
  { stack, state, locked }: StackKnowledge,
  target: string,
  isRequested: boolean,
): readonly string[] {
  const hasBegun = isBeingDeleted(state, target);
  const isKnown = membersOf(state, target).length > 0;
  const lost = statusOf(state, target).status === 'active' ? lostOf(state, target) : [];
  return [
    ...(isRequested && !hasBegun
      ? ['Its deletion is requested in deletions.yaml and not deployed yet.']
      : []),
    ...(hasBegun && !isRequested ? [withoutRequest(statusIn(state, target), target, stack)] : []),
    ...(hasBegun && !isKnown && !state.hardDeleted.includes(target)
      ? [
          'The state has its clock, and no record of what belongs to it: the next deploy writes that.',
        ]
      : []),
    ...(isKnown && !lockedTargets(locked).includes(target)
      ? ['It is deployed, and projects.lock.yaml does not have it.']
      : []),
    ...(lost.length > 0
      ? [`It is not being deleted, and the state lacks ${lost.map(inert).join(', ')}.`]
      : []),
  ];
}

/** What a request that was removed too early leads to depends on what is left. */
function withoutRequest(status: Status, target: string, stack: string): string {
  if (status === 'hard deleted') {
    return `It was deleted for good, and deletions.yaml no longer asks for that: a deploy would create it again, empty. Take it out of the code, then run: ${closeCommand(target, stack)}`;
  }
  if (status === 'hard deleting') {
    return `It was deleted in part, and deletions.yaml no longer asks for that: a deploy would create what is gone again, empty. Request it again: ${requestCommand(target, stack)}`;
  }
  return 'It is being deleted, and deletions.yaml no longer asks for that: deploy to restore it.';
}
