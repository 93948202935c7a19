/** A kind of object that an API server can encrypt, and where etcd keeps it. */
export interface StoredKind {
  /** As an EncryptionConfiguration names it: `cronjobs.batch`. */
  readonly resource: string;
  /** Where the API has it, such as `/apis/batch/v1`; undefined where a custom kind's version has to be asked for. */
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

/** Kinds of custom resources are named by their definition, and have a group with a dot of their own. */
const CUSTOM = /^([a-z0-9-]+)\.([a-z0-9-]+(?:\.[a-z0-9-]+)+)$/;

/** A kind by the name that an EncryptionConfiguration uses; undefined where etcd's place for it isn't known. */
export function kindOf(resource: string): StoredKind | undefined {
  const known = COVERED.find((kind) => kind.resource === resource);
  if (known !== undefined) return known;
  const [, plural, group] = CUSTOM.exec(resource) ?? [];
  if (plural === undefined || group === undefined || group.endsWith('.k8s.io')) return undefined;
  return { resource, plural, folder: `${group}/${plural}` };
}

/** Whether a name in an EncryptionConfiguration covers a kind: `*.batch`, `*.` for the core group, `*.*`. */
export function isCoveredBy(resource: string, name: string): boolean {
  if (name === resource || name === '*.*') return true;
  const dot = resource.indexOf('.');
  return name === (dot === -1 ? '*.' : `*${resource.slice(dot)}`);
}
