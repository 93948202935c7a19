import { inert } from '../../base/inert.js';
import { hasPolicies, type Settings } from '../../files/settings.js';

/** Where a project's own policies are, if reprieve.yaml names no folder. */
const USUAL = 'policies';

/** The folder of a project's own policies. */
export interface OwnFolder {
  readonly place: string;
  /** Whether reprieve.yaml names it. */
  readonly isNamed: boolean;
}

/** The first folder that reprieve.yaml names beside itself, or the usual one. */
export function ownFolder({ policies }: Pick<Settings, 'policies'>): OwnFolder {
  const isOwn = (path: string) => !/\.ya?ml$/.test(path) && !/^[./]*\.\.|node_modules/.test(path);
  const place = policies.paths.find(isOwn);
  return { place: place ?? USUAL, isNamed: place !== undefined };
}

/** What to write in reprieve.yaml for the policies in a folder to count. */
export function namingOf(settings: Pick<Settings, 'policies'>, place: string): string {
  const paths = [...settings.policies.paths, place].map((each) => inert(each)).join(', ');
  return hasPolicies(settings)
    ? `Add to \`policies\` in reprieve.yaml: \`paths: [${paths}]\`.`
    : `Add to reprieve.yaml: \`policies: { paths: [${paths}] }\`.`;
}
