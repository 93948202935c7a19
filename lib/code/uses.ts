import { type ItemKind, itemsOf, type ProjectSpec } from '../model/specification.js';

/** The items of a project that its job templates refer to, as `secrets/mail`. */
export function namesUsedBy(spec: ProjectSpec): ReadonlySet<string> {
  const used = new Set<string>();
  const secrets: readonly ItemKind[] = ['secrets', 'registry-secrets'];
  const add = (kinds: readonly ItemKind[], name: string | undefined) => {
    const kind = kinds.find((each) => Object.hasOwn(itemsOf(spec, each), name ?? ''));
    if (kind !== undefined && name !== undefined) used.add(`${kind}/${name}`);
  };
  for (const template of Object.values(itemsOf(spec, 'job-templates'))) {
    add(['registry-secrets'], template.imageSecret);
    for (const entry of [...template.environment, ...template.mounts]) {
      if ('secret' in entry) add(secrets, entry.secret);
      if ('configMap' in entry) add(['config-maps'], entry.configMap);
    }
  }
  return used;
}
