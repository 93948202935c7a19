import { memberOf } from '../base/guards.js';
import { escapeInvisible, inert } from '../base/inert.js';
import { rfc3339Seconds } from '../base/timestamp.js';
import { lockedProject, lockedStack } from '../files/projects-lock.js';
import type { LockedEncryption, ProjectsLock } from '../files/projects-lock-types.js';
import { isItemTarget } from '../model/deletion-target.js';
import { parseImageReference, withoutCredential } from '../model/image-reference.js';
import { KINDS } from '../model/kinds.js';
import { type ItemKind, itemsOf } from '../model/specification.js';
import { type Backend, versionsCommand } from './backend-versions.js';
import type { Entry, InCluster } from './inventory.js';

/** Somewhere that something of a datum is kept. */
export interface DataPlace {
  readonly place: 'etcd' | 'state' | 'repository' | 'registry';
  /** What exactly, in words. */
  readonly where: string;
  /** `content`: whoever reads it has the datum. `references`: names, ids and labels. */
  readonly holds: 'content' | 'references';
  /** Who encrypts it there, as far as that is declared or seen. */
  readonly encryptedBy: string;
}

/** What ends a datum, and when. */
export interface DataEnd {
  readonly by: 'deletion request' | 'deadline' | 'over';
  /** RFC 3339; null where no clock runs. */
  readonly at: string | null;
  /** How long after a request; null where that is not ours to say. */
  readonly period: string | null;
}

/** Something that is stored: where, encrypted by whom, until when, and what is left of it then. */
export interface StoredDatum {
  readonly stack: string;
  readonly target: string;
  /** `registry secret`, `job template`, `image reference`. */
  readonly kind: string;
  readonly name: string;
  readonly status: string;
  readonly places: readonly DataPlace[];
  readonly end: DataEnd;
  /** What the cluster says of its object; null where it was not asked. */
  readonly inCluster: InCluster['status'] | null;
  /** What Reprieve does not end, and who does. */
  readonly leftElsewhere: readonly string[];
}

/** What is known of the stacks. */
export interface DataKnowledge {
  readonly entries: readonly Entry[];
  readonly lock: ProjectsLock;
  /** The period that holds in a stack where a project has none of its own. */
  readonly periodOf: (stack: string) => string;
  /** By what an object's stored bytes are encrypted, where etcd was read. */
  readonly stored?: (resource: string, namespace: string, name: string) => string | undefined;
  /** Whether an object has a copy of its content in an annotation, where the cluster was asked. */
  readonly hasCopy?: (stack: string, kind: string, namespace: string, name: string) => boolean;
  /** Where a stack's state is kept. */
  readonly backendOf?: (stack: string) => Backend | undefined;
  /** A path of a stack's as users see it. @default - as it is */
  readonly shown?: (path: string) => string;
  /** Where a stack's plans are written. @default 'cdktf.out/plans' */
  readonly plansOf?: (stack: string) => string | undefined;
}

/** What `stored` says of an object that was looked for and is not there. */
export const NOT_IN_ETCD = 'not in this etcd';

/** Where `kubectl apply` keeps what it was given last. */
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const SECRETS: ReadonlySet<ItemKind> = new Set(['registry-secrets', 'secrets']);

/** Whatever kind it was: these hold copies that no deletion of an object reaches. */
function alwaysLeft(known: DataKnowledge, { stack }: Entry): readonly string[] {
  return [
    ...(isOnCluster(known, stack)
      ? [
          'etcd’s earlier revisions, free pages and write-ahead log: until it is compacted and defragmented',
          'backups and snapshots of etcd: until they are deleted, or their key is destroyed',
        ]
      : []),
    olderStates(known, stack),
    `plans that were kept, such as ${inert(known.plansOf?.(stack) ?? 'cdktf.out/plans')}/*.json: they have sensitive values in clear text`,
    'evidence/ and certificates/: names, uids and reasons, and no content',
  ];
}

/** The file of a state that is on this machine; undefined for any other backend. */
function stateFile(known: DataKnowledge, stack: string): string | undefined {
  const backend = known.backendOf?.(stack);
  if (backend?.name !== 'local') return undefined;
  const path = memberOf(backend.settings, 'path');
  if (typeof path !== 'string') return 'terraform.tfstate';
  return inert(known.shown?.(path) ?? path);
}

/** Nobody looks at them here: a backend shows them to its owner alone. */
function olderStates(known: DataKnowledge, stack: string): string {
  const backend = known.backendOf?.(stack);
  if (backend === undefined)
    return 'older versions of the state, where its backend keeps them: not checked';
  const file = stateFile(known, stack);
  if (file !== undefined)
    return `older versions of the state beside it (${file.split('/').at(-1)}*.backup): not checked`;
  const command = versionsCommand(backend);
  const how =
    command === undefined ? 'ask whoever runs it' : `list them: ${escapeInvisible(command)}`;
  return `older versions of the state in the backend ${inert(backend.name)}: not checked; ${how}`;
}

function isOnCluster({ lock }: DataKnowledge, stack: string): boolean {
  return lockedStack(lock, stack)?.target === 'kubernetes';
}

/** Every item of every project and every image that one names, in the order of the entries. */
export function storedData(known: DataKnowledge): readonly StoredDatum[] {
  return known.entries.flatMap((entry) => {
    if (!isItemTarget(entry)) return [];
    const datum = datumOf(known, entry);
    return [datum, ...imagesOf(known, entry, datum)];
  });
}

