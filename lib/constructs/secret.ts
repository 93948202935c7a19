import type { Construct } from 'constructs';
import { checkSecret } from '../model/secret.js';
import { projectOf } from './context.js';
import type { Credential } from './credential.js';
import { declare, type ItemProps } from './item.js';
import { ReadableItem } from './readable-item.js';
import { elsewhere, type ISecret } from './references.js';

/** Any keys, every value of which is secret. */
export interface GenericSecretProps extends ItemProps {
  /** Says which of the platform's formats it is. */
  readonly format: 'generic';
  /**
   * Credentials by key. A key has 1 to 253 letters, digits, `-`, `_` and `.`.
   *
   * @example { API_KEY: Credential.fromVariable('api_key', { revision: 1 }) }
   */
  readonly data: Readonly<Record<string, Credential>>;
}

/** A user's name and password. */
export interface BasicAuthSecretProps extends ItemProps {
  /** Says which of the platform's formats it is. */
  readonly format: 'basic_auth';
  /** Up to 256 characters; not secret. */
  readonly username: string;
  /** The password. */
  readonly password: Credential;
}

/** A private SSH key. */
export interface SshAuthSecretProps extends ItemProps {
  /** Says which of the platform's formats it is. */
  readonly format: 'ssh_auth';
  /** The private key, in any form that the client reads. */
  readonly sshKey: Credential;
  /** Lines as in a `known_hosts` file. @default - none */
  readonly knownHosts?: string;
}

/** A certificate with its private key. */
export interface TlsSecretProps extends ItemProps {
  /** Says which of the platform's formats it is. */
  readonly format: 'tls';
  /** The certificate, or its chain, in PEM. */
  readonly certificate: string;
  /** The private key, in PEM. */
  readonly key: Credential;
}

/** An access key pair, as object storage uses it. */
export interface HmacAuthSecretProps extends ItemProps {
  /** Says which of the platform's formats it is. */
  readonly format: 'hmac_auth';
  /** The pair's id. */
  readonly accessKeyId: Credential;
  /** The pair's secret. */
  readonly secretAccessKey: Credential;
}

/** A secret of one of the platform's formats. */
export type SecretProps =
  | GenericSecretProps
  | BasicAuthSecretProps
  | SshAuthSecretProps
  | TlsSecretProps
  | HmacAuthSecretProps;

/**
 * A secret that job templates read as environment or files. Its values come in as Terraform
 * variables and are in no file, plan or state.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-secret
 * @example
 * const mail = Secret.basicAuth(billing, 'mail', {
 *   username: 'reports',
 *   password: Credential.fromVariable('mail_password', { revision: 1 }),
 * });
 * new JobTemplate(billing, 'nightly', {
 *   image: 'busybox',
 *   environment: { PASSWORD: { secret: mail, key: 'password' } },
 * });
 */
export class Secret extends ReadableItem<'secrets'> {
  constructor(scope: Construct, id: string, props: SecretProps) {
    super(scope, id, () => declare('secrets', id, props, (_name, rest) => checkSecret(rest)));
  }

  /**
   * Any keys, every value of which is secret.
   *
   * @example
   * Secret.generic(billing, 'api', {
   *   data: { API_KEY: Credential.fromVariable('api_key', { revision: 1 }) },
   * });
   */
  static generic(scope: Construct, id: string, props: Omit<GenericSecretProps, 'format'>): Secret {
    return new Secret(scope, id, { ...props, format: 'generic' });
  }

  /**
   * A user's name and password, under the keys `username` and `password`.
   *
   * @example
   * Secret.basicAuth(billing, 'mail', {
   *   username: 'reports',
   *   password: Credential.fromVariable('mail_password', { revision: 1 }),
   * });
   */
  static basicAuth(
    scope: Construct,
    id: string,
    props: Omit<BasicAuthSecretProps, 'format'>,
  ): Secret {
    return new Secret(scope, id, { ...props, format: 'basic_auth' });
  }

  /**
   * A private SSH key, under the key `ssh-privatekey`.
   *
   * @example
   * Secret.sshAuth(billing, 'git', {
   *   sshKey: Credential.fromVariable('git_key', { revision: 1 }),
   * });
   */
  static sshAuth(scope: Construct, id: string, props: Omit<SshAuthSecretProps, 'format'>): Secret {
    return new Secret(scope, id, { ...props, format: 'ssh_auth' });
  }

  /**
   * A certificate with its private key, under the keys `tls.crt` and `tls.key`.
   *
   * @example
   * Secret.tls(billing, 'web', {
   *   certificate: readFileSync('web.pem', 'utf8'),
   *   key: Credential.fromVariable('web_key', { revision: 1 }),
   * });
   */
  static tls(scope: Construct, id: string, props: Omit<TlsSecretProps, 'format'>): Secret {
    return new Secret(scope, id, { ...props, format: 'tls' });
  }

  /**
   * An access key pair, under the keys `access_key_id` and `secret_access_key`.
   *
   * @example
   * Secret.hmacAuth(billing, 'bucket', {
   *   accessKeyId: Credential.fromVariable('bucket_id', { revision: 1 }),
   *   secretAccessKey: Credential.fromVariable('bucket_secret', { revision: 1 }),
   * });
   */
  static hmacAuth(
    scope: Construct,
    id: string,
    props: Omit<HmacAuthSecretProps, 'format'>,
  ): Secret {
    return new Secret(scope, id, { ...props, format: 'hmac_auth' });
  }

  /**
   * A secret that something other than this app makes in the project of `scope`. Nothing is
   * declared, and nothing checks that it is there.
   *
   * @example
   * const injected = Secret.fromName(billing, 'vault-injected');
   * new JobTemplate(billing, 'nightly', {
   *   image: 'busybox',
   *   environment: { TOKEN: { secret: injected, key: 'token' } },
   * });
   */
  static fromName(scope: Construct, name: string): ISecret {
    return elsewhere('secrets', name, projectOf(scope));
  }
}
