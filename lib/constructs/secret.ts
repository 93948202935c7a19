import type { Construct } from 'constructs';
import { checkSecret } from '../model/secret.js';
import type { Credential } from './credential.js';
import { declare, Item, type ItemProps } from './item.js';

/** Any keys, every value of which is secret. */
export interface GenericSecretProps extends ItemProps {
  readonly format: 'generic';
  readonly data: Readonly<Record<string, Credential>>;
}

/** A user's name and password. */
export interface BasicAuthSecretProps extends ItemProps {
  readonly format: 'basic_auth';
  readonly username: string;
  readonly password: Credential;
}

/** A private SSH key. */
export interface SshAuthSecretProps extends ItemProps {
  readonly format: 'ssh_auth';
  readonly sshKey: Credential;
  /** Lines as in a `known_hosts` file. @default - none */
  readonly knownHosts?: string;
}

/** A certificate with its private key. */
export interface TlsSecretProps extends ItemProps {
  readonly format: 'tls';
  /** The certificate, or its chain, in PEM. */
  readonly certificate: string;
  readonly key: Credential;
}

/** An access key pair, as object storage uses it. */
export interface HmacAuthSecretProps extends ItemProps {
  readonly format: 'hmac_auth';
  readonly accessKeyId: Credential;
  readonly secretAccessKey: Credential;
}

export type SecretProps =
  | GenericSecretProps
  | BasicAuthSecretProps
  | SshAuthSecretProps
  | TlsSecretProps
  | HmacAuthSecretProps;

/**
 * A secret that job templates read as environment or files.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-secret
 */
export class Secret extends Item<'secrets'> {
  constructor(scope: Construct, id: string, props: SecretProps) {
    super(
      scope,
      id,
      declare('secrets', id, props, (_name, rest) => checkSecret(rest)),
    );
  }
}
