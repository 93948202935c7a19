import { compareTexts } from '../../base/order.js';
import type { LockedStack } from '../../files/projects-lock-types.js';
import { itemTarget } from '../../model/deletion-target.js';
import { type ItemKind, itemsOf, type JobTemplateSpec } from '../../model/specification.js';

/**
 * A host inside a cluster: `db.billing.svc`, `db.billing.svc.cluster.local`.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
const CLUSTER_HOST = /\.([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\.svc(?![-\w])/g;

/** Which things of a stack need which others, as far as their specifications say it. */
export interface Mentions {
  /** Targets of job templates and config maps that need a target, in order. */
  of(target: string): readonly string[];
}

/** Looks through all items of a stack once. */
export function mentionsIn({ projects }: LockedStack): Mentions {
  const users = new Map<string, Set<string>>();
  const named = Object.entries(projects);
  const byNamespace = new Map(named.map(([name, { namespace }]) => [namespace, name]));
  const add = (target: string, user: string) => {
    const known = users.get(target);
    if (known === undefined) users.set(target, new Set([user]));
    else known.add(user);
  };
  for (const [project, { spec }] of named) {
    for (const [name, template] of Object.entries(itemsOf(spec, 'job-templates'))) {
      const user = itemTarget(project, 'job-templates', name);
      for (const item of itemsUsedBy(project, template)) add(item, user);
      for (const other of hostsIn(textsOf(template), byNamespace, project)) add(other, user);
    }
    for (const [name, map] of Object.entries(itemsOf(spec, 'config-maps'))) {
      const user = itemTarget(project, 'config-maps', name);
      for (const other of hostsIn(Object.values(map.data), byNamespace, project)) add(other, user);
    }
  }
  return { of: (target) => [...(users.get(target) ?? [])].sort(compareTexts) };
}

/** The texts of a template that a host may stand in. */
function textsOf({ command, arguments: args, environment }: JobTemplateSpec): readonly string[] {
  const values = environment.flatMap((entry) => ('value' in entry ? [entry.value] : []));
  return [...command, ...args, ...values];
}

function hostsIn(
  texts: readonly string[],
  byNamespace: ReadonlyMap<string, string>,
  own: string,
): readonly string[] {
  const namespaces = texts.flatMap((text) => [...text.matchAll(CLUSTER_HOST)].map(([, it]) => it));
  return namespaces.flatMap((namespace = '') => {
    const project = byNamespace.get(namespace);
    return project === undefined || project === own ? [] : [project];
  });
}

function itemsUsedBy(project: string, template: JobTemplateSpec): readonly string[] {
  const target = (kind: ItemKind, name: string) => itemTarget(project, kind, name);
  const { imageSecret, environment, mounts } = template;
  const sources = [...environment, ...mounts].flatMap((entry) => [
    // A registry secret can be read like any other: both are secrets in the cluster.
    ...('secret' in entry
      ? [target('secrets', entry.secret), target('registry-secrets', entry.secret)]
      : []),
    ...('configMap' in entry ? [target('config-maps', entry.configMap)] : []),
  ]);
  return imageSecret === undefined
    ? sources
    : [...sources, target('registry-secrets', imageSecret)];
}
