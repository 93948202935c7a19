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
import { Expression, type Literal, literal, quoted } from './literal.js';

type Props = { readonly [key: string]: Literal };

/** A registry secret, by the function for its registry where there is one. */
export function registrySecretProps(spec: RegistrySecretSpec): {
  readonly factory?: string;
  readonly props: Props;
} {
  const { server, username, email } = spec;
  const password = credential(spec.password);
  const mail: Props = email === undefined ? {} : { email };
  if (server === DOCKER_HUB_SERVER) {
    return { factory: 'RegistrySecret.dockerHub', props: { username, ...mail, password } };
  }
  const region = ibmRegion(server);
  if (region !== undefined && username === IBM_USERNAME && email === undefined) {
    const props = { ...(region === 'us' ? {} : { region }), apiKey: password };
    return { factory: 'RegistrySecret.ibmContainerRegistry', props };
  }
  return { props: { server, username, ...mail, password } };
}

/** A secret of any other format. */
export function secretProps({ path: _path, ...spec }: SecretSpec): { readonly props: Props } {
  const fields = Object.entries(spec).map(([key, value]: [string, Field]) => [key, field(value)]);
  return { props: Object.fromEntries(fields) };
}

export function configMapProps({ data }: ConfigMapSpec): { readonly props: Props } {
  return { props: { data } };
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
  return new Expression(`Credential.fromVariable(${quoted(variable)}, ${literal(all, 0)})`);
}

function ibmRegion(server: string): string | undefined {
  const region = server === 'icr.io' ? 'global' : /^(.+)\.icr\.io$/.exec(server)?.[1];
  return region !== undefined && ibmContainerRegistryServer(region) === server ? region : undefined;
}
