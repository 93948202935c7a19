/** Kubernetes' name of an object's type. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** The provider's types, without `kubernetes_` and `_v1`, by the API that they belong to. */
const TYPES: Readonly<Record<string, string>> = {
  v1: 'config_map endpoints limit_range namespace persistent_volume persistent_volume_claim pod replication_controller resource_quota secret service service_account',
  'apps/v1': 'daemonset daemon_set deployment stateful_set',
  'batch/v1': 'cron_job job',
  'autoscaling/v2': 'horizontal_pod_autoscaler',
  'networking.k8s.io/v1': 'ingress ingress_class network_policy',
  'policy/v1': 'pod_disruption_budget',
  'rbac.authorization.k8s.io/v1': 'cluster_role cluster_role_binding role role_binding',
  'scheduling.k8s.io/v1': 'priority_class',
  'storage.k8s.io/v1': 'csi_driver storage_class',
  'admissionregistration.k8s.io/v1':
    'mutating_webhook_configuration validating_webhook_configuration',
};

/** Kubernetes' own groups of APIs, in which nobody else can have a kind. */
const OWN_GROUPS: ReadonlySet<string> = new Set([
  ...['', 'apps', 'autoscaling', 'batch', 'policy'],
  ...['admissionregistration', 'apiextensions', 'authentication', 'authorization', 'certificates']
    .concat('coordination', 'discovery', 'events', 'flowcontrol.apiserver', 'internal.apiserver')
    .concat('networking', 'node', 'rbac.authorization', 'resource', 'scheduling', 'storage')
    .map((group) => `${group}.k8s.io`),
]);

/** Whether an API is one of Kubernetes' own, of which every kind and field is known. */
export function isOwnApi(apiVersion: unknown): boolean {
  if (typeof apiVersion !== 'string') return false;
  const slash = apiVersion.indexOf('/');
  return OWN_GROUPS.has(slash < 0 ? '' : apiVersion.slice(0, slash));
}

const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['daemonset', 'DaemonSet'],
  ['csi_driver', 'CSIDriver'],
]);

const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries(TYPES).flatMap(([apiVersion, types]) =>
    types
      .split(' ')
      .map((type): [string, Kind] => [
        type,
        { apiVersion, kind: IRREGULAR.get(type) ?? pascal(type) },
      ]),
  ),
);

/** A plan's types are few; those of a hostile one are not remembered without an end. */
const MOST = 1000;
const known = new Map<string, Kind | undefined>();

/** The kind behind a Terraform type such as `kubernetes_secret` or `kubernetes_secret_v1`. */
export function kindOf(type: string): Kind | undefined {
  if (known.has(type)) return known.get(type);
  const kind = readKind(type);
  if (known.size < MOST) known.set(type, kind);
  return kind;
}

function readKind(type: string): Kind | undefined {
  const [, name = ''] = /^kubernetes_([a-z_]+?)(?:_v\d(?:(?:alpha|beta)\d)?)?$/.exec(type) ?? [];
  return KINDS.get(name);
}

function pascal(type: string): string {
  return type
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
