import { memberOf } from '../../base/guards.js';
import { shellWord } from '../../base/shell.js';
import type { BucketPlace } from '../../bucket/place.js';

/** Backends that keep no older versions, with what is true of each. */
const NONE_KEPT: Readonly<Record<string, string>> = {
  pg: 'it overwrites the row of the state. Copies of the database, such as its write-ahead log and backups, are its administrator’s',
  kubernetes:
    'it overwrites the secret of the state. Etcd has earlier revisions of that cluster until it is compacted, and backups of etcd are its administrator’s',
  consul: 'it overwrites the state’s key. Consul’s raft log and snapshots are its administrator’s',
  inmem: 'the state is in memory',
};

/** Why a backend has no older versions; undefined where it may have some. */
export function noneKept(backend: string): string | undefined {
  const why = Object.hasOwn(NONE_KEPT, backend) ? NONE_KEPT[backend] : undefined;
  return why === undefined
    ? undefined
    : `The backend \`${backend}\` keeps no older versions: ${why}.`;
}

/** What else there is to say of backends whose versions Reprieve can't ask for. */
export const REMARKS: Readonly<Record<string, string>> = {
  http: 'Its protocol knows no versions, but a server may keep them: GitLab keeps every one, in the project’s list of Terraform states.',
  artifactory: 'Artifactory may keep every state that was uploaded.',
};

type Settings = (...path: readonly string[]) => string | undefined;

function cloud(of: Settings, workspace: string): readonly (string | undefined)[] {
  const prefix = of('workspaces', 'prefix');
  const named = workspace === 'default' ? undefined : `${prefix ?? ''}${workspace}`;
  const filter = (what: string, value: string | undefined) =>
    value && `filter[${what}][name]=${value}`;
  return [
    ...['curl', '--get', '--oauth2-bearer', 'TOKEN'],
    `https://${of('hostname') ?? 'app.terraform.io'}/api/v2/state-versions`,
    ...['--data-urlencode', filter('organization', of('organization'))],
    ...['--data-urlencode', filter('workspace', of('workspaces', 'name') ?? named)],
  ];
}

/** How the owner of a backend lists the versions that it keeps. */
const VERSIONS: Readonly<
  Record<string, (of: Settings, workspace: string) => readonly (string | undefined)[]>
> = {
  s3: (of, workspace) => [
    ...['aws', 's3api', 'list-object-versions', '--bucket', of('bucket')],
    ...['--prefix', inWorkspace(of, workspace)],
    ...regionOf(of('region'), of('endpoints', 's3') ?? of('endpoint')),
  ],
  gcs: (of) => [
    ...['gcloud', 'storage', 'ls', '--all-versions'],
    of('bucket') && `gs://${of('bucket')}/${of('prefix') ?? ''}`,
  ],
  azurerm: (of) => [
    ...['az', 'storage', 'blob', 'list', '--account-name', of('storage_account_name')],
    ...['--container-name', of('container_name'), '--prefix', of('key'), '--include', 'vs'],
  ],
  remote: cloud,
  cloud,
};

function inWorkspace(of: Settings, workspace: string): string | undefined {
  const key = of('key');
  return key === undefined || workspace === 'default'
    ? key
    : `${of('workspace_key_prefix') ?? 'env:'}/${workspace}/${key}`;
}

/** Whole, and as a shell takes it; undefined where a setting is only known to the engine. */
export function versionsCommand(
  backend: string,
  settings: unknown,
  workspace: string,
): string | undefined {
  const row = Object.hasOwn(VERSIONS, backend) ? VERSIONS[backend] : undefined;
  const of: Settings = (...path) => {
    const value = path.reduce(memberOf, settings);
    return typeof value === 'string' && !value.includes('${') ? value : undefined;
  };
  const words = row?.(of, workspace);
  const known = words?.flatMap((word) => word ?? []);
  if (known === undefined || known.length !== words?.length) return undefined;
  return shellWords(known);
}

/** The command that deletes one version for good. */
export function removeCommand(place: BucketPlace, id: string): string {
  return shellWords([
    ...['aws', 's3api', 'delete-object', '--bucket', place.bucket],
    ...option('--key', place.key),
    ...option('--version-id', id),
    ...regionOf(place.region, place.endpoint),
  ]);
}

function regionOf(region: string | undefined, endpoint: string | undefined): readonly string[] {
  return [
    ...(region === undefined ? [] : option('--region', region)),
    ...(endpoint === undefined ? [] : option('--endpoint-url', endpoint)),
  ];
}

/** A value that begins like an option is none. */
function option(name: string, value: string): readonly string[] {
  return value.startsWith('-') ? [`${name}=${value}`] : [name, value];
}

function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
