import { isRecord } from '../../base/guards.js';
import { type Part, partOf } from '../shape/part.js';

/** An object that another one names; what isn't known of it is undefined. */
export interface Reference {
  readonly kind: string | undefined;
  /** @default - any, where that isn't known */
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** An object of Kubernetes in a plan, and the pods that it runs. */
export interface HeldObject {
  readonly manifest: Part;
  readonly pods: readonly Part[];
}

/** What is at a place: the kind whose name it is, or more places. `*` is every element of a list. */
interface Places {
  readonly [key: string]: string | Places;
}

const KEY_REFERENCES: Places = {
  env: {
    '*': {
      valueFrom: { secretKeyRef: { name: 'Secret' }, configMapKeyRef: { name: 'ConfigMap' } },
    },
  },
  envFrom: { '*': { secretRef: { name: 'Secret' }, configMapRef: { name: 'ConfigMap' } } },
};

/** What a pod needs of its own namespace. */
const OF_PODS: Places = {
  spec: {
    containers: { '*': KEY_REFERENCES },
    initContainers: { '*': KEY_REFERENCES },
    volumes: {
      '*': {
        secret: { secretName: 'Secret' },
        configMap: { name: 'ConfigMap' },
        persistentVolumeClaim: { claimName: 'PersistentVolumeClaim' },
        azureFile: { secretName: 'Secret' },
        csi: { nodePublishSecretRef: { name: 'Secret' } },
        projected: {
          sources: { '*': { secret: { name: 'Secret' }, configMap: { name: 'ConfigMap' } } },
        },
      },
    },
    imagePullSecrets: { '*': { name: 'Secret' } },
    serviceAccountName: 'ServiceAccount',
    priorityClassName: 'PriorityClass',
  },
};

/** Its service in both forms of the API. */
const BACKEND: Places = { service: { name: 'Service' }, serviceName: 'Service' };

const CLAIM: Places = { storageClassName: 'StorageClass', volumeName: 'PersistentVolume' };

/** What objects name, besides what their pods do. */
const BY_KIND: ReadonlyMap<unknown, Places> = new Map<unknown, Places>([
  [
    'Ingress',
    {
      spec: {
        backend: BACKEND,
        defaultBackend: BACKEND,
        rules: { '*': { http: { paths: { '*': { backend: BACKEND } } } } },
        tls: { '*': { secretName: 'Secret' } },
        ingressClassName: 'IngressClass',
      },
    },
  ],
  ['PersistentVolumeClaim', { spec: CLAIM }],
  [
    'StatefulSet',
    { spec: { serviceName: 'Service', volumeClaimTemplates: { '*': { spec: CLAIM } } } },
  ],
  [
    'ServiceAccount',
    { imagePullSecrets: { '*': { name: 'Secret' } }, secrets: { '*': { name: 'Secret' } } },
  ],
]);

/** Objects that name others with their kind, and where. */
const WITH_KIND: ReadonlyMap<unknown, readonly (readonly string[])[]> = new Map<
  unknown,
  readonly (readonly string[])[]
>([
  ['RoleBinding', [['roleRef'], ['subjects', '*']]],
  ['ClusterRoleBinding', [['roleRef'], ['subjects', '*']]],
  ['HorizontalPodAutoscaler', [['spec', 'scaleTargetRef']]],
  ['ValidatingWebhookConfiguration', [['webhooks', '*', 'clientConfig', 'service']]],
  ['MutatingWebhookConfiguration', [['webhooks', '*', 'clientConfig', 'service']]],
  ['APIService', [['spec', 'service']]],
]);

/** Kinds without a namespace. */
const OF_CLUSTER: ReadonlySet<unknown> = new Set([
  ...['Namespace', 'PersistentVolume', 'StorageClass', 'PriorityClass', 'IngressClass'],
  ...['ClusterRole', 'ClusterRoleBinding', 'CSIDriver', 'APIService', 'CustomResourceDefinition'],
  ...['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
]);

/** Whether objects of a kind are in no namespace. */
export function isOfCluster(kind: unknown): boolean {
  return OF_CLUSTER.has(kind);
}

/** The namespace of an object: where it says none, providers take `default`. Undefined: not known. */
function namespaceOf(manifest: Part): string | undefined {
  if (isOfCluster(partOf(manifest, 'kind').value)) return '';
  const { value, unknown } = partOf(partOf(manifest, 'metadata'), 'namespace');
  if (unknown !== undefined) return undefined;
  return typeof value === 'string' && value !== '' ? value : 'default';
}

/** What an object is known by in its cluster. */
export function identityOf(manifest: Part): Reference {
  const kind = partOf(manifest, 'kind').value;
  const name = partOf(partOf(manifest, 'metadata'), 'name').value;
  return {
    kind: typeof kind === 'string' ? kind : undefined,
    namespace: isOfCluster(kind) ? '' : namespaceOf(manifest),
    name: typeof name === 'string' && name !== '' ? name : undefined,
  };
}

/** What an object names. */
export function referencesIn(
  { manifest, pods }: HeldObject,
  { kind, namespace } = identityOf(manifest),
): readonly Reference[] {
  const found: Reference[] = [];
  const find = (named: string | undefined, name: string | undefined) => {
    found.push({ kind: named, namespace: isOfCluster(named) ? '' : namespace, name });
  };
  if (namespace !== '') found.push({ kind: 'Namespace', namespace: '', name: namespace });
  for (const pod of pods) walk(pod, OF_PODS, find);
  const places = BY_KIND.get(kind);
  if (places !== undefined) walk(manifest, places, find);
  for (const way of WITH_KIND.get(kind) ?? []) {
    for (const part of at(manifest, way)) found.push(...withKind(part, namespace));
  }
  return found;
}

type Find = (kind: string | undefined, name: string | undefined) => void;

function walk(part: Part, places: Places, find: Find): void {
  const { value, unknown } = part;
  if (unknown === true) find(undefined, undefined);
  else if (Array.isArray(value)) walkList(part, value.length, places['*'], find);
  else if (isNeeded(part)) for (const key in places) step(partOf(part, key), places[key], find);
}

function walkList(part: Part, length: number, inner: Places[string] | undefined, find: Find) {
  for (let index = 0; index < length; index += 1) step(partOf(part, index), inner, find);
}

function step(part: Part, inner: Places[string] | undefined, find: Find): void {
  const { value, unknown } = part;
  if (inner === undefined || (value === undefined && unknown === undefined)) return;
  if (typeof inner !== 'string') walk(part, inner, find);
  else if (unknown !== undefined) find(inner, undefined);
  else if (typeof value === 'string' && value !== '') find(inner, value);
}

/** Whether there is anything in it, and not said to be optional. */
function isNeeded({ value, unknown }: Part): boolean {
  return isRecord(value) ? value['optional'] !== true : unknown !== undefined;
}

function at(part: Part, way: readonly string[]): readonly Part[] {
  const [key, ...rest] = way;
  if (key === undefined || part.unknown === true) return [part];
  if (key !== '*') return at(partOf(part, key), rest);
  const { value } = part;
  return Array.isArray(value) ? value.flatMap((_, index) => at(partOf(part, index), rest)) : [];
}

/** `{ kind, namespace, name }`; a webhook names a service without saying so. */
function withKind(part: Part, around: string | undefined): readonly Reference[] {
  if (part.unknown === true) return [{ kind: undefined, namespace: undefined, name: undefined }];
  if (!isRecord(part.value)) return [];
  const kind = known(part, 'kind', 'Service');
  const namespace = isOfCluster(kind) ? '' : known(part, 'namespace', around);
  return [{ kind, namespace, name: known(part, 'name', '') }];
}

function known(part: Part, key: string, otherwise: string | undefined): string | undefined {
  const { value, unknown } = partOf(part, key);
  if (unknown !== undefined) return undefined;
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
