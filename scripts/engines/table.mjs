// @ts-check
/**
 * The programs that tests run against, as public Go modules have them. Each has a folder below
 * test/engines, whose go.mod and go.sum pin all that it is built from.
 */

/**
 * @typedef {object} Engine
 * @property {string} name such as `kubernetes`
 * @property {string} version such as `1.34.4`, as its module has it
 * @property {string} module the module that the version is of
 * @property {Readonly<Record<string, string>>} programs the package of each program
 * @property {Readonly<Record<string, string>>} variables what the linker sets: a program built
 *   from a module doesn't know its own version
 * @property {readonly string[]} versionCommand what makes a program print its version
 * @property {readonly string[]} beside folders below test/engines that it is built with
 */

/** @type {readonly Engine[]} */
export const ENGINES = [
  {
    name: 'etcd',
    version: '3.6.16',
    module: 'go.etcd.io/etcd/server/v3',
    programs: { etcd: 'go.etcd.io/etcd/server/v3' },
    variables: {},
    versionCommand: ['--version'],
    beside: [],
  },
  kubernetes('1.34.4'),
  openTofu('1.12.6'),
  // What the matrix needs besides.
  kubernetes('1.30.14'),
  kubernetes('1.37.2'),
  terraform('1.11.4', []),
  terraform('1.14.3', ['absent-backends']),
  terraform('1.16.0', ['absent-backends']),
  helm('3.22.0'),
  helm('4.3.1'),
  {
    name: 'versitygw',
    version: '1.8.0',
    module: 'github.com/versity/versitygw',
    programs: { versitygw: 'github.com/versity/versitygw/cmd/versitygw' },
    variables: { 'main.Version': '1.8.0' },
    versionCommand: ['--version'],
    beside: [],
  },
  {
    // For `npm run bench:policy` alone.
    name: 'conftest',
    version: '0.71.1',
    module: 'github.com/open-policy-agent/conftest',
    programs: { conftest: 'github.com/open-policy-agent/conftest' },
    variables: { 'github.com/open-policy-agent/conftest/internal/version.Version': '0.71.1' },
    versionCommand: ['--version'],
    beside: [],
  },
];

/** What the ordinary tests run against. */
export const EVERYDAY = ['etcd-3.6.16', 'kubernetes-1.34.4', 'opentofu-1.12.6'];

/**
 * How an engine is named: its folder below test/engines, and in the cache.
 *
 * @param {Engine} engine
 */
export function idOf(engine) {
  return `${engine.name}-${engine.version}`;
}

/**
 * The engine of an id.
 *
 * @param {string} id
 * @returns {Engine}
 */
export function engineOf(id) {
  const engine = ENGINES.find((each) => idOf(each) === id);
  if (engine === undefined) throw new Error(`There is no engine '${id}' in the table.`);
  return engine;
}

/**
 * The engines that names mean: an id, a name (all its versions), or `all`.
 *
 * @param {readonly string[]} names none: what the ordinary tests need
 * @returns {{ engines: readonly Engine[], unknown: readonly string[] }}
 */
export function select(names) {
  const asked = names.length === 0 ? EVERYDAY : names;
  /** @param {Engine} engine @param {string} name */
  const isMeant = (engine, name) => name === 'all' || name === engine.name || name === idOf(engine);
  return {
    engines: ENGINES.filter((engine) => asked.some((name) => isMeant(engine, name))),
    unknown: asked.filter((name) => !ENGINES.some((engine) => isMeant(engine, name))),
  };
}

/**
 * The provider parses the version that the API server tells.
 *
 * @param {string} version
 * @returns {Engine}
 */
function kubernetes(version) {
  const [major = '', minor = ''] = version.split('.');
  const at = 'k8s.io/component-base/version';
  return {
    name: 'kubernetes',
    version,
    module: 'k8s.io/kubernetes',
    programs: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
    },
    variables: {
      [`${at}.gitVersion`]: `v${version}`,
      [`${at}.gitMajor`]: major,
      [`${at}.gitMinor`]: minor,
    },
    versionCommand: ['--version'],
    beside: [],
  };
}

/**
 * @param {string} version
 * @returns {Engine}
 */
function openTofu(version) {
  return {
    name: 'opentofu',
    version,
    module: 'github.com/opentofu/opentofu',
    programs: { tofu: 'github.com/opentofu/opentofu/cmd/tofu' },
    variables: { 'github.com/opentofu/opentofu/version.dev': 'no' },
    versionCommand: ['version'],
    beside: [],
  };
}

/**
 * @param {string} version
 * @param {readonly string[]} beside
 * @returns {Engine}
 */
function terraform(version, beside) {
  return {
    name: 'terraform',
    version,
    module: 'github.com/hashicorp/terraform',
    programs: { terraform: 'github.com/hashicorp/terraform' },
    variables: { 'github.com/hashicorp/terraform/version.dev': 'no' },
    versionCommand: ['version'],
    beside,
  };
}

/**
 * @param {string} version
 * @returns {Engine}
 */
function helm(version) {
  const module = `helm.sh/helm/v${version.split('.')[0]}`;
  return {
    name: 'helm',
    version,
    module,
    programs: { helm: `${module}/cmd/helm` },
    variables: { [`${module}/internal/version.version`]: `v${version}` },
    versionCommand: ['version'],
    beside: [],
  };
}
