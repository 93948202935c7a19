import { acts, allowed, type Do, denied } from './act.js';
import { certificate, encoded, tokenOf } from './objects.js';
import { all, items, kubectl, patch, pathOf, post, read, remove, rewrite, until } from './site.js';
import { CODE, LABEL, PIPELINE, RESTORE } from './ways.js';

const revision = (number: string) => ({
  metadata: { annotations: { 'reprieve.dev/data-revision': number } },
});
const password = (value: string) => ({ data: { password: encoded(value) } });
const renewed = (serial: number) => ({ data: certificate(serial) });

const filled = (name: string) =>
  until(async (site) => (await read(site, `secrets/${name}`)).data?.['token'] !== undefined);

/** The root certificate of the cluster is another one, and reaches what says so. */
const rotateRootCa =
  (...places: readonly string[]): Do =>
  async (site) => {
    const certificates = () =>
      Promise.all(places.map(async (it) => (await read(site, it)).data?.['ca.crt']));
    const before = await certificates();
    await site.plane.rotateRootCa();
    return until(async () => (await certificates()).every((each, index) => each !== before[index]))(
      site,
    );
  };

export const SECRETS = acts('Secrets and accounts', [
  [
    'rotate: new content and its revision',
    'the pipeline',
    'a declared Secret',
    allowed,
    RESTORE,
    patch('secrets/db', { ...revision('2'), ...password('two') }),
  ],
  [
    'rotate: a revision without new content',
    'the pipeline',
    'a declared Secret',
    denied('deploy with the credential’s new value; after a refused rotation `reprieve recover`'),
    RESTORE,
    patch('secrets/db', revision('9')),
  ],
  [
    'add a key',
    'the pipeline',
    'a declared Secret',
    allowed,
    RESTORE,
    patch('secrets/db', { data: { more: encoded('more') } }),
  ],
  [
    'empty it',
    'the pipeline',
    'a declared Secret',
    denied('request its deletion'),
    RESTORE,
    patch('secrets/db', { data: null }),
  ],
  [
    'edit',
    'a developer',
    'a declared Secret',
    CODE,
    RESTORE,
    patch('secrets/db', password('mine')),
  ],
  [
    'edit',
    'a developer',
    'an undeclared Secret',
    allowed,
    RESTORE,
    patch('secrets/certificate', renewed(2)),
  ],
  [
    'edit',
    'a cluster-admin',
    'a declared ConfigMap',
    CODE,
    RESTORE,
    patch('configmaps/settings', { data: { MODE: 'none' } }),
  ],
  [
    'edit',
    'a developer',
    'an undeclared ConfigMap',
    allowed,
    RESTORE,
    patch('configmaps/notes', { data: { MODE: 'none' } }),
  ],
  [
    'renew',
    'cert-manager',
    'a declared Secret',
    PIPELINE,
    RESTORE,
    patch('secrets/tls', renewed(3)),
  ],
  [
    'renew',
    'a renewer under `cluster.pipelines`',
    'a declared Secret',
    allowed,
    RESTORE,
    patch('secrets/tls', renewed(3)),
  ],
  [
    'renew',
    'cert-manager',
    'an undeclared Secret',
    allowed,
    RESTORE,
    patch('secrets/certificate', renewed(4)),
  ],
  [
    'mark for renewal',
    'cert-manager',
    'a declared Secret',
    allowed,
    RESTORE,
    patch('secrets/tls', {
      metadata: { annotations: { 'cert-manager.io/certificate-name': 'web' } },
    }),
  ],
  [
    'issue a certificate into a new Secret',
    'cert-manager',
    'the namespace',
    allowed,
    RESTORE,
    post('secrets', 'issued', { type: 'kubernetes.io/tls', data: certificate(5) }),
  ],
  [
    'key rotation: write the same again',
    'a cluster-admin',
    'a declared Secret',
    allowed,
    allowed,
    rewrite('secrets/db'),
  ],
  [
    'key rotation: write the same again',
    'a cluster-admin',
    'an undeclared Secret',
    allowed,
    allowed,
    rewrite('secrets/certificate'),
  ],
  [
    'key rotation: an empty patch',
    'a cluster-admin',
    'a declared Secret',
    allowed,
    allowed,
    patch('secrets/db', {}),
  ],
  [
    'key rotation: an empty patch',
    'a cluster-admin',
    'the namespace',
    allowed,
    allowed,
    patch('.', {}),
  ],
  [
    'storage migration: write the same again',
    'a cluster-admin',
    'a declared CronJob',
    allowed,
    allowed,
    rewrite('cronjobs/nightly'),
  ],
  [
    'storage migration: write the same again',
    'a cluster-admin',
    'a declared StatefulSet',
    allowed,
    allowed,
    rewrite('statefulsets/store'),
  ],
  [
    'ask for a token',
    'a developer',
    'a declared ServiceAccount',
    allowed,
    allowed,
    kubectl('create token runner'),
  ],
  [
    'fill a token secret',
    'Kubernetes',
    'a declared Secret',
    allowed,
    allowed,
    filled('runner-token'),
  ],
  [
    'create a token secret, which is filled',
    'a developer',
    'the namespace',
    allowed,
    RESTORE,
    all(post('secrets', 'my-token', tokenOf('runner')), filled('my-token')),
  ],
  [
    'delete a token secret',
    'a developer',
    'an undeclared Secret',
    allowed,
    undefined,
    remove('secrets/my-token'),
  ],
  [
    'note the last use of a token',
    'Kubernetes',
    'a declared Secret',
    allowed,
    allowed,
    async (site) => {
      // In its own name, as the API server does it.
      const label = { 'kubernetes.io/legacy-token-last-used': '2026-01-01' };
      const body = { metadata: { labels: label } };
      const path = pathOf(site.namespace, 'secrets/runner-token');
      const { status, message } = await site.plane.ask(path, {
        method: 'PATCH',
        body,
        actingAs: 'system:apiserver',
      });
      return { isAllowed: status < 300, said: message };
    },
  ],
  [
    'add a pull secret',
    'a developer',
    'the ServiceAccount default',
    allowed,
    RESTORE,
    patch('serviceaccounts/default', { imagePullSecrets: [{ name: 'db' }] }),
  ],
  [
    'add a pull secret',
    'a developer',
    'a declared ServiceAccount',
    CODE,
    RESTORE,
    patch('serviceaccounts/runner', { imagePullSecrets: [{ name: 'db' }] }),
  ],
  [
    'give somebody a role',
    'a developer',
    'the namespace',
    allowed,
    RESTORE,
    post('rolebindings', 'readers', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'ann' }],
    }),
  ],
  ['delete', 'a developer', 'an undeclared ConfigMap', LABEL, RESTORE, remove('configmaps/notes')],
  [
    'delete',
    'a developer',
    'a ConfigMap with the label',
    allowed,
    RESTORE,
    remove('configmaps/temporary'),
  ],
  [
    'a root certificate for every namespace',
    'Kubernetes',
    'kube-root-ca.crt',
    allowed,
    undefined,
    until(async (site) =>
      (await items(site, 'configmaps')).some((it) => it.metadata.name === 'kube-root-ca.crt'),
    ),
  ],
  [
    'CA rotation',
    'Kubernetes',
    'kube-root-ca.crt and a declared token secret',
    undefined,
    allowed,
    rotateRootCa('configmaps/kube-root-ca.crt', 'secrets/runner-token'),
  ],
]);
