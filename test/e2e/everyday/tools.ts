import { acts, allowed, type Do, denied } from './act.js';
import { deployment, encoded, MARKED } from './objects.js';
import { FOREIGN } from './project.js';
import { all, apply, by, patch, post, read, remove, rewrite, see } from './site.js';
import { LABEL, RESTORE } from './ways.js';

const labels = (values: object) => ({ metadata: { labels: values } });
const annotations = (values: object) => ({ metadata: { annotations: values } });
const tracked = { 'argocd.argoproj.io/instance': 'shop' };
const flux = { 'kustomize.toolkit.fluxcd.io/name': 'shop' };
const velero = labels({ 'velero.io/restore-name': 'monday', 'velero.io/backup-name': 'sunday' });
const ARGO = 'argocd-controller';
const FLUX = 'kustomize-controller';

const DECLARES = denied('let either the pipeline or the tool declare it');
const UPDATE_POLICY = denied(
  'restore without `existing-resource-policy: update`, or change the code and deploy',
);
const BY_PIPELINE = denied(
  'deploy: it is made anew from the code; or restore by an account under `cluster.pipelines`',
);
const WITHOUT_MARKS = denied('leave out the marks of the soft delete (a resource modifier)');

const manifest = (name: string, content: object, more: object = {}) => ({
  metadata: { name, ...more },
  ...content,
});

/** What a backup has of a declared object that is no longer there. */
const restored =
  (deadline?: string): Do =>
  (site) => {
    const marked = MARKED(site.namespace);
    const isOver = deadline !== undefined;
    return post('configmaps', `lost-${site.who.replaceAll(/\W/g, '').toLowerCase()}`, {
      metadata: {
        labels: {
          ...marked.labels,
          'velero.io/restore-name': 'monday',
          ...(isOver ? { 'reprieve.dev/state': 'soft-deleted' } : {}),
        },
        annotations: {
          ...marked.annotations,
          ...(isOver ? { 'reprieve.dev/reclaim-after': deadline } : {}),
        },
      },
      data: { MODE: 'full' },
    })(site);
  };

const adopt = (more: object = {}): Do => {
  const { labels: of, annotations: notes } = MARKED(FOREIGN);
  const marks = { metadata: { labels: of, annotations: { ...notes, ...more } } };
  return (site) =>
    all(patch('.', marks), patch('configmaps/handmade', marks))({ ...site, namespace: FOREIGN });
};

const approve: Do = async (site) => {
  const { metadata } = await read(site, 'configmaps/settings');
  const stands = metadata.annotations?.['reprieve.dev/reclaim-after'] ?? 'live';
  const expires = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const value = `bob ${metadata.uid} ${expires} ${stands}`;
  return patch(
    'configmaps/settings',
    annotations({ 'reprieve.dev/hard-delete-approved': value }),
  )(site);
};

export const TOOLS = acts('Argo CD, Flux and other tools', [
  [
    'a label of one’s own',
    'a developer',
    'a declared Deployment',
    allowed,
    RESTORE,
    patch('deployments/web', labels({ team: 'payments' })),
  ],
  [
    'an annotation of one’s own',
    'a developer',
    'a declared Secret',
    allowed,
    RESTORE,
    patch('secrets/db', annotations({ 'example.org/note': 'mine' })),
  ],
  [
    'a label of one’s own',
    'a developer',
    'an undeclared Deployment',
    allowed,
    RESTORE,
    patch('deployments/tool', labels({ team: 'payments' })),
  ],
  [
    'a pod security level',
    'a cluster-admin',
    'the namespace',
    allowed,
    RESTORE,
    patch('.', labels({ 'pod-security.kubernetes.io/enforce': 'privileged' })),
  ],
  [
    'remove a label of one’s own',
    'a developer',
    'a declared Deployment',
    allowed,
    undefined,
    patch('deployments/web', labels({ team: null })),
  ],
  [
    'server-side apply of a tracking label',
    'Argo CD',
    'a declared Deployment',
    allowed,
    RESTORE,
    apply(ARGO, 'deployments/web', manifest('web', {}, { labels: tracked })),
  ],
  [
    'server-side apply of content',
    'Argo CD',
    'a declared ConfigMap',
    DECLARES,
    RESTORE,
    apply(ARGO, 'configmaps/settings', manifest('settings', { data: { MODE: 'other' } })),
  ],
  [
    'server-side apply of what it says already',
    'Argo CD',
    'a declared ConfigMap',
    allowed,
    allowed,
    apply(ARGO, 'configmaps/settings', manifest('settings', { data: { MODE: 'full' } })),
  ],
  [
    'server-side apply, new',
    'Argo CD',
    'the namespace',
    allowed,
    RESTORE,
    apply(ARGO, 'deployments/argo', manifest('argo', deployment('argo'), { labels: tracked })),
  ],
  [
    'server-side apply, changed',
    'Argo CD',
    'an undeclared ConfigMap',
    allowed,
    RESTORE,
    apply(ARGO, 'configmaps/notes', manifest('notes', { data: { MODE: 'argo' } })),
  ],
  ['prune', 'Argo CD', 'an undeclared Deployment', LABEL, RESTORE, remove('deployments/tool')],
  [
    'prune what it applied with the label',
    'Argo CD',
    'a ConfigMap with the label',
    allowed,
    undefined,
    all(
      apply(
        ARGO,
        'configmaps/argo',
        manifest(
          'argo',
          { data: { a: 'b' } },
          { labels: { ...tracked, 'reprieve.dev/protected': 'false' } },
        ),
      ),
      remove('configmaps/argo'),
    ),
  ],
  [
    'server-side apply of its labels',
    'Flux',
    'the namespace',
    allowed,
    RESTORE,
    patch(`.?fieldManager=${FLUX}`, labels(flux)),
  ],
  [
    'server-side apply, changed',
    'Flux',
    'an undeclared ConfigMap',
    allowed,
    RESTORE,
    apply(
      FLUX,
      'configmaps/notes',
      manifest('notes', { data: { MODE: 'flux' } }, { labels: flux }),
    ),
  ],
  [
    'server-side apply of content',
    'Flux',
    'a declared Deployment',
    DECLARES,
    RESTORE,
    apply(
      FLUX,
      'deployments/web',
      manifest('web', { spec: { ...deployment('web').spec, replicas: 5 } }),
    ),
  ],
  ['prune', 'Flux', 'an undeclared ConfigMap', LABEL, RESTORE, remove('configmaps/notes')],
]);

