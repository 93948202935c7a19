import type { PlannedObject } from '../support/plan.js';

/** What a team has, and how often; a plan repeats it. */
const TEAM: readonly ((place: Place) => PlannedObject)[] = [
  namespace,
  quota,
  networkPolicy,
  ...repeated(2, serviceAccount),
  ...repeated(2, roleBinding),
  pullSecret,
  ...repeated(3, secret),
  ...repeated(3, configMap),
  ...repeated(3, cronJob),
  job,
  deployment,
  service,
];

/** Where a resource is in the plan. */
interface Place {
  readonly index: number;
  readonly team: string;
  readonly name: string;
}

/**
 * A resource of a cluster of many teams, in the form that the Kubernetes provider has in a plan. Most
 * keep the policies: one container in fifty has no digest, one in a hundred is privileged, and quotas
 * say nothing of limits. One resource in nine is new, and some of the new jobs have an image that
 * isn't known yet.
 */
export function clusterResource(index: number): PlannedObject {
  const team = `team-${Math.floor(index / TEAM.length)}`;
  const make = TEAM[index % TEAM.length] ?? namespace;
  const made = make({ index, team, name: `item-${index}` });
  return index % 9 === 3 ? asNew(made) : made;
}

function repeated<T>(count: number, each: T): readonly T[] {
  return Array.from({ length: count }, () => each);
}

/** What the cluster gives an object isn't known before it is made. */
function asNew({ unknown, ...made }: PlannedObject): PlannedObject {
  const { id: _id, ...values }: Readonly<Record<string, unknown>> = Object(made.values);
  const [first] = [values['metadata']].flat();
  const { generation, resource_version, uid, ...known } = Object(first);
  const given = { generation: true, resource_version: true, uid: true };
  return {
    ...made,
    values: { ...values, metadata: [known] },
    isNew: true,
    unknown: { ...Object(unknown), metadata: [given], id: true },
  };
}

function metadata({ index, team, name }: Place, labels: object = {}) {
  return [
    {
      annotations: { 'example.org/owner': `${team}@example.org` },
      generate_name: '',
      generation: 1,
      labels: { 'reprieve.dev/project': team, 'app.kubernetes.io/name': name, ...labels },
      name,
      namespace: team,
      resource_version: String(100_000 + index),
      uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    },
  ];
}

function made(type: string, { team, name }: Place, values: object): PlannedObject {
  return { type, name, values: { id: `${team}/${name}`, ...values } };
}

function namespace(place: Place): PlannedObject {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return made('kubernetes_namespace_v1', place, {
    metadata: metadata(place, labels),
    timeouts: null,
    wait_for_default_service_account: false,
  });
}

function quota(place: Place): PlannedObject {
  const hard = { 'requests.cpu': '64', 'requests.memory': '256G', pods: '100' };
  return made('kubernetes_resource_quota_v1', place, {
    metadata: metadata(place),
    spec: [{ hard, scope_selector: [], scopes: [] }],
    timeouts: null,
  });
}

function networkPolicy(place: Place): PlannedObject {
  const selector = [
    { match_expressions: [], match_labels: { 'reprieve.dev/project': place.team } },
  ];
  const from = [{ ip_block: [], namespace_selector: [], pod_selector: selector }];
  return made('kubernetes_network_policy_v1', place, {
    metadata: metadata(place),
    spec: [
      {
        egress: [],
        ingress: [{ from, ports: [{ end_port: 0, port: '8080', protocol: 'TCP' }] }],
        pod_selector: [{ match_expressions: [], match_labels: {} }],
        policy_types: ['Ingress'],
      },
    ],
  });
}

function serviceAccount(place: Place): PlannedObject {
  return made('kubernetes_service_account_v1', place, {
    automount_service_account_token: false,
    default_secret_name: '',
    image_pull_secret: [{ name: 'hub' }],
    metadata: metadata(place),
    secret: [],
    timeouts: null,
  });
}

function roleBinding(place: Place): PlannedObject {
  const subject = { api_group: '', kind: 'ServiceAccount', name: 'reader', namespace: place.team };
  return made('kubernetes_role_binding_v1', place, {
    metadata: metadata(place),
    role_ref: [{ api_group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }],
    subject: [subject],
  });
}

/** What the team's pods name. */
function pullSecret(place: Place): PlannedObject {
  return secret(place, 'hub');
}

function secret(place: Place, name = place.name): PlannedObject {
  const values = {
    binary_data: null,
    binary_data_wo: null,
    binary_data_wo_revision: null,
    data: null,
    data_wo: null,
    data_wo_revision: 1,
    immutable: true,
    metadata: metadata({ ...place, name }),
    timeouts: null,
    type: 'kubernetes.io/dockerconfigjson',
    wait_for_service_account_token: true,
  };
  const sensitive = { data: true, metadata: [{ annotations: {}, labels: {} }] };
  return { ...made('kubernetes_secret_v1', place, values), sensitive };
}

function configMap(place: Place): PlannedObject {
  const data = { 'settings.yaml': `team: ${place.team}\nlevel: info\n`, REGION: 'eu-de' };
  return made('kubernetes_config_map_v1', place, {
    binary_data: null,
    data,
    immutable: true,
    metadata: metadata(place),
  });
}

