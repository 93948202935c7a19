import { isRecord } from '../../base/guards.js';

/**
 * How the Terraform provider's names and blocks map to those of Kubernetes. What isn't listed is
 * turned from `snake_case` to `camelCase`, and a list of one block is taken for the block.
 *
 * @see https://registry.terraform.io/providers/hashicorp/kubernetes/latest/docs
 */

/** A key of the provider, and the block that it is in; the resource itself is the empty text. */
export interface Place {
  readonly parent: string;
  readonly key: string;
  /** Kubernetes' kind of the whole object. */
  readonly kind: string;
}

/** Names whose capitals can't be told from the underscores. */
const IRREGULAR: ReadonlyMap<string, string> = new Map([
  ['host_ip', 'hostIP'],
  ['host_ipc', 'hostIPC'],
  ['host_pid', 'hostPID'],
  ['cluster_ip', 'clusterIP'],
  ['cluster_ips', 'clusterIPs'],
  ['client_ip', 'clientIP'],
  ['external_ips', 'externalIPs'],
  ['load_balancer_ip', 'loadBalancerIP'],
  ['non_resource_urls', 'nonResourceURLs'],
  ['data_disk_uri', 'diskURI'],
  ['pd_id', 'pdID'],
  ['volume_id', 'volumeID'],
  ['target_ww_ns', 'targetWWNs'],
  ['run_as_username', 'runAsUserName'],
  ['target_cpu_utilization_percentage', 'targetCPUUtilizationPercentage'],
  ['downward_api', 'downwardAPI'],
  ['dataset_uuid', 'datasetUUID'],
  ['ceph_fs', 'cephfs'],
  ['ceph_monitors', 'monitors'],
  ['rados_user', 'user'],
  ['rbd_image', 'image'],
  ['rbd_pool', 'pool'],
  ['endpoints_name', 'endpoints'],
  ['timezone', 'timeZone'],
  ['storage_provisioner', 'provisioner'],
]);

/** Names that only some kind has. */
const OWN_NAMES: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  // The provider encodes `data` itself; `binary_data` reaches the cluster as it is.
  [
    'Secret',
    new Map([
      ['/data', 'stringData'],
      ['/binary_data', 'data'],
    ]),
  ],
  ['DaemonSet', new Map([['spec/strategy', 'updateStrategy']])],
]);

/** Blocks of which Kubernetes has lists, under the same name. */
const SAME = ['env', 'items', 'sources', 'ports', 'from', 'to', 'spec/ingress', 'spec/egress'];

/**
 * Blocks of which Kubernetes has lists, by their name or, where that is used in several ways, by
 * the name of the block around them as well.
 */
