import { compareTexts } from '../base/order.js';
import { rfc3339, rfc3339Seconds } from '../base/timestamp.js';
import type { ClusterObject } from '../cluster/audit/object.js';
import type { DeletionRequest } from '../files/deletions.js';
import { goesWith, lineage, projectOf } from '../model/deletion-target.js';
import { placesOf, withoutIndex } from '../state/address.js';
import type { ObjectReference } from '../state/object-reference.js';
import { type HardDeletionRecord, type Member, readRecord } from '../state/records.js';
import type {
  Evidence,
  EvidenceCluster,
  EvidenceDeletion,
  EvidenceHardDeletion,
  EvidenceImage,
  EvidenceObject,
  EvidencePlan,
  EvidenceRecord,
  EvidenceRequest,
  EvidenceState,
} from './evidence.js';
import type { PlanView } from './plan-view.js';
import type { StateObject, StateView } from './state-view.js';

/** Everything that evidence is made of, read by whoever asks for it. */
export interface Sources {
  readonly stack: string;
  readonly target: string;
  readonly takenBy: Evidence['takenBy'];
  readonly now: Date;
  readonly tool: string;
  readonly request: DeletionRequest | undefined;
  /** What the guards say goes with the target. */
  readonly members: readonly Member[];
  /** The deletion that it goes by; undefined where no clock runs. */
  readonly deletion:
    | { readonly id?: string; readonly deletedAt: Date; readonly reclaimAfter: Date }
    | undefined;
  readonly state: StateView & { readonly about: EvidenceState | undefined };
  readonly plan: PlanView | undefined;
  readonly cluster: (EvidenceCluster & { readonly objects: readonly ClusterObject[] }) | undefined;
  /** Of the stack's JSON as Terraform gets it. */
  readonly configuration: string | undefined;
  /** What could not be read, and why, as sentences. */
  readonly unread: readonly string[];
}

/** Evidence from what was read: the same sources give the same bytes. */
export function gatherEvidence(from: Sources): Evidence {
  const records = recordsOf(from);
  const objects = objectsOf(from);
  return {
    schemaVersion: 1,
    stack: from.stack,
    target: from.target,
    takenBy: from.takenBy,
    takenAt: rfc3339(from.now),
    tool: from.tool,
    request: from.request === undefined ? null : requestOf(from.request),
    deletion: deletionOf(from),
    hardDeletion: hardDeletionOf(records, from.target),
    objects,
    images: imagesOf(from),
    records,
    configuration: from.configuration === undefined ? null : { sha256: from.configuration },
    plan: planOf(from),
    state: from.state.about ?? null,
    cluster: clusterOf(from),
    unknown: [...from.unread, ...gapsIn(objects)],
  };
}

function requestOf(request: DeletionRequest): EvidenceRequest {
  const { mode, reason, requestedBy, requestedAt, approvals } = request;
  return {
    mode,
    reason,
    requestedBy,
    requestedAt,
    approvals: approvals.map(({ by, at, expires, uid }) => ({ by, at, expires, uid })),
  };
}

function deletionOf({ deletion }: Sources): EvidenceDeletion | null {
  if (deletion === undefined) return null;
  return {
    deletedAt: rfc3339Seconds(deletion.deletedAt),
    reclaimAfter: rfc3339Seconds(deletion.reclaimAfter),
    reclamationId: deletion.id ?? null,
  };
}

/** Those of the project, and of what is deleted with or around the target. */
function recordsOf({ state, target }: Sources): readonly EvidenceRecord[] {
  const isAbout = (of: string) => lineage(target).includes(of) || goesWith(target, of);
  return state.records.filter((each) => isAbout(each.target));
}

function hardDeletionOf(
  records: readonly EvidenceRecord[],
  target: string,
): EvidenceHardDeletion | null {
  const read = records.map(({ input }) => readRecord(input));
  const found = read.find(
    (each): each is HardDeletionRecord => each?.kind === 'HardDeletion' && each.target === target,
  );
  if (found === undefined) return null;
  const { executedAt, requestedBy, approvedBy, uid } = found;
  return {
    executedAt: executedAt === undefined ? null : rfc3339Seconds(executedAt),
    requestedBy,
    approvedBy,
    uid,
  };
}

/** What the guards list, each with what state, plan and cluster know of it; then what else there is. */
function objectsOf(from: Sources): readonly EvidenceObject[] {
  const listed = from.members.flatMap((member) => listedObjects(member, from));
  const known = new Set(listed.map(keyOf));
  const others = (from.cluster?.objects ?? [])
    .map(onlyInCluster)
    .filter((each) => !known.has(keyOf(each)));
  return [...listed, ...others].sort((a, b) => compareTexts(orderOf(a), orderOf(b)));
}

