import { memberOf } from '../base/guards.js';
import { escapeInvisible } from '../base/inert.js';
import { shellWord } from '../base/shell.js';

/** Where a state is kept, as Terraform's configuration has it. */
export interface Backend {
  /** `s3`. */
  readonly name: string;
  readonly settings: unknown;
}

/**
 * How the owner of a backend lists the older versions of a state that it keeps, as a shell takes it;
 * undefined where that isn't known, or a setting is known to the engine alone. Nobody but the owner may
 * be able to: it is never run.
 */
export function versionsCommand({ name, settings }: Backend): string | undefined {
  const words = COMMANDS.get(name)?.((key) => {
    const value = memberOf(settings, key);
    return typeof value === 'string' && !value.includes('${') ? value : undefined;
  });
  const known = words?.flatMap((word) => word ?? []);
  if (known === undefined || known.length !== words?.length) return undefined;
  return escapeInvisible(known.map(shellWord).join(' ')).replaceAll('`', '\\u0060');
}

type Words = (setting: (key: string) => string | undefined) => readonly (string | undefined)[];

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
]);
