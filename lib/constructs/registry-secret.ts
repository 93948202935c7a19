import { Construct } from 'constructs';
import {
  checkRegistrySecret,
  DOCKER_HUB_SERVER,
  IBM_USERNAME,
  ibmContainerRegistryServer,
} from '../model/registry-secret.js';
import { projectOf, UsageError } from './context.js';
import type { Credential } from './credential.js';
import { declare, type ItemProps } from './item.js';
import { ReadableItem } from './readable-item.js';
import { elsewhere, type IRegistrySecret } from './references.js';

/** Access to an image registry. */
export interface RegistrySecretProps extends ItemProps {
  /** The registry's host, with a port if need be: `registry.example.org:5000`. */
  readonly server: string;
  /** The user's name in the registry, up to 256 characters. */
  readonly username: string;
  /** The account's address. @default - none */
  readonly email?: string;
  /** The password, access token or API key. */
  readonly password: Credential;
}

/** Access to Docker Hub. */
export interface DockerHubProps extends ItemProps {
  /** The Docker ID. */
  readonly username: string;
  /** The account's address. @default - none */
  readonly email?: string;
  /** An access token, or the account's password. */
  readonly password: Credential;
}

/** Access to IBM Cloud Container Registry. */
export interface IbmContainerRegistryProps extends ItemProps {
  /** As in the registry's host: `us`, `de`, `uk`, … or `global`. @default 'us' */
  readonly region?: string;
  /** An IBM Cloud API key. */
  readonly apiKey: Credential;
}

/**
 * A registry secret: what a job template pulls private images with.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-add-registry
 * @example
 * const registry = new RegistrySecret(billing, 'registry', {
 *   server: 'registry.example.org:5000',
 *   username: 'billing',
 *   password: Credential.fromVariable('registry_token', { revision: 1 }),
 * });
 * new JobTemplate(billing, 'nightly', {
 *   image: 'registry.example.org:5000/billing/invoices:1.4.2',
 *   imageSecret: registry,
 * });
 */
export class RegistrySecret extends ReadableItem<'registry-secrets'> {
  constructor(scope: Construct, id: string, props: RegistrySecretProps) {
    super(scope, id, () =>
      declare('registry-secrets', id, props, (_name, rest) => checkRegistrySecret(rest)),
    );
  }

  /**
   * Access to Docker Hub.
   *
   * @example
   * RegistrySecret.dockerHub(billing, 'dockerhub', {
   *   username: 'example',
   *   password: Credential.fromVariable('dockerhub_token', { revision: 1 }),
   * });
   */
  static dockerHub(scope: Construct, id: string, props: DockerHubProps): RegistrySecret {
    refuseFormerUse('dockerHub', scope);
    return new RegistrySecret(scope, id, { server: DOCKER_HUB_SERVER, ...props });
  }

  /**
   * Access to IBM Cloud Container Registry in one of its regions.
   *
   * @example
   * RegistrySecret.ibmContainerRegistry(billing, 'icr', {
   *   region: 'de',
   *   apiKey: Credential.fromVariable('icr_api_key', { revision: 1 }),
   * });
   */
  static ibmContainerRegistry(
    scope: Construct,
    id: string,
    props: IbmContainerRegistryProps,
  ): RegistrySecret {
    refuseFormerUse('ibmContainerRegistry', scope);
    const { region, apiKey, ...rest } = props;
    const server = ibmContainerRegistryServer(region);
    return new RegistrySecret(scope, id, {
      ...rest,
      server,
      username: IBM_USERNAME,
      password: apiKey,
    });
  }

  /**
   * A registry secret that something other than this app makes in the project of `scope`. Nothing
   * is declared, and nothing checks that it is there.
   *
   * @example
   * new JobTemplate(billing, 'nightly', {
   *   image: 'registry.example.org/invoices:1.4.2',
   *   imageSecret: RegistrySecret.fromName(billing, 'platform-pull-secret'),
   * });
   */
  static fromName(scope: Construct, name: string): IRegistrySecret {
    return elsewhere('registry-secrets', name, projectOf(scope));
  }
}

/** The factories used to return properties: code that is run without a compiler learns of it here. */
function refuseFormerUse(factory: string, scope: unknown): void {
  if (Construct.isConstruct(scope)) return;
  throw new UsageError(
    `RegistrySecret.${factory} returns the registry secret itself, and was called without a project.`,
    `Write RegistrySecret.${factory}(project, 'id', { … }) in place of project.addRegistrySecret('id', RegistrySecret.${factory}({ … })).`,
  );
}