/** The instances of a member; itself where nobody knows one. */
function listedObjects(member: Member, from: Sources): readonly EvidenceObject[] {
  const { members, state, plan } = from;
  const now = instancesOf(member, members, state.objects);
  const addresses = new Set(now.map(({ address }) => address));
  const before = instancesOf(member, members, plan?.ending ?? []);
  const gone = before.filter(({ address }) => !addresses.has(address));
  const all = [
    ...now.map((is) => ({ is, inState: true })),
    ...gone.map((is) => ({ is, inState: false })),
  ];
  if (all.length === 0) return [listedObject(member.address, member, undefined, false, from)];
  return all.map(({ is, inState }) =>
    // While it is being deleted, a single one has an index that it didn't have before.
    listedObject(all.length === 1 ? member.address : is.address, member, is, inState, from),
  );
}

/** What stands for a member; an instance with a target of its own is a member itself. */
function instancesOf<T extends { readonly address: string }>(
  { address }: Member,
  members: readonly Member[],
  all: readonly T[],
): readonly T[] {
  const own = new Set(members.map((each) => each.address));
  return all.filter(
    (each) =>
      each.address === address ||
      (placesOf(each.address).includes(address) && !own.has(each.address)),
  );
}

function listedObject(
  address: string,
  member: Member,
  is: StateObject | undefined,
  inState: boolean,
  { cluster }: Sources,
): EvidenceObject {
  const object = is?.object;
  const live = object && cluster?.objects.find((each) => isSame(each, object));
  const uid = is?.uid ?? live?.uid ?? null;
  const from = live === undefined ? null : 'cluster';
  return {
    address,
    target: member.target,
    type: is?.type ?? typeOf(member.address),
    object: object === undefined ? null : named(object),
    uid,
    uidFrom: is?.uid === undefined ? from : inState ? 'state' : 'plan',
    inState,
  };
}

/** Terraform's type, in any module. */
function typeOf(address: string): string | null {
  return withoutIndex(address).split('.').at(-2) ?? null;
}

function named({ resource, namespace, name }: ObjectReference) {
  return { resource, namespace: namespace ?? null, name };
}

function onlyInCluster(object: ClusterObject): EvidenceObject {
  const { kind, namespace, name, uid } = object;
  const reference = { resource: kind.toLowerCase(), namespace: namespace ?? null, name };
  const known = { object: reference, uid, uidFrom: 'cluster', inState: false } as const;
  return { address: null, target: null, type: null, ...known };
}

/** A cluster says `CronJob`, a state `cronjob` or `widget.v1.example.org`. */
function isSame(live: ClusterObject, object: ObjectReference): boolean {
  return (
    live.kind.toLowerCase() === kindOf(object.resource) &&
    live.name === object.name &&
    (live.namespace ?? '') === (object.namespace ?? '')
  );
}

function kindOf(resource: string): string {
  return resource.split('.')[0] ?? resource;
}

function keyOf({ object, address }: EvidenceObject): string {
  if (object === null) return `address ${address ?? ''}`;
  return JSON.stringify([kindOf(object.resource), object.namespace ?? '', object.name]);
}

function orderOf(each: EvidenceObject): string {
  return `${each.address === null ? 1 : 0} ${each.address ?? ''} ${keyOf(each)}`;
}

function imagesOf({ members, state, plan }: Sources): readonly EvidenceImage[] {
  const users = new Map<string, Set<string>>();
  for (const member of members) {
    for (const { images } of instancesOf(member, members, [
      ...state.objects,
      ...(plan?.ending ?? []),
    ])) {
      for (const image of images) {
        users.set(image, (users.get(image) ?? new Set()).add(member.address));
      }
    }
  }
  return [...users]
    .map(([image, usedBy]) => ({ image, usedBy: [...usedBy].sort(compareTexts) }))
    .sort((a, b) => compareTexts(a.image, b.image));
}

function planOf({ plan, members }: Sources): EvidencePlan | null {
  if (plan === undefined) return null;
  const deletes = members.flatMap((member) => {
    const all = instancesOf(member, members, plan.ending);
    const deleted = all.filter(({ isDeleted }) => isDeleted);
    return deleted.map(({ address }) => (all.length === 1 ? member.address : address));
  });
  const { file, sha256, plannedAt } = plan;
  return { file, sha256, plannedAt, deletes: [...new Set(deletes)].sort(compareTexts) };
}

function clusterOf({ cluster }: Sources): EvidenceCluster | null {
  if (cluster === undefined) return null;
  const { version, id, revision } = cluster;
  return { version, id, revision };
}

/** What nobody can say of an object later. */
function gapsIn(objects: readonly EvidenceObject[]): readonly string[] {
  return objects
    .filter(({ uid }) => uid === null)
    .map(({ address }) => `Nobody knew the uid of \`${address}\` any more.`);
}

/** Whether a deletion takes a whole project or group of resources along. */
export function isWhole({ target }: Pick<Evidence, 'target'>): boolean {
  return projectOf(target) === target;
}
