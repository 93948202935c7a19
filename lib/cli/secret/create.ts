import type { Checked } from '../../base/problem.js';
import {
  checkRegistrySecret,
  IBM_USERNAME,
  ibmContainerRegistryServer,
  isIbmRegistry,
} from '../../model/registry-secret.js';
import { checkSecret } from '../../model/secret.js';
import type { CredentialSpec, RegistrySecretSpec, SecretSpec } from '../../model/specification.js';
import { nameIn } from '../subject/subject.js';
import { type ExitCode, type Io, misuse } from '../terminal/io.js';
import {
  type CreateOptions,
  fileText,
  lockedItem,
  originalFor,
  printItem,
} from '../workspace/declaring.js';
import { Workspace } from '../workspace/workspace.js';

export interface CreateSecretOptions extends CreateOptions {
  /** @default generic */
  readonly format?: string;
  readonly server?: string;
  readonly username?: string;
  readonly email?: string;
  /** The Terraform variables that the values come in by. @default - made from the name */
  readonly variable?: readonly string[];
  /** The keys of a generic secret: KEY=VARIABLE. */
  readonly fromVariable?: readonly string[];
  /** A file with the certificate, which is public. */
  readonly certChainFile?: string;
  readonly knownHostsPath?: string;
}

/** `secret create`: prints the lines that declare a secret; its values come in as variables. */
export async function createSecret(
  io: Io,
  argument: string | undefined,
  options: CreateSecretOptions,
): Promise<ExitCode> {
  const name = nameIn(argument, options) ?? '';
  const workspace = Workspace.find(io);
  const original = await originalFor(io, workspace, 'secret', options);
  if (original?.item?.kind === 'registry-secrets') {
    const spec = lockedItem(original.locked, 'registry-secrets', original.item.name);
    if (spec !== undefined) {
      return printItem(io, workspace, options, { kind: 'registry-secrets', name, spec });
    }
  }
  const copied =
    original?.item === undefined
      ? undefined
      : lockedItem(original.locked, 'secrets', original.item.name);
  if (copied === undefined && options.format === 'registry') {
    const spec = sound(registrySecret(name, options));
    return printItem(io, workspace, options, { kind: 'registry-secrets', name, spec });
  }
  const spec = copied ?? sound(secret(io, name, options));
  return printItem(io, workspace, options, { kind: 'secrets', name, spec });
}

function registrySecret(name: string, options: CreateSecretOptions): Checked<RegistrySecretSpec> {
  const { server = ibmContainerRegistryServer(), email } = options;
  const isIbm = isIbmRegistry(server);
  const username = options.username ?? (isIbm ? IBM_USERNAME : undefined);
  if (username === undefined) return misuse(missing('--username'));
  const password = credential(name, options, 0, isIbm ? 'api_key' : 'password');
  return checkRegistrySecret({
    server,
    username,
    ...(email === undefined ? {} : { email }),
    password,
  });
}

function secret(io: Io, name: string, options: CreateSecretOptions): Checked<SecretSpec> {
  const value = (suffix: string, index = 0) => credential(name, options, index, suffix);
  switch (options.format ?? 'generic') {
    case 'generic':
      return checkSecret({ format: 'generic', data: dataOf(options) });
    case 'basic_auth': {
      const username = options.username ?? misuse(missing('--username'));
      return checkSecret({ format: 'basic_auth', username, password: value('password') });
    }
    case 'ssh_auth':
    case 'ssh': {
      const hosts = textOf(io, options.knownHostsPath);
      const knownHosts = hosts === undefined ? {} : { knownHosts: hosts };
      return checkSecret({ format: 'ssh_auth', sshKey: value('ssh_key'), ...knownHosts });
    }
    case 'tls': {
      const certificate = textOf(io, options.certChainFile) ?? misuse(missing('--cert-chain-file'));
      return checkSecret({ format: 'tls', certificate, key: value('key') });
    }
    default:
      return checkSecret({
        format: 'hmac_auth',
        accessKeyId: value('access_key_id'),
        secretAccessKey: value('secret_access_key', 1),
      });
  }
}

/** The variable that a value comes in by: the one named, or one made from the secret's name. */
function credential(
  name: string,
  { variable = [] }: CreateSecretOptions,
  index: number,
  suffix: string,
): CredentialSpec {
  const own = `${name}_${suffix}`.replaceAll(/\W/g, '_').replace(/^(?=\d)/, '_');
  return { variable: variable[index] ?? own, revision: 1 };
}

function dataOf({
  fromVariable = [],
}: CreateSecretOptions): Readonly<Record<string, CredentialSpec>> {
  if (fromVariable.length === 0) misuse(missing('--from-variable KEY=VARIABLE'));
  const entries = fromVariable.map((text) => {
    const at = text.indexOf('=');
    const variable = at === -1 ? text : text.slice(at + 1);
    return [at === -1 ? text : text.slice(0, at), { variable, revision: 1 }] as const;
  });
  return Object.fromEntries(entries);
}

function textOf(io: Io, path: string | undefined): string | undefined {
  return path === undefined ? undefined : fileText(io, path);
}

function sound<T>({ value, problems }: Checked<T>): T {
  return value ?? misuse(...problems);
}

function missing(flag: string) {
  return {
    code: 'create/missing',
    message: `${flag.split(' ')[0]} is missing.`,
    remedy: `Add ${flag}. Values stay out of it: they come in as Terraform variables.`,
  };
}
