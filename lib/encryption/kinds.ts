/** A kind of object that an API server can encrypt, and where etcd keeps it. */
export interface StoredKind {
  /** As an EncryptionConfiguration names it: `cronjobs.batch`. */
  readonly resource: string;
  /** Where the API has it, such as `/apis/batch/v1`; undefined where the version has to be asked for. */
  readonly api?: string;
  /** As the API's paths name it: `cronjobs`. */
  readonly plural: string;
  /** Below the storage prefix in etcd: `cronjobs`. */
  readonly folder: string;
}

const core = (plural: string, folder = plural): StoredKind => ({
  resource: plural,
  api: '/api/v1',
  plural,
  folder,
});

const grouped = (plural: string, group: string): StoredKind => ({
  resource: `${plural}.${group}`,
  api: `/apis/${group}/v1`,
  plural,
  folder: plural,
});

/**
 * What holds credentials, settings or templates: a template's environment and arguments are data
 * too, and so is each copy of it that Kubernetes makes.
 */
export const COVERED: readonly StoredKind[] = [
  core('secrets'),
  core('configmaps'),
  grouped('cronjobs', 'batch'),
  grouped('jobs', 'batch'),
  core('pods'),
  core('podtemplates'),
  core('replicationcontrollers', 'controllers'),
  grouped('deployments', 'apps'),
  grouped('replicasets', 'apps'),
  grouped('statefulsets', 'apps'),
  grouped('daemonsets', 'apps'),
  grouped('controllerrevisions', 'apps'),
];

/** Where the API server's own kinds are that aren't in a folder of their name. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['replicationcontrollers', 'controllers'],
  ['endpoints', 'services/endpoints'],
  ['services', 'services/specs'],
  ['nodes', 'minions'],
  ['ingresses.networking.k8s.io', 'ingress'],
]);

/** The API server's own kinds by group. Their folders don't name the group. */
const BUILT_IN: Readonly<Record<string, readonly string[]>> = {
  '': [
    ...['bindings', 'configmaps', 'endpoints', 'events', 'limitranges', 'namespaces', 'nodes'],
    ...['persistentvolumeclaims', 'persistentvolumes', 'pods', 'podtemplates'],
    ...['replicationcontrollers', 'resourcequotas', 'secrets', 'serviceaccounts', 'services'],
  ],
  'admissionregistration.k8s.io': [
    ...['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'],
    ...['mutatingwebhookconfigurations', 'validatingadmissionpolicies'],
    ...['validatingadmissionpolicybindings', 'validatingwebhookconfigurations'],
  ],
  apps: ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  autoscaling: ['horizontalpodautoscalers'],
  batch: ['cronjobs', 'jobs'],
  'certificates.k8s.io': [
    ...['certificatesigningrequests', 'clustertrustbundles', 'podcertificaterequests'],
  ],
  'coordination.k8s.io': ['leases', 'leasecandidates'],
  'discovery.k8s.io': ['endpointslices'],
  'flowcontrol.apiserver.k8s.io': ['flowschemas', 'prioritylevelconfigurations'],
  'internal.apiserver.k8s.io': ['storageversions'],
  'networking.k8s.io': [
    ...['ingressclasses', 'ingresses', 'ipaddresses', 'networkpolicies', 'servicecidrs'],
  ],
  'node.k8s.io': ['runtimeclasses'],
  policy: ['poddisruptionbudgets'],
  'rbac.authorization.k8s.io': ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
  'resource.k8s.io': [
    ...['deviceclasses', 'devicetaintrules', 'resourceclaims', 'resourceclaimtemplates'],
    'resourceslices',
  ],
  'scheduling.k8s.io': ['priorityclasses', 'workloads'],
  'storage.k8s.io': [
    ...['csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments'],
    'volumeattributesclasses',
  ],
  'storagemigration.k8s.io': ['storageversionmigrations'],
};

const FOLDERS: ReadonlyMap<string, string> = new Map(
  Object.entries(BUILT_IN).flatMap(([group, plurals]) =>
    plurals.map((plural) => {
      const resource = group === '' ? plural : `${plural}.${group}`;
      return [SPECIAL.get(resource) ?? plural, resource] as const;
    }),
  ),
);

/** What an API server keeps for itself, which no configuration encrypts. */
const NO_OBJECTS: ReadonlySet<string> = new Set(['masterleases', 'peerserverleases', 'ranges']);

const NAME = /^([a-z0-9-]+)(?:\.([a-z0-9.-]+))?$/;

/** A kind by the name that an EncryptionConfiguration uses; undefined where that is no name of one. */
export function kindOf(resource: string): StoredKind | undefined {
  const known = COVERED.find((kind) => kind.resource === resource);
  if (known !== undefined) return known;
  const [, plural, group = ''] = NAME.exec(resource) ?? [];
  if (plural === undefined) return undefined;
  if (Object.hasOwn(BUILT_IN, group)) {
    const folder = SPECIAL.get(resource) ?? plural;
    return group === '' ? core(plural, folder) : { resource, plural, folder };
  }
  // Custom kinds have a group with a dot, and so have those of servers behind this one.
  return group.includes('.') ? { resource, plural, folder: `${group}/${plural}` } : undefined;
}

/** An object's place in etcd. */
export interface StoredPlace {
  /** `foo.?` for a folder of which nobody here knows the group. */
  readonly resource: string;
  /** Empty for what is in no namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** What a key in etcd is of, by what follows the storage prefix; undefined for what is no object. */
export function placeOf(path: string): StoredPlace | undefined {
  const [first = '', second = '', ...rest] = path.split('/');
  if (NO_OBJECTS.has(first) || second === '') return undefined;
  const double = FOLDERS.get(`${first}/${second}`);
  const isCustom = first.includes('.');
  const resource = double ?? (isCustom ? `${second}.${first}` : FOLDERS.get(first));
  const own = double !== undefined || isCustom ? rest : [second, ...rest];
  const name = own.at(-1);
  if (name === undefined) return undefined;
  return { resource: resource ?? `${first}.?`, namespace: own.slice(0, -1).join('/'), name };
}

/** How a name in an EncryptionConfiguration covers a kind. The narrowest way that there is counts. */
export type Breadth = 'kind' | 'group' | 'all';

export const BREADTHS: readonly Breadth[] = ['kind', 'group', 'all'];

/** How wide a name is that covers a kind: `*.batch`, `*.` for the core group, `*.*`; or undefined. */
export function breadthOf(resource: string, name: string): Breadth | undefined {
  if (name === '*.*') return 'all';
  const dot = resource.indexOf('.');
  if (name === (dot === -1 ? '*.' : `*${resource.slice(dot)}`)) return 'group';
  // `secrets.` is a way to write `secrets`.
  return name === resource || name === `${resource}.` ? 'kind' : undefined;
}
