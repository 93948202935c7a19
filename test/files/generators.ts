import fc from 'fast-check';
import type { LockedProject, ProjectsLock } from '../../lib/files/projects-lock.js';
import { checkProjectName } from '../../lib/model/names.js';
import type {
  CredentialSpec,
  EnvironmentSpec,
  ItemsSpec,
  JobTemplateSpec,
  ProjectSpec,
  RegistrySecretSpec,
  SecretSpec,
} from '../../lib/model/specification.js';

/** Names that YAML, JavaScript or a shell might take for something else. */
const ODD_NAMES = ['__proto__', 'constructor', 'null', 'true', 'yes', '1', '0x1f', '1e3', '~'];

/** Legal names of projects, odd ones and other scripts included. */
export const projectName = fc
  .oneof(
    fc.constantFrom(...ODD_NAMES, '- a', 'a: b', '.nan', '2026-01-01', '日本', 'ÄÖ ü', '😀'),
    fc.stringMatching(/^[a-zA-Z0-9\-._: ]{1,40}$/),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  )
  .filter((name) => checkProjectName(name).length === 0);

/** Legal names of job templates, which every other item can have too. */
export const itemName = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.stringMatching(/^[ \t\r\n#:'"|>\-a]{0,20}$/),
  fc.constantFrom(...ODD_NAMES, '', ' ', '\n', 'a\n', 'a\n\n', '\na', ' a\n  b\n', 'é\u0085\u2028'),
);
const line = fc.stringMatching(/^[!-~]{1,20}$/);
const constructId = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter((id) => !/[\p{Cc}\p{Cs}/]/u.test(id));
const path = fc.array(constructId, { minLength: 1, maxLength: 3 }).map((ids) => ids.join('/'));
const optionalPath = fc.option(path, { nil: undefined });
const credential: fc.Arbitrary<CredentialSpec> = fc.record({
  variable: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,20}$/),
  revision: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
});
const dataKey = fc
  .oneof(fc.constantFrom(...ODD_NAMES.slice(0, 7)), fc.stringMatching(/^[-._a-zA-Z0-9]{1,20}$/))
  .filter((key) => key !== '.' && key !== '..');

/** An object from entries, so that `__proto__` is a key like any other. */
function recordOf<T>(key: fc.Arbitrary<string>, value: fc.Arbitrary<T>, minLength = 0) {
  return fc
    .uniqueArray(fc.tuple(key, value), { minLength, maxLength: 3, selector: ([name]) => name })
    .map((entries): Readonly<Record<string, T>> => Object.fromEntries(entries));
}

function without<T extends object>(value: T): T {
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries) as T;
}

const registrySecret = fc
  .record({
    path: optionalPath,
    server: fc.constantFrom('https://index.docker.io/v1/', 'de.icr.io', 'localhost:5000'),
    username: line,
    email: fc.option(line, { nil: undefined }),
    password: credential,
  })
  .map((it) => without(it) as RegistrySecretSpec);

const secret = fc
  .oneof(
    fc.record({ format: fc.constant('generic'), data: recordOf(dataKey, credential, 1) }),
    fc.record({ format: fc.constant('basic_auth'), username: line, password: credential }),
    fc.record({
      format: fc.constant('ssh_auth'),
      sshKey: credential,
      knownHosts: fc.option(fc.constant('host ssh-ed25519 AAAA\nother ssh-rsa BBBB\n'), {
        nil: undefined,
      }),
    }),
    fc.record({ format: fc.constant('tls'), certificate: line, key: credential }),
    fc.record({
      format: fc.constant('hmac_auth'),
      accessKeyId: credential,
      secretAccessKey: credential,
    }),
  )
  .map((it) => without(it) as SecretSpec);

const environment = fc.oneof<fc.Arbitrary<EnvironmentSpec>[]>(
  fc.record({ name: fc.constantFrom('A', 'null', '.5', '-'), value: anyText }),
  fc.record({ name: fc.constant('B'), secret: itemName, key: dataKey }),
  fc.record({ name: fc.constant('C'), configMap: itemName, key: dataKey }),
  fc.record({ secret: itemName, prefix: fc.constant('P_') }),
  fc.record({ configMap: itemName }),
);