function service(place: Place): PlannedObject {
  const port = { app_protocol: '', name: 'http', node_port: 0, port: 80, protocol: 'TCP' };
  return made('kubernetes_service_v1', place, {
    metadata: metadata(place),
    spec: [
      {
        allocate_load_balancer_node_ports: true,
        cluster_ip: '10.0.0.1',
        cluster_ips: ['10.0.0.1'],
        external_ips: [],
        load_balancer_source_ranges: [],
        port: [{ ...port, target_port: '8080' }],
        selector: { 'app.kubernetes.io/name': place.name },
        session_affinity: 'None',
        type: 'ClusterIP',
      },
    ],
    status: [{ load_balancer: [] }],
    timeouts: null,
    wait_for_load_balancer: true,
  });
}

function cronJob(place: Place): PlannedObject {
  const [metadataOfPods] = metadata(place);
  const job = { ...jobSpec(place), template: podTemplate(place, 'Never') };
  const isOpen = hasOpenImage(place);
  const pods = [{ spec: [{ container: [{ image: true }] }] }];
  const unknown = { spec: [{ job_template: [{ spec: [{ template: pods }] }] }] };
  const resource = made('kubernetes_cron_job_v1', place, {
    metadata: metadata(place),
    spec: [
      {
        concurrency_policy: 'Forbid',
        failed_jobs_history_limit: 1,
        job_template: [{ metadata: [{ labels: metadataOfPods?.labels }], spec: [job] }],
        schedule: '0 0 31 2 *',
        starting_deadline_seconds: 0,
        successful_jobs_history_limit: 3,
        suspend: true,
        timezone: '',
      },
    ],
    timeouts: null,
  });
  return isOpen ? { ...resource, unknown } : resource;
}

/** Some of what is new runs an image that isn't known yet. */
function hasOpenImage({ index }: Place): boolean {
  return index % 36 === 12;
}

function job(place: Place): PlannedObject {
  return made('kubernetes_job_v1', place, {
    metadata: metadata(place),
    spec: [{ ...jobSpec(place), template: podTemplate(place, 'Never') }],
    timeouts: null,
    wait_for_completion: false,
  });
}

function deployment(place: Place): PlannedObject {
  return made('kubernetes_deployment_v1', place, {
    metadata: metadata(place),
    spec: [
      {
        min_ready_seconds: 0,
        paused: false,
        progress_deadline_seconds: 600,
        replicas: '2',
        revision_history_limit: 10,
        selector: [{ match_labels: { 'app.kubernetes.io/name': place.name } }],
        strategy: [{ rolling_update: [{ max_surge: '25%', max_unavailable: '25%' }] }],
        template: podTemplate(place, 'Always'),
      },
    ],
    timeouts: null,
    wait_for_rollout: true,
  });
}

function jobSpec({ index }: Place): object {
  return {
    active_deadline_seconds: 7200,
    backoff_limit: 3,
    completion_mode: 'Indexed',
    completions: 1 + (index % 4),
    parallelism: 1,
    ttl_seconds_after_finished: '86400',
  };
}

function podTemplate(place: Place, restartPolicy: string): readonly object[] {
  return [
    {
      metadata: [{ labels: { 'reprieve.dev/project': place.team } }],
      spec: [
        {
          automount_service_account_token: false,
          container: [container(place)],
          host_ipc: false,
          host_network: false,
          host_pid: false,
          image_pull_secrets: [{ name: 'hub' }],
          init_container: [],
          node_name: '',
          restart_policy: restartPolicy,
          security_context: [
            { run_as_non_root: true, seccomp_profile: [{ type: 'RuntimeDefault' }], sysctl: [] },
          ],
          service_account_name: 'none',
          termination_grace_period_seconds: 30,
          toleration: [],
          volume: [],
        },
      ],
    },
  ];
}

function container(place: Place): object {
  const { index, team } = place;
  const size = { cpu: '1', memory: '4G', 'ephemeral-storage': '400M' };
  const variable = (name: string, value: string) => ({ name, value, value_from: [] });
  const pinned = index % 50 === 15 ? '' : `@sha256:${String(index).padStart(64, '0')}`;
  return {
    args: ['--once'],
    command: [],
    env: [variable('REGION', 'eu-de'), variable('TEAM', team)],
    env_from: [],
    ...(hasOpenImage(place) ? {} : { image: `icr.io/${team}/app:1.4.2${pinned}` }),
    image_pull_policy: 'IfNotPresent',
    lifecycle: [],
    liveness_probe: [],
    name: 'app',
    port: [],
    resources: [{ limits: size, requests: size }],
    security_context: [
      {
        allow_privilege_escalation: false,
        capabilities: [{ add: [], drop: ['ALL'] }],
        privileged: index % 100 === 16,
        read_only_root_filesystem: true,
        run_as_non_root: true,
        run_as_user: '1000',
        seccomp_profile: [],
      },
    ],
    tty: false,
    volume_mount: [{ mount_path: '/tmp', name: 'tmp', read_only: false, sub_path: '' }],
    working_dir: '',
  };
}
