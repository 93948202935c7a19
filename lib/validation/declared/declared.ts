import { byteLength } from '../../base/guards.js';
import type { LockedEncryption, LockedProject } from '../../files/projects-lock-types.js';
import type { Declared } from '../../model/declared.js';
import { itemTarget } from '../../model/deletion-target.js';
import { KINDS } from '../../model/kinds.js';
import { ITEM_KINDS, itemsOf } from '../../model/specification.js';
import { declaredCredentials } from './credentials.js';
import type { Declarations, DeclaredItem } from './declarations.js';
import { declaredDeletion, periodOf } from './deletion.js';
import { type Mentions, mentionsIn } from './mentions.js';

export type { Deadlines, Declarations, DeclaredItem } from './declarations.js';

/** Everything in a stack that a policy about declared things can look at, in a fixed order. */
export function declaredIn(declarations: Declarations): readonly Declared[] {
  const { locked, requests } = declarations;
  const mentions = mentionsIn(locked);
  const projects = Object.entries(locked.projects);
  const items = projects.flatMap(([name, project]) => itemsIn(declarations.stack, name, project));
  return [
    declaredStack(declarations),
    ...projects.map(([name, project]) => declaredProject(name, project, declarations, mentions)),
    ...items.map((item) => declaredItem(item, mentions)),
    ...declaredCredentials(items, declarations.now),
    ...requests.map((request) => declaredDeletion(request, declarations, mentions)),
  ];
}

/** A soft-deleted project counts until it is reclaimed. */
function declaredStack({ stack, locked, requests }: Declarations): Declared {
  const isDeleted = (name: string) => requests.some(({ target }) => target === name);
  const names = Object.keys(locked.projects);
  const value = {
    stack,
    on: locked.target,
    projects: names.length,
    softDeletedProjects: names.filter(isDeleted).length,
  };
  return { target: 'stack', address: stack, path: stack, value };
}

function declaredProject(
  name: string,
  { path, namespace, spec }: LockedProject,
  { stack, locked, periods }: Declarations,
  mentions: Mentions,
): Declared {
  const { quota, adoptNamespace = false, labels, annotations, ingress } = spec;
  const counts = ITEM_KINDS.map((kind) => [kind, Object.keys(itemsOf(spec, kind)).length] as const);
  const value = {
    stack,
    on: locked.target,
    name,
    namespace,
    ...(locked.encryption === undefined ? {} : { encryption: encryptionOf(locked.encryption) }),
    ...periodOf(spec.period, periods),
    quota,
    adoptNamespace,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(ingress === undefined ? {} : { ingress }),
    items: Object.fromEntries(counts),
    neededBy: mentions.of(name),
  };
  return { target: 'project', address: name, path, value };
}

/** Which kinds are encrypted besides is no policy's concern. */
function encryptionOf({ resources: _resources, ...key }: LockedEncryption) {
  return key;
}

function itemsIn(stack: string, project: string, locked: LockedProject): readonly DeclaredItem[] {
  return ITEM_KINDS.flatMap((kind) =>
    Object.entries(itemsOf(locked.spec, kind)).map(([name, specification]) => ({
      stack,
      project,
      kind,
      name,
      target: itemTarget(project, kind, name),
      path: `${locked.path}/${specification.path ?? name}`,
      specification,
    })),
  );
}

function declaredItem(item: DeclaredItem, mentions: Mentions): Declared {
  const { stack, project, kind, name, target, path } = item;
  const { path: _place, ...specification } = { path: undefined, ...item.specification };
  const { cpu } = specification as { readonly cpu?: string };
  const value = {
    ...{ stack, project, name, ...specification },
    // Declared as a number, and kept as a text that is exact.
    ...(cpu === undefined ? {} : { cpu: Number(cpu) }),
    ...(kind === 'job-templates' ? { bytes: byteLength(JSON.stringify(specification)) } : {}),
    neededBy: mentions.of(target),
  };
  return { target: KINDS[kind].declaredAs, address: target, path, value };
}
