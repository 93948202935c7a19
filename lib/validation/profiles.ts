import { fileURLToPath } from 'node:url';
import type { Settings } from '../files/settings.js';
import { type FileTree, folderTree } from '../files/tree.js';
import type { PolicyDocument } from '../model/policy-document.js';

/** What the path of a policy starts with that comes with this package: no file is called so. */
const PREFIX = 'profile:';

/** The folder with the controls of the Pod Security Standards. */
const POD_SECURITY = 'pod-security';

/** The policies that come with this package, a folder for each profile. */
const SHIPPED = folderTree(fileURLToPath(new URL('../../policies', import.meta.url)));

/** Every place of policies that reprieve.yaml names: its profiles, then its paths. */
export function policyPlaces({ policies }: Pick<Settings, 'policies'>): readonly string[] {
  const { profiles, podSecurity, paths } = policies;
  const names = podSecurity === undefined ? profiles : [...profiles, POD_SECURITY];
  return [...names.map((name) => `${PREFIX}${name}`), ...paths];
}

/**
 * Whether a policy counts that is in one of those places: of the Pod Security Standards, only the
 * controls of one profile do.
 */
export function isWanted(
  path: string,
  { standard }: Pick<PolicyDocument, 'standard'>,
  { policies }: Pick<Settings, 'policies'>,
): boolean {
  if (!path.startsWith(`${PREFIX}${POD_SECURITY}/`)) return true;
  const { podSecurity } = policies;
  return podSecurity !== undefined && standard?.profiles.includes(podSecurity.profile) === true;
}

/** The ids of every policy that comes with this package: each is its file's name. */
export function shippedIds(): ReadonlySet<string> {
  return new Set(SHIPPED.list('.').flatMap((file) => idIn(file) ?? []));
}

function idIn(file: string): string | undefined {
  return /([^/\\]+)\.yaml$/.exec(file)?.[1];
}

/** Whether a file is one of a profile's. */
export function isOfProfile(path: string): boolean {
  return path.startsWith(PREFIX);
}

/**
 * A project's files, and beside them the profiles of this package: what judges a change comes with
 * the gate, never with the change.
 */
export function withProfiles(tree: FileTree): FileTree {
  const of = (path: string): readonly [FileTree, string] =>
    isOfProfile(path) ? [SHIPPED, path.slice(PREFIX.length)] : [tree, path];
  return {
    label: (path) => {
      const [owner, inner] = of(path);
      return owner.label(inner);
    },
    read: (path) => {
      const [owner, inner] = of(path);
      return owner.read(inner);
    },
    list: (path) => {
      const [owner, inner] = of(path);
      const listed = owner.list(inner);
      return owner === tree ? listed : listed.map((each) => `${PREFIX}${each}`);
    },
  };
}