const jobTemplate = fc
  .record({
    path: optionalPath,
    image: fc.constantFrom('docker.io/library/busybox:latest', 'de.icr.io/ns/app@sha256:abc'),
    imageSecret: fc.option(itemName, { nil: undefined }),
    command: fc.array(anyText, { maxLength: 3 }),
    arguments: fc.array(anyText, { maxLength: 3 }),
    environment: fc.array(environment, { maxLength: 5 }),
    mounts: fc.array(fc.record({ path: fc.constant('/mnt/a b'), secret: itemName }), {
      maxLength: 2,
    }),
    mode: fc.constantFrom('task', 'daemon'),
    serviceAccount: fc.constantFrom('default', 'none'),
    runAsUser: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    arrayIndices: fc.constantFrom('0', '0-4', '1-5,7-8,10'),
    cpu: fc.constantFrom('0.125', '1'),
    memory: fc.constantFrom('4G', '0.25G', '512Mi'),
    ephemeralStorage: fc.constant('400M'),
    maxExecutionTime: fc.integer({ min: 1, max: 86_400 }),
    retryLimit: fc.integer({ min: 0, max: 5 }),
    readOnlyRootFilesystem: fc.constantFrom(true, undefined),
    allowMissingReferences: fc.constantFrom(true, undefined),
  })
  .map(({ maxExecutionTime, retryLimit, ...rest }) => {
    const ofTask = rest.mode === 'task' ? { maxExecutionTime, retryLimit } : {};
    // YAML keeps no NUL in a command, as the platform has none.
    const texts = (list: readonly string[]) => list.map((text) => text.replaceAll('\0', ''));
    const template = { ...rest, command: texts(rest.command), arguments: texts(rest.arguments) };
    return without({ ...template, ...ofTask }) as JobTemplateSpec;
  });

const items = fc
  .record({
    'registry-secrets': recordOf(itemName, registrySecret),
    secrets: recordOf(itemName, secret),
    'config-maps': recordOf(itemName, fc.record({ data: recordOf(dataKey, anyText) })),
    'job-templates': recordOf(itemName, jobTemplate),
  })
  .map((kinds): ItemsSpec => {
    const used = Object.entries(kinds).filter(([, named]) => Object.keys(named).length > 0);
    return Object.fromEntries(used);
  });

const count = fc.integer({ min: 0, max: 1000 });

const specification = fc
  .record({
    period: fc.constantFrom('168h', '1h30m', undefined),
    adoptNamespace: fc.constantFrom(true, undefined),
    quota: fc.record({
      jobs: count,
      jobRuns: count,
      secrets: count,
      configMaps: count,
      apps: count,
      functions: count,
      instances: count,
      cpu: fc.constantFrom(0.5, 128),
      memory: fc.constant('512G'),
      ephemeralStorage: fc.constant('512G'),
    }),
    items,
  })
  .map(({ items: kinds, ...rest }) => ({ ...without(rest), ...kinds }) as ProjectSpec);

const address = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}\.[a-zA-Z0-9_][a-zA-Z0-9_-]{0,19}$/);

/** Any lock that synth could write. */
export const lock: fc.Arbitrary<ProjectsLock> = recordOf(
  fc.oneof(fc.constantFrom(...ODD_NAMES), fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/)),
  fc.record({
    target: fc.constantFrom('kubernetes' as const, 'sandbox' as const),
    projects: recordOf(
      projectName,
      fc.record({
        spec: specification,
        resources: fc.uniqueArray(address, { maxLength: 4 }).map((list) => [...list].sort()),
        below: path,
      }),
    ),
  }),
).map((stacks) => ({ version: 1, stacks: placed(stacks) }));

/** Each project at a place of its own, as the format demands. */
function placed(
  stacks: Readonly<
    Record<
      string,
      {
        readonly target: 'kubernetes' | 'sandbox';
        readonly projects: Readonly<
          Record<
            string,
            {
              readonly spec: ProjectSpec;
              readonly resources: readonly string[];
              readonly below: string;
            }
          >
        >;
      }
    >
  >,
): ProjectsLock['stacks'] {
  const entries = Object.entries(stacks).map(([stack, { target, projects }]) => {
    const moved = Object.entries(projects).map(
      ([name, { spec, resources, below }], index): [string, LockedProject] => [
        name,
        { path: `${stack}/${index}/${below}`, namespace: `ns-${index}`, spec, resources },
      ],
    );
    return [stack, { target, projects: Object.fromEntries(moved) }] as const;
  });
  return Object.fromEntries(entries);
}
