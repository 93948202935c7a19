import { memberOf } from '../base/guards.js';
import { escapeInvisible } from '../base/inert.js';
import { shellWord } from '../base/shell.js';

/** Where a state is kept, as Terraform's configuration has it. */
export interface Backend {
  /** `s3`. */
  readonly name: string;
  readonly settings: unknown;
}

/** Backends that keep no older versions, with what is true of each. */
const NONE_KEPT: ReadonlyMap<string, string> = new Map([
  [
    'pg',
    'it overwrites the row of the state. Copies of the database, such as its write-ahead log and backups, are its administrator’s',
  ],
  [
    'kubernetes',
    'it overwrites the secret of the state. Etcd has earlier revisions of that cluster until it is compacted, and backups of etcd are its administrator’s',
  ],
  [
    'consul',
    'it overwrites the state’s key. Consul’s raft log and snapshots are its administrator’s',
  ],
  ['inmem', 'the state is in memory'],
]);

/** Why a backend has no older versions, as a sentence; undefined where it may have some. */
export function noneKept(backend: string): string | undefined {
  const why = NONE_KEPT.get(backend);
  return why && `The backend \`${backend}\` keeps no older versions: ${why}.`;
}

/** What else there is to say of a backend whose versions can't be listed by a command; a sentence. */
export function remarkOn(backend: string): string | undefined {
  return backend === 'http'
    ? 'Its protocol knows no versions, but a server may keep them: GitLab keeps every one, in the project’s list of Terraform states.'
    : undefined;
}

/**
 * How the owner of a backend lists the older versions of a state that it keeps, as a shell takes it;
 * undefined where that isn't known, or a setting is known to the engine alone. Nobody but the owner may
 * be able to: it is never run.
 */
export function versionsCommand(
  { name, settings }: Backend,
  workspace = 'default',
): string | undefined {
  const words = COMMANDS.get(name)?.((...path) => {
    const value = path.reduce(memberOf, settings);
    return typeof value === 'string' && !value.includes('${') ? value : undefined;
  }, workspace);
  const known = words?.flatMap((word) => word ?? []);
  if (known === undefined || known.length !== words?.length) return undefined;
  return escapeInvisible(shellWords(known)).replaceAll('`', '\\u0060');
}

type Setting = (...path: readonly string[]) => string | undefined;
type Words = (setting: Setting, workspace: string) => readonly (string | undefined)[];

const cloud: Words = (of, workspace) => {
  const prefix = of('workspaces', 'prefix') ?? '';
  const named = workspace === 'default' ? undefined : `${prefix}${workspace}`;
  const filter = (what: string, value: string | undefined) =>
    value && `filter[${what}][name]=${value}`;
  return [
    ...['curl', '--get', '--oauth2-bearer', 'TOKEN'],
    `https://${of('hostname') ?? 'app.terraform.io'}/api/v2/state-versions`,
    ...['--data-urlencode', filter('organization', of('organization'))],
    ...['--data-urlencode', filter('workspace', of('workspaces', 'name') ?? named)],
  ];
};

const COMMANDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  [
    's3',
    (of, workspace) => [
      ...['aws', 's3api', 'list-object-versions'],
      ...['--bucket', of('bucket'), '--prefix', keyOf(of, workspace)],
      ...atServer(of('region'), of('endpoints', 's3') ?? of('endpoint')),
    ],
  ],
  [
    'gcs',
    (of) => [
      ...['gcloud', 'storage', 'ls', '--all-versions'],
      of('bucket') && `gs://${of('bucket')}/${of('prefix') ?? ''}`,
    ],
  ],
  [
    'azurerm',
    (of) => [
      ...['az', 'storage', 'blob', 'list', '--account-name', of('storage_account_name')],
      ...['--container-name', of('container_name'), '--prefix', of('key'), '--include', 'vs'],
    ],
  ],
  ['remote', cloud],
  ['cloud', cloud],
]);

function keyOf(of: Setting, workspace: string): string | undefined {
  const key = of('key');
  return key && keyInWorkspace(key, of('workspace_key_prefix'), workspace);
}

/** How the backend `s3` names the object of a workspace's state. */
export function keyInWorkspace(key: string, prefix = 'env:', workspace: string): string {
  return workspace === 'default' ? key : `${prefix}/${workspace}/${key}`;
}

/** The command that deletes one version of an object for good. */
export function removeCommand(
  of: {
    readonly bucket: string;
    readonly key: string;
    readonly region: string;
    /** Of a server that isn't AWS itself. */
    readonly endpoint?: string;
  },
  id: string,
): string {
  return shellWords([
    ...['aws', 's3api', 'delete-object', '--bucket', of.bucket],
    ...option('--key', of.key),
    ...option('--version-id', id),
    ...atServer(of.region, of.endpoint),
  ]);
}

function atServer(region: string | undefined, endpoint: string | undefined): readonly string[] {
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