export const BACKUPS = acts('Backups and restores (Velero)', [
  ['back up', 'Velero', 'declared Secrets', allowed, allowed, see('secrets/db')],
  [
    'restore what is missing',
    'Velero',
    'an undeclared ConfigMap',
    allowed,
    RESTORE,
    post('configmaps', 'lost', { ...velero, data: { a: 'b' } }),
  ],
  ['restore what is missing', 'Velero', 'a declared ConfigMap', BY_PIPELINE, RESTORE, restored()],
  ['restore what is missing', 'the pipeline', 'a declared ConfigMap', allowed, RESTORE, restored()],
  [
    'restore what was backed up soft-deleted',
    'the pipeline',
    'a declared ConfigMap',
    WITHOUT_MARKS,
    RESTORE,
    restored('2027-01-01T00:00:00Z'),
  ],
  [
    'label what is there as restored',
    'Velero',
    'a declared Secret',
    allowed,
    RESTORE,
    patch('secrets/db', velero),
  ],
  [
    'overwrite what is there',
    'Velero',
    'a declared Secret',
    UPDATE_POLICY,
    RESTORE,
    patch('secrets/db', { data: { password: encoded('old') } }),
  ],
  [
    'overwrite what is there',
    'Velero',
    'an undeclared ConfigMap',
    allowed,
    RESTORE,
    patch('configmaps/notes', { ...velero, data: { MODE: 'old' } }),
  ],
  ['write the same again', 'Velero', 'a declared Secret', allowed, allowed, rewrite('secrets/db')],
]);

export const DEPLOYMENTS = acts('Deployments by Reprieve', [
  [
    'adopt',
    'a developer',
    'an unprotected namespace',
    denied('adopt it in code (`adoptNamespace`) and deploy'),
    undefined,
    adopt(),
  ],
  [
    'adopt with a deadline on it',
    'the pipeline',
    'an unprotected namespace',
    denied('adopt it live, and request its deletion then'),
    undefined,
    adopt({ 'reprieve.dev/reclaim-after': '2027-01-01T00:00:00Z' }),
  ],
  ['adopt', 'the pipeline', 'an unprotected namespace', allowed, undefined, adopt()],
  [
    'edit',
    'the pipeline',
    'a declared ConfigMap',
    allowed,
    RESTORE,
    patch('configmaps/settings', { data: { MODE: 'full', MORE: '1' } }),
  ],
  [
    'a longer period',
    'the pipeline',
    'a declared ConfigMap',
    allowed,
    allowed,
    patch('configmaps/settings', annotations({ 'reprieve.dev/period': '721h' })),
  ],
  [
    'a shorter period',
    'the pipeline',
    'a declared ConfigMap',
    denied('have an approver name it (`reprieve.dev/shorter-period-approved`)'),
    undefined,
    patch('configmaps/settings', annotations({ 'reprieve.dev/period': '24h' })),
  ],
  [
    'read everything, as `recover` and every plan do',
    'the pipeline',
    'declared Secrets',
    allowed,
    allowed,
    see('secrets'),
  ],
  ['approve a hard deletion', 'an approver', 'a declared ConfigMap', allowed, allowed, approve],
  [
    'withdraw an approval',
    'a developer',
    'a declared ConfigMap',
    allowed,
    allowed,
    by(
      'a developer',
      patch('configmaps/settings', annotations({ 'reprieve.dev/hard-delete-approved': null })),
    ),
  ],
]);
