import { memberOf } from '../base/guards.js';
import { shellWord } from '../base/shell.js';

/** Where a state is kept, as Terraform's configuration has it. */
export interface Backend {
  /** `s3`. */
  readonly name: string;
  readonly settings: unknown;
}

/**
 * How the owner of a backend lists the older versions of a state that it keeps; undefined where
 * that isn't known. Nobody but the owner may be able to: it is never run.
 */
export function versionsCommand({ name, settings }: Backend): string | undefined {
  const command = COMMANDS.get(name);
  return command?.((key) => {
    const value = memberOf(settings, key);
    return typeof value === 'string' ? value : '';
  })
    .map(shellWord)
    .join(' ');
}

type Words = (setting: (key: string) => string) => readonly string[];

const COMMANDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  [
    's3',
    (of) => [
      ...['aws', 's3api', 'list-object-versions'],
      ...['--bucket', of('bucket'), '--prefix', of('key')],
    ],
  ],
  [
    'gcs',
    (of) => [
      ...['gcloud', 'storage', 'ls', '--all-versions'],
      `gs://${of('bucket')}/${of('prefix')}`,
    ],
  ],
  [
    'azurerm',
    (of) => [
      ...['az', 'storage', 'blob', 'list', '--account-name', of('storage_account_name')],
      ...['--container-name', of('container_name'), '--prefix', of('key'), '--include', 'vs'],
    ],
  ],
]);
