import { checkRegistrySecret } from '../../model/registry-secret.js';
import type { CredentialSpec, RegistrySecretSpec, SecretSpec } from '../../model/specification.js';
import { type ExitCode, type Io, misuse, say } from '../terminal/io.js';
import { changing, printChange, specOf, type UpdateOptions } from '../workspace/changing.js';

/** The day that credentials count as rotated from. */
type Update = UpdateSecretOptions & { readonly today: string };

export interface UpdateSecretOptions extends UpdateOptions {
  /** New values: the next revision of each. */
  readonly rotate?: boolean;
  readonly server?: string;
  readonly username?: string;
  readonly email?: string;
  /** KEY=VARIABLE. */
  readonly fromVariable?: readonly string[];
  readonly rm?: readonly string[];
}

/** `secret update`: prints what changes in a secret's declaration; never a value. */
export async function updateSecret(
  io: Io,
  argument: string | undefined,
  given: UpdateSecretOptions,
): Promise<ExitCode> {
  const options = { ...given, today: io.now().toISOString().slice(0, 10) };
  const found = await changing(io, 'secret', argument, options);
  if (options.rotate === true) {
    say(io, 'note: Set the new values as TF_VAR_… where the plan and the apply run.');
  }
  const registry = specOf(found, 'registry-secrets');
  if (registry !== undefined) {
    const after = registrySecret(registry, options);
    return printChange(io, options, found, 'registry-secrets', [registry, after]);
  }
  const before = specOf(found, 'secrets');
  if (before === undefined) return misuse(unfit('it', 'anything'));
  return printChange(io, options, found, 'secrets', [before, secret(before, options)]);
}

function registrySecret(before: RegistrySecretSpec, options: Update) {
  refuse(options, 'a registry secret', ['fromVariable', 'rm']);
  const { server = before.server, username = before.username, email = before.email } = options;
  const mail = email === undefined ? {} : { email };
  const { value, problems } = checkRegistrySecret({
    ...{ server, username, ...mail, password: before.password },
  });
  if (value === undefined) return misuse(...problems);
  return {
    ...before,
    server,
    username,
    ...mail,
    ...rotated({ password: before.password }, options),
  };
}

function secret(before: SecretSpec, options: Update): SecretSpec {
  if (before.format === 'generic') {
    refuse(options, 'a generic secret', ['server', 'username', 'email']);
    const data = { ...before.data, ...newKeys(before.data, options) };
    const left = Object.entries(data).filter(([key]) => options.rm?.includes(key) !== true);
    return { ...before, data: rotated(Object.fromEntries(left), options) };
  }
  const others = ['server', 'email', 'fromVariable', 'rm'] as const;
  if (before.format === 'basic_auth') {
    refuse(options, 'a secret of the format basic_auth', others);
    const { username = before.username } = options;
    return { ...before, username, ...rotated({ password: before.password }, options) };
  }
  refuse(options, `a secret of the format ${before.format}`, [...others, 'username']);
  const credentials = Object.entries(before).filter(([, value]) => isCredential(value));
  return { ...before, ...rotated(Object.fromEntries(credentials), options) };
}

/** The revisions of what was given a new variable stay. */
function newKeys(
  data: Readonly<Record<string, CredentialSpec>>,
  { fromVariable = [] }: UpdateSecretOptions,
): Readonly<Record<string, CredentialSpec>> {
  const entries = fromVariable.map((text) => {
    const at = text.indexOf('=');
    const key = at === -1 ? text : text.slice(0, at);
    const variable = at === -1 ? text : text.slice(at + 1);
    const known = Object.hasOwn(data, key) ? data[key] : undefined;
    return [key, { variable, revision: known === undefined ? 1 : known.revision + 1 }] as const;
  });
  return Object.fromEntries(entries);
}

function rotated<T extends Readonly<Record<string, CredentialSpec>>>(
  credentials: T,
  { rotate, today }: Update,
): T {
  if (rotate !== true) return credentials;
  const entries = Object.entries(credentials).map(([key, each]) => [
    key,
    {
      ...each,
      revision: each.revision + 1,
      ...(each.rotated === undefined ? {} : { rotated: today }),
    },
  ]);
  return Object.fromEntries(entries);
}

function isCredential(value: unknown): value is CredentialSpec {
  return typeof value === 'object' && value !== null && 'variable' in value;
}

function refuse(
  options: UpdateSecretOptions,
  what: string,
  flags: readonly (keyof UpdateSecretOptions)[],
): void {
  const given = flags.find((flag) => options[flag] !== undefined);
  if (given !== undefined) misuse(unfit(what, given));
}

function unfit(what: string, flag: string) {
  const option = `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return {
    code: 'update/option',
    message: `${option} means nothing for ${what}.`,
    remedy: 'Leave it out.',
  };
}
