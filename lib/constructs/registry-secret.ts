import type { Construct } from 'constructs';
import {
  checkRegistrySecret,
  DOCKER_HUB_SERVER,
  IBM_USERNAME,
  ibmContainerRegistryServer,
} from '../model/registry-secret.js';
import type { Credential } from './credential.js';
import { declare, Item, type ItemProps } from './item.js';

/** Access to an image registry. */
export interface RegistrySecretProps extends ItemProps {
  /** The registry's host, with a port if need be: `registry.example.org:5000`. */
  readonly server: string;
  readonly username: string;
  /** @default - none */
  readonly email?: string;
  /** The password, access token or API key. */
  readonly password: Credential;
}

/** Access to Docker Hub. */
export interface DockerHubProps extends ItemProps {
  /** The Docker ID. */
  readonly username: string;
  /** @default - none */
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
 */
export class RegistrySecret extends Item<'registry-secrets'> {
  constructor(scope: Construct, id: string, props: RegistrySecretProps) {
    super(
      scope,
      id,
      declare('registry-secrets', id, props, (_name, rest) => checkRegistrySecret(rest)),
    );
  }

  /** Docker Hub: `new RegistrySecret(project, 'dockerhub', RegistrySecret.dockerHub({…}))`. */
  static dockerHub(props: DockerHubProps): RegistrySecretProps {
    return { server: DOCKER_HUB_SERVER, ...props };
  }

  /** IBM Cloud Container Registry in one of its regions. */
  static ibmContainerRegistry(props: IbmContainerRegistryProps): RegistrySecretProps {
    const { region, apiKey, ...rest } = props;
    const server = ibmContainerRegistryServer(region);
    return { ...rest, server, username: IBM_USERNAME, password: apiKey };
  }
}