type ItemEntry = Entry & { readonly item: { readonly kind: ItemKind; readonly name: string } };

function datumOf(known: DataKnowledge, entry: ItemEntry): StoredDatum {
  const { stack, target, status, item } = entry;
  const isSecret = SECRETS.has(item.kind);
  const left = isSecret
    ? ['the credential itself, where it was issued: revoke it there']
    : ['the history of the repository: it is code'];
  const hasRuns = item.kind === 'job-templates' && isOnCluster(known, stack);
  const copies = hasRuns ? ['logs and events of its runs'] : [];
  const clusters = isOnCluster(known, stack)
    ? [
        'the API server’s audit log, if it keeps bodies',
        `old content in the annotation ${LAST_APPLIED}, where somebody used kubectl apply: until the object is deleted`,
      ]
    : [];
  return {
    stack,
    target,
    kind: KINDS[item.kind].title,
    name: item.name,
    status,
    places: placesOf(known, entry, isSecret),
    end: endOf(known, entry),
    inCluster: entry.cluster?.status ?? null,
    leftElsewhere: [...left, ...copies, ...alwaysLeft(known, entry), ...clusters],
  };
}

function placesOf(known: DataKnowledge, entry: ItemEntry, isSecret: boolean): readonly DataPlace[] {
  const file = stateFile(known, entry.stack);
  const state: DataPlace = {
    place: 'state',
    where: file ?? `the state of ${entry.stack}`,
    holds: isSecret ? 'references' : 'content',
    encryptedBy: file === undefined ? 'the state’s backend' : 'nobody: a local file',
  };
  const code: DataPlace = {
    place: 'repository',
    where: 'main.ts and projects.lock.yaml',
    holds: isSecret ? 'references' : 'content',
    encryptedBy: 'nobody: it is code',
  };
  // What the state has no more is in etcd only where somebody has seen it there.
  const isGone = entry.status === 'hard deleted';
  const isInEtcd = isOnCluster(known, entry.stack) && (!isGone || isSeen(known, entry));
  return [...(isInEtcd ? etcdPlaces(known, entry) : []), ...(isGone ? [] : [state]), code];
}

function isSeen(known: DataKnowledge, entry: ItemEntry): boolean {
  const isThere = entry.cluster !== undefined && entry.cluster.status !== 'missing';
  return isThere || ![undefined, NOT_IN_ETCD].includes(storedText(known, entry));
}

function storedText(known: DataKnowledge, entry: ItemEntry): string | undefined {
  const { resource, nameFor } = KINDS[entry.item.kind].object;
  const namespace = lockedProject(known.lock, entry)?.namespace;
  return namespace === undefined
    ? undefined
    : known.stored?.(resource, namespace, nameFor(entry.item.name));
}

function etcdPlaces(known: DataKnowledge, entry: ItemEntry): readonly DataPlace[] {
  const { kind, nameFor } = KINDS[entry.item.kind].object;
  const namespace = lockedProject(known.lock, entry)?.namespace;
  const name = nameFor(entry.item.name);
  const declared = lockedStack(known.lock, entry.stack)?.encryption;
  const object: DataPlace = {
    place: 'etcd',
    where: `${kind} ${name} in namespace ${namespace ?? 'not known'}`,
    holds: 'content',
    encryptedBy: storedText(known, entry) ?? declaredText(declared),
  };
  const hasCopy =
    namespace !== undefined && known.hasCopy?.(entry.stack, kind, namespace, name) === true;
  return hasCopy ? [object, { ...object, where: `its annotation ${LAST_APPLIED}` }] : [object];
}

function declaredText(declared: LockedEncryption | undefined): string {
  if (declared === undefined) return 'not declared';
  const { provider, key, managed } = declared;
  if (provider === 'identity') return 'nobody: declared as plain text';
  const own = provider === 'kms' ? 'your key management service' : 'the API server';
  const whose = managed === true && key === undefined ? 'the service that runs the cluster' : own;
  return `${whose}: declared as ${provider} ${key ?? ''}`.trimEnd();
}

function endOf(known: DataKnowledge, entry: Entry): DataEnd {
  const own = lockedProject(known.lock, entry)?.spec.period ?? known.periodOf(entry.stack);
  const { deletion, status } = entry;
  if (status === 'hard deleted') return { by: 'over', at: null, period: null };
  if (deletion === undefined) return { by: 'deletion request', at: null, period: own };
  return { by: 'deadline', at: rfc3339Seconds(deletion.reclaimAfter), period: null };
}

/** A reference ends with its template; the image stays where it is. */
function imagesOf(
  known: DataKnowledge,
  entry: ItemEntry,
  datum: StoredDatum,
): readonly StoredDatum[] {
  if (entry.item.kind !== 'job-templates') return [];
  const spec = lockedProject(known.lock, entry)?.spec;
  const template = itemsOf(spec ?? {}, 'job-templates')[entry.item.name];
  if (template === undefined) return [];
  const { value } = parseImageReference(template.image);
  const registry: DataPlace = {
    place: 'registry',
    where: value?.registry ?? 'not known',
    holds: 'content',
    encryptedBy: 'the registry',
  };
  const references = datum.places.map((each) => ({ ...each, holds: 'references' as const }));
  return [
    {
      ...datum,
      kind: 'image reference',
      name: withoutCredential(template.image),
      places: [...references, registry],
      leftElsewhere: [
        `the image in ${registry.where}: it is deleted there`,
        ...alwaysLeft(known, entry),
      ],
    },
  ];
}
