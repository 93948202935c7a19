import {
  DOCKER_HUB_SERVER,
  IBM_USERNAME,
  ibmContainerRegistryServer,
} from '../model/registry-secret.js';
import type {
  ConfigMapSpec,
  CredentialSpec,
  RegistrySecretSpec,
  SecretSpec,
} from '../model/specification.js';
import { Expression, type Literal, literal, quoteLiteral } from './literal.js';

type Props = { readonly [key: string]: Literal };

/** What is called to declare an item, and with which properties. */
export interface Call {
  /** `new ConfigMap`, or a factory such as `Secret.generic`. */
  readonly callee: string;
  readonly props: Props;
}

/** A registry secret, by the factory for its registry where there is one. */
export function registrySecretCall(spec: RegistrySecretSpec): Call {
  const { server, username, email } = spec;
  const password = credential(spec.password);
  const mail: Props = email === undefined ? {} : { email };
  if (server === DOCKER_HUB_SERVER) {
    return { callee: 'RegistrySecret.dockerHub', props: { username, ...mail, password } };
  }
  const region = ibmRegion(server);
  if (region !== undefined && username === IBM_USERNAME && email === undefined) {
    const props = { ...(region === 'us' ? {} : { region }), apiKey: password };
    return { callee: 'RegistrySecret.ibmContainerRegistry', props };
  }
  return { callee: 'new RegistrySecret', props: { server, username, ...mail, password } };
}

const FACTORIES: Readonly<Record<SecretSpec['format'], string>> = {
  generic: 'Secret.generic',
  basic_auth: 'Secret.basicAuth',
  ssh_auth: 'Secret.sshAuth',
  tls: 'Secret.tls',
  hmac_auth: 'Secret.hmacAuth',
};

/** A secret, by the factory for its format. */
export function secretCall(spec: SecretSpec): Call {
  const {
    format,
    path: _path,
    labels: _labels,
    annotations: _notes,
    readers: _readers,
    ...rest
  } = spec;
  const fields = Object.entries(rest).map(([key, value]: [string, Field]) => [key, field(value)]);
  return { callee: FACTORIES[format], props: Object.fromEntries(fields) };
}

export function configMapCall({ data }: ConfigMapSpec): Call {
  return { callee: 'new ConfigMap', props: { data } };
}

type Field = string | CredentialSpec | Readonly<Record<string, CredentialSpec>> | undefined;

function field(value: Field): Literal {
  if (value === undefined || typeof value === 'string') return value ?? '';
  if (isCredential(value)) return credential(value);
  const entries = Object.entries(value).map(([key, part]) => [key, credential(part)]);
  return Object.fromEntries(entries);
}

/** Data may have keys of these names too, but no text and number under them. */
function isCredential(
  value: CredentialSpec | Readonly<Record<string, CredentialSpec>>,
): value is CredentialSpec {
  return typeof value['variable'] === 'string';
}

/** The only way in which a secret value can come in. */
function credential({ variable, ...options }: CredentialSpec): Expression {
  const all: Props = options;
  return new Expression(`Credential.fromVariable(${quoteLiteral(variable)}, ${literal(all, 0)})`);
}

function ibmRegion(server: string): string | undefined {
  const region = server === 'icr.io' ? 'global' : /^(.+)\.icr\.io$/.exec(server)?.[1];
  return region !== undefined && ibmContainerRegistryServer(region) === server ? region : undefined;
}
