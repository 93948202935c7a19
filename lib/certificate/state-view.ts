import { isRecord, memberOf } from '../base/guards.js';
import { imagesIn } from '../plan/images.js';
import { clusterUidsOf } from '../plan/uids.js';
import { type ObjectReference, objectOf } from '../state/object-reference.js';
import { API_VERSION, readRecord } from '../state/records.js';
import type { EvidenceRecord } from './evidence.js';
import { sha256Of } from './hash.js';

/** An object in state, as far as evidence goes. */
export interface StateObject {
  /** With its index. */
  readonly address: string;
  readonly type: string;
  readonly object?: ObjectReference;
  readonly uid?: string;
  readonly images: readonly string[];
}

/** What evidence takes from a state. */
export interface StateView {
  readonly objects: readonly StateObject[];
  readonly records: readonly EvidenceRecord[];
}

const MAX_MODULES = 1000;

/** Reads what `terraform show -json` prints of a state. Of objects no content is kept. */
export function stateView(json: unknown): StateView {
  const resources = resourcesIn(memberOf(memberOf(json, 'values'), 'root_module'));
  return {
    objects: resources.flatMap(stateObject),
    records: resources.flatMap(stateRecord).sort((a, b) => (a.address < b.address ? -1 : 1)),
  };
}

function resourcesIn(root: unknown): readonly Readonly<Record<string, unknown>>[] {
  const found: Readonly<Record<string, unknown>>[] = [];
  const modules: unknown[] = [root];
  for (let at = 0; at < modules.length && at < MAX_MODULES; at += 1) {
    const listed = memberOf(modules[at], 'resources');
    const children = memberOf(modules[at], 'child_modules');
    if (Array.isArray(listed)) found.push(...listed.filter(isRecord));
    if (Array.isArray(children)) modules.push(...children);
  }
  return found.filter(({ mode }) => mode === 'managed');
}

function stateObject(resource: Readonly<Record<string, unknown>>): readonly StateObject[] {
  const { type, address, values, sensitive_values: marks } = resource;
  if (typeof type !== 'string' || typeof address !== 'string') return [];
  if (type === 'terraform_data' && readRecord(memberOf(values, 'input')) !== undefined) return [];
  const object = objectOf(type, values) ?? standIn(values);
  const uid = uidOf(type, values, marks);
  return [
    {
      address,
      type,
      ...(object === undefined ? {} : { object }),
      ...(uid === undefined ? {} : { uid }),
      images: imagesIn(values, marks),
    },
  ];
}

/** On the sandbox, a `terraform_data` stands for the object of Kubernetes. */
function standIn(values: unknown): ObjectReference | undefined {
  const input = memberOf(values, 'input');
  const type = memberOf(input, 'resource');
  return typeof type === 'string' ? objectOf(type, input) : undefined;
}

/**
 * Kubernetes' own uid, of any other resource its id; never what is sensitive. The id of an object of
 * Kubernetes is its name, which a namesake has too.
 */
function uidOf(type: string, values: unknown, marks: unknown): string | undefined {
  const [uid] = clusterUidsOf(values);
  if (uid !== undefined) return uid;
  if (type.startsWith('kubernetes_')) return undefined;
  const id = memberOf(values, 'id');
  const isOpen = marks !== true && memberOf(marks, 'id') === undefined;
  return typeof id === 'string' && id !== '' && isOpen ? id : undefined;
}

function stateRecord(resource: Readonly<Record<string, unknown>>): readonly EvidenceRecord[] {
  const { type, address, values } = resource;
  const input = memberOf(values, 'input');
  if (type !== 'terraform_data' || typeof address !== 'string' || !isRecord(input)) return [];
  const { api_version: version, kind, target } = input;
  if (version !== API_VERSION || typeof kind !== 'string' || typeof target !== 'string') return [];
  return [{ address, kind, target, input, sha256: sha256Of(input) }];
}
