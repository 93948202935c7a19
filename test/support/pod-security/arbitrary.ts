import fc from 'fast-check';
import type { Pod } from './evaluator.js';

/** Members that are there one time in two, mostly what is harmless. */
function some(members: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> {
  return fc.record({ ...members }, { requiredKeys: [], noNullPrototype: true });
}

/** Mostly what is usual: of what is refused, each pod has little, so that some are admitted. */
function mostly(usual: unknown, ...others: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
  );
}

/** Nearly never there. */
function rarely(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  );
}

const seccomp = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ type: 'RuntimeDefault' }) },
  { weight: 2, arbitrary: fc.constant({ type: 'Localhost', localhostProfile: 'a.json' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ type: 'Unconfined' }, {}, null, { type: 'runtime/default' }),
  },
);

const apparmor = fc.constantFrom(
  ...[{ type: 'RuntimeDefault' }, { type: 'Localhost', localhostProfile: 'a' }, null],
  ...[{ type: 'Unconfined' }, {}, { type: '' }],
);

const seLinux = some({
  type: mostly('container_t', '', 'container_init_t', 'container_engine_t', 'spc_t', null),
  user: mostly('', null, 'system_u'),
  role: mostly('', null, 'sysadm_r'),
  level: fc.constant('s0'),
});

const windowsOptions = some({
  hostProcess: mostly(false, true, null),
  runAsUserName: fc.constant('a'),
});

const capabilities = some({
  drop: mostly(['ALL'], [], ['NET_RAW'], ['NET_RAW', 'ALL'], ['all'], null),
  add: mostly([], ['NET_BIND_SERVICE'], ['CHOWN'], ['NET_RAW'], ['CAP_CHOWN'], null),
});

const context = {
  runAsNonRoot: mostly(true, false, null),
  runAsUser: mostly(1000, 0, null, 1),
  seccompProfile: seccomp,
  seLinuxOptions: rarely(seLinux),
  windowsOptions: rarely(windowsOptions),
  appArmorProfile: rarely(apparmor),
};

const call = fc.constantFrom(
  ...[{ httpGet: { port: 80 } }, { httpGet: { port: 80, host: '' } }, { exec: { command: ['a'] } }],
  ...[
    { tcpSocket: { port: 80, host: 'a' } },
    { httpGet: { port: 'a', host: '127.0.0.1' } },
    {},
    null,
  ],
);

const container = (name: string) =>
  some({
    name: fc.constant(name),
    image: fc.constant('registry.example.org/a:1'),
    ports: rarely(
      fc.constantFrom(
        [{ containerPort: 80 }],
        [{ containerPort: 80, hostPort: 0 }],
        [{ containerPort: 80, hostPort: 80 }],
        null,
      ),
    ),
    livenessProbe: rarely(call),
    readinessProbe: rarely(call),
    startupProbe: rarely(call),
    lifecycle: rarely(some({ postStart: call, preStop: call })),
    securityContext: fc.oneof(
      { weight: 9, arbitrary: usualContext() },
      { weight: 1, arbitrary: fc.constantFrom(null, {}) },
    ),
  });

function usualContext(): fc.Arbitrary<object> {
  return fc
    .tuple(
      some(context),
      fc.record({
        allowPrivilegeEscalation: mostly(false, true, null, undefined),
        privileged: rarely(fc.constantFrom(true, false, null)),
        procMount: rarely(fc.constantFrom('Default', 'Unmasked', '', null)),
        capabilities: fc.oneof(
          { weight: 8, arbitrary: fc.constant({ drop: ['ALL'] }) },
          { weight: 2, arbitrary: capabilities },
        ),
      }),
    )
    .map(([one, other]) => ({ ...one, ...other }));
}

const containers = (name: string, most: number) =>
  fc
    .array(container(name), { maxLength: most })
    .map((list) => list.map((each, index) => ({ ...each, name: `${name}${index}` })));

const SOURCES = [
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'projected', 'secret'],
  ...['persistentVolumeClaim', 'hostPath', 'nfs', 'iscsi', 'rbd', 'cephfs', 'flexVolume', 'cinder'],
  ...[
    'gcePersistentDisk',
    'awsElasticBlockStore',
    'azureFile',
    'azureDisk',
    'fc',
    'flocker',
    'gitRepo',
  ],
  ...[
    'glusterfs',
    'vsphereVolume',
    'quobyte',
    'portworxVolume',
    'photonPersistentDisk',
    'scaleIO',
    'storageos',
  ],
];

const volume = fc
  .tuple(mostly('emptyDir', ...SOURCES, 'none'), fc.constantFrom({}, {}, {}, null))
  .map(([source, value]) =>
    source === 'none' ? { name: 'a' } : { name: 'a', [String(source)]: value },
  );

const SYSCTLS = [
  ...['kernel.shm_rmid_forced', 'net.ipv4.tcp_syncookies', 'net.ipv4.ip_local_reserved_ports'],
  ...['net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_notsent_lowat'],
  ...['net/ipv4/tcp_syncookies', 'kernel.msgmax', ''],
];

const ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

const annotations = fc.dictionary(
  fc.constantFrom(
    `${ANNOTATION}app0`,
    ANNOTATION,
    'example.org/a',
    'seccomp.security.alpha.kubernetes.io/pod',
  ),
  fc.constantFrom('runtime/default', 'localhost/a', '', 'unconfined', 'xlocalhost/a'),
  { maxKeys: 2, noNullPrototype: true },
);

const spec = fc.record(
  {
    containers: containers('app', 2),
    initContainers: rarely(containers('init', 2)),
    ephemeralContainers: rarely(containers('debug', 1)),
    volumes: rarely(fc.array(volume, { maxLength: 2 })),
    hostNetwork: rarely(fc.constantFrom(true, false, null)),
    hostPID: rarely(fc.constantFrom(true, false)),
    hostIPC: rarely(fc.constantFrom(true, false)),
    hostUsers: mostly(undefined, true, false, false, null),
    os: mostly(
      undefined,
      { name: 'windows' },
      { name: 'windows' },
      { name: 'linux' },
      { name: 'Windows' },
      {},
      null,
    ),
    securityContext: fc.oneof(
      {
        weight: 8,
        arbitrary: some({
          ...context,
          sysctls: rarely(
            fc.array(fc.record({ name: fc.constantFrom(...SYSCTLS), value: fc.constant('1') }), {
              maxLength: 2,
            }),
          ),
        }),
      },
      { weight: 1, arbitrary: fc.constantFrom(null, {}) },
    ),
  },
  { noNullPrototype: true },
);

/** Pods whose fields matter to the Pod Security Standards. */
export const pods: fc.Arbitrary<Pod> = fc
  .record(
    { metadata: rarely(some({ annotations: rarely(annotations) })), spec },
    { noNullPrototype: true },
  )
  // What is undefined isn't there, as in JSON.
  .map((pod): Pod => JSON.parse(JSON.stringify(pod)));