const LISTS: ReadonlyMap<string, string> = new Map([
  ...SAME.map((place): [string, string] => [place, place.replace(/^.*\//, '')]),
  ['container', 'containers'],
  ['init_container', 'initContainers'],
  ['volume_mount', 'volumeMounts'],
  ['volume_device', 'volumeDevices'],
  ['env_from', 'envFrom'],
  ['toleration', 'tolerations'],
  ['host_aliases', 'hostAliases'],
  ['image_pull_secrets', 'imagePullSecrets'],
  ['image_pull_secret', 'imagePullSecrets'],
  ['topology_spread_constraint', 'topologySpreadConstraints'],
  ['readiness_gate', 'readinessGates'],
  ['sysctl', 'sysctls'],
  ['http_header', 'httpHeaders'],
  ['spec/volume_claim_template', 'volumeClaimTemplates'],
  ['match_expressions', 'matchExpressions'],
  ['match_expression', 'matchExpressions'],
  ['match_fields', 'matchFields'],
  ['match_label_expressions', 'matchLabelExpressions'],
  ['node_selector_term', 'nodeSelectorTerms'],
  ['rule', 'rules'],
  ['subject', 'subjects'],
  ['webhook', 'webhooks'],
  ['subset', 'subsets'],
  ['taint', 'taints'],
  ['spec/volume', 'volumes'],
  ['spec/port', 'ports'],
  ['subset/port', 'ports'],
  ['subset/address', 'addresses'],
  ['subset/not_ready_address', 'notReadyAddresses'],
  ['container/port', 'ports'],
  ['init_container/port', 'ports'],
  ['spec/limit', 'limits'],
  ['spec/tls', 'tls'],
  ['spec/metric', 'metrics'],
  ['http/path', 'paths'],
  ['dns_config/option', 'options'],
  ['/secret', 'secrets'],
  ['/allowed_topologies', 'allowedTopologies'],
  ['cluster_role_selectors', 'clusterRoleSelectors'],
  ['on_pod_condition', 'onPodConditions'],
  ['scale_up/policy', 'policies'],
  ['scale_down/policy', 'policies'],
]);

/** Attributes whose keys are a user's own. */
const MAPS: ReadonlySet<string> = new Set([
  'annotations',
  'labels',
  'match_labels',
  'node_selector',
  'limits',
  'requests',
  'hard',
  'default',
  'default_request',
  'max',
  'min',
  'max_limit_request_ratio',
  'capacity',
  'parameters',
  'volume_attributes',
  'options',
  'template_annotations',
  'fields',
  'data',
  'data_wo',
  'binary_data',
  'binary_data_wo',
]);

/** Numbers of Kubernetes that the provider has as text. */
const NUMBERS: ReadonlySet<string> = new Set([
  'run_as_user',
  'run_as_group',
  'fs_group',
  'target_port',
  'port',
  'max_surge',
  'max_unavailable',
  'min_available',
  'replicas',
  'toleration_seconds',
  'ttl_seconds_after_finished',
]);

/** File modes: the provider has them as octal text, Kubernetes as numbers. */
const MODES: ReadonlySet<string> = new Set(['default_mode', 'mode']);

/** What only Terraform or the cluster itself has to do with; write-only content is in no plan. */
const FOREIGN: ReadonlySet<string> = new Set([
  '/id',
  '/timeouts',
  '/status',
  '/wait_for_rollout',
  '/wait_for_completion',
  '/wait_for_load_balancer',
  '/wait_for_default_service_account',
  '/wait_for_service_account_token',
  '/wait_until_bound',
  '/target_state',
  '/data_wo',
  '/data_wo_revision',
  '/binary_data_wo',
  '/binary_data_wo_revision',
  '/default_secret_name',
  'metadata/generation',
  'metadata/resource_version',
  'metadata/uid',
  'metadata/self_link',
]);

/** Whether something is no part of the object as Kubernetes has it. */
export function isForeign({ parent, key }: Place): boolean {
  return FOREIGN.has(`${parent}/${key}`);
}

/** The name under which Kubernetes lists such blocks; undefined for what is no list there. */
export function listName({ parent, key }: Place): string | undefined {
  const isAffinity = parent === 'pod_affinity' || parent === 'pod_anti_affinity';
  if (isAffinity || key.startsWith('preferred_during')) return camel(key);
  return LISTS.get(`${parent}/${key}`) ?? LISTS.get(key);
}

/** Kubernetes' name of an attribute or of a single block. */
export function nameOf({ parent, key, kind }: Place): string {
  const own = OWN_NAMES.get(kind)?.get(`${parent}/${key}`);
  return own ?? IRREGULAR.get(key) ?? camel(key);
}

/** Whether a value's keys are a user's own and stay as they are. */
export function isMap({ parent, key }: Pick<Place, 'parent' | 'key'>, value: unknown): boolean {
  // An ingress class has a block of that name, a storage class a map.
  if (MAPS.has(key)) return `${parent}/${key}` !== 'spec/parameters';
  // A service selects by a map, a deployment by a block.
  if (key !== 'selector' || !isRecord(value)) return false;
  return !('match_labels' in value) && !('match_expressions' in value);
}

/** Whether Kubernetes has what is in a block directly in the block around it. */
export function isInlined({ parent, key }: Place): boolean {
  return `${parent}/${key}` === 'spec/persistent_volume_source';
}

/** A single value as Kubernetes writes it. */
export function scalarOf({ key }: Pick<Place, 'key'>, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (NUMBERS.has(key) && /^\d{1,15}$/.test(value)) return Number(value);
  return MODES.has(key) && /^[0-7]{1,5}$/.test(value) ? Number.parseInt(value, 8) : value;
}

function camel(key: string): string {
  return key.replace(/_([a-z0-9])/g, (_, next: string) => next.toUpperCase());
}
