import { isRecord } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { plainText, unknownProperties } from '../base/texts.js';
import { checkCredential } from './credential.js';
import type { CredentialSpec, RegistrySecretSpec } from './specification.js';

/** Access to an image registry, as a user declares it. */
export interface RegistrySecretProps {
  readonly server: string;
  readonly username: string;
  readonly email?: string;
  readonly password: CredentialSpec;
}

/** Docker Hub's key in a `.dockerconfigjson`. */
export const DOCKER_HUB_SERVER = 'https://index.docker.io/v1/';

/** The user that an IBM Cloud API key logs in as. */
export const IBM_USERNAME = 'iamapikey';

/**
 * Regions of IBM Cloud Container Registry, as they stand in its hosts.
 *
 * @see https://cloud.ibm.com/docs/Registry?topic=Registry-registry_overview#registry_regions
 */
export const IBM_REGIONS = [
  'us',
  'uk',
  'de',
  'au',
  'jp',
  'jp2',
  'ca',
  'ca2',
  'es',
  'br',
  'in',
] as const;

/** The platform's names for its locations, which are easily taken for the registry's. */
const LOCATIONS: Readonly<Record<string, (typeof IBM_REGIONS)[number]>> = {
  'us-south': 'us',
  'us-east': 'us',
  'eu-gb': 'uk',
  'uk-south': 'uk',
  'eu-de': 'de',
  'eu-central': 'de',
  'au-syd': 'au',
  'ap-south': 'au',
  'jp-tok': 'jp',
  'ap-north': 'jp',
  'jp-osa': 'jp2',
  'ca-tor': 'ca',
  'ca-mon': 'ca2',
  'eu-es': 'es',
  'br-sao': 'br',
  'in-che': 'in',
};

const GLOBAL = 'global';
/** A host has at most 253 characters; a scheme, a port and a path may stand around it. */
const MAX_SERVER = 270;

const DOCKER_HUB_NAMES = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];
const HOST = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:\d{1,5})?$/;

/**
 * The host of IBM Cloud Container Registry in a region: `us.icr.io`. The region may be private
 * (`private.de`) or `global` (`icr.io`). What is no region comes out as a host that the check of
 * the secret refuses.
 */
export function ibmContainerRegistryServer(region = 'us'): string {
  return region === GLOBAL ? 'icr.io' : `${region}.icr.io`;
}

/**
 * Checks a registry secret.
 *
 * @see https://cloud.ibm.com/docs/codeengine?topic=codeengine-add-registry
 */
export function checkRegistrySecret(props: RegistrySecretProps): Checked<RegistrySecretSpec> {
  const problems = new Problems();
  problems.take({
    problems: unknownProperties(props, ['server', 'username', 'email', 'password']),
  });
  if (!isRecord(props)) return { problems: problems.all };
  const server = problems.take(checkServer(props.server));
  const username = problems.take(plainText('username', props.username, 256));
  const email =
    props.email === undefined ? undefined : problems.take(plainText('email', props.email, 320));
  const password = problems.take(checkCredential(props.password, 'password'));
  if (username?.includes(':')) problems.add(colonInUsername());
  if (server === undefined || username === undefined || password === undefined) {
    return { problems: problems.all };
  }
  if (isIbmRegistry(server) && username !== IBM_USERNAME) problems.add(ibmUsername());
  return problems.result({
    server,
    username,
    ...(email === undefined ? {} : { email }),
    password,
  });
}

/** Brings every spelling of Docker Hub to the one that Docker's tools look for. */
function checkServer(server: unknown): Checked<string> {
  if (typeof server !== 'string') return { problems: [wrongServer(server)] };
  if (server.includes('@')) return { problems: [userInServer()] };
  if (server.length > MAX_SERVER) return { problems: [wrongServer(server)] };
  const host = server
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/(v[12]\/?)?$/, '');
  if (DOCKER_HUB_NAMES.includes(host)) return { value: DOCKER_HUB_SERVER, problems: [] };
  if (!HOST.test(host) || portOf(host) < 1 || portOf(host) > 65_535) {
    return { problems: [wrongServer(server)] };
  }
  const region = ibmRegion(host);
  if (region !== undefined && !IBM_REGIONS.some((known) => known === region)) {
    return { problems: [wrongRegion(region)] };
  }
  return { value: host, problems: [] };
}

function portOf(host: string): number {
  return Number(/:(\d+)$/.exec(host)?.[1] ?? 1);
}

/** Whether a host is IBM Cloud Container Registry's, where an API key logs in. */
export function isIbmRegistry(server: string): boolean {
  return /(^|\.)icr\.io(:\d+)?$/.test(server);
}

/** The region in an IBM host, or undefined for other hosts and the global one. */
function ibmRegion(host: string): string | undefined {
  return /^(?:private\.)?(.*)\.icr\.io(?::\d+)?$/.exec(host)?.[1]?.replace(/^private$/, 'us');
}

function wrongServer(server: unknown): Problem {
  return {
    code: 'registry-secret/server',
    message: `\`server\` ${quote(server)} is not a registry's host.`,
    remedy:
      'Write a host with a port if need be, such as registry.example.org:5000, or use RegistrySecret.dockerHub.',
  };
}

function userInServer(): Problem {
  return {
    code: 'registry-secret/server-user',
    message: '`server` has a user name or password in it.',
    remedy: 'Write the host alone; the user goes into `username`, the password into a Credential.',
  };
}

function wrongRegion(region: string): Problem {
  const known = Object.hasOwn(LOCATIONS, region) ? LOCATIONS[region] : undefined;
  const hint =
    known === undefined
      ? didYouMean(region, IBM_REGIONS)
      : ` The registry of ${region} is \`${known}\`.`;
  return {
    code: 'registry-secret/region',
    message: `${quote(region)} is not a region of IBM Cloud Container Registry.`,
    remedy: `Use one of ${IBM_REGIONS.join(', ')}, one of them after \`private.\`, or ${GLOBAL}.${hint}`,
  };
}

/** The name is not repeated: an API key stands there when the two were swapped. */
function ibmUsername(): Problem {
  return {
    code: 'registry-secret/ibm-username',
    message: `\`username\` can only be \`${IBM_USERNAME}\` in IBM Cloud Container Registry.`,
    remedy: `Use \`${IBM_USERNAME}\` with an API key as the password, as RegistrySecret.ibmContainerRegistry does. If the key itself stood here, replace it.`,
  };
}

function colonInUsername(): Problem {
  return {
    code: 'registry-secret/username',
    message: '`username` has a colon, which separates it from the password.',
    remedy: 'Write the user name alone; a password never stands in code.',
  };
}
