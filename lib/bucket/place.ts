import { isText, memberOf } from '../base/guards.js';
import { quoteName } from '../base/inert.js';
import { isHere } from '../registry/place.js';
import { keyInWorkspace } from '../state/backend-versions.js';
import { BucketError } from './error.js';

/** Where an object is, as the settings of Terraform's backend `s3` say. */
export interface BucketPlace {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
  /** Of a server that isn't AWS itself. */
  readonly endpoint?: string;
  /** The bucket's own address: what is in it is below. */
  readonly base: URL;
}

type Env = Readonly<Record<string, string | undefined>>;

const REGION = /^[a-z0-9-]{1,40}$/;
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
/** A name that can be the first part of a host's, with a certificate of AWS. */
const HOST_PART = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/**
 * Finds the state's object as the engine does: settings first, then the environment. Throws where it
 * isn't known, or where credentials would go over the network in clear.
 */
export function bucketPlace(settings: unknown, env: Env, workspace: string): BucketPlace {
  const bucket = needed(settings, 'bucket');
  const region =
    textIn(settings, 'region') ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined);
  if (!BUCKET.test(bucket)) throw new BucketError(`${quoteName(bucket)} is no name of a bucket.`);
  if (region === undefined || !REGION.test(region)) {
    throw new BucketError('Neither the backend nor AWS_REGION names a region.');
  }
  const endpoint = endpointIn(settings, env);
  const isPath = [memberOf(settings, 'use_path_style'), memberOf(settings, 'force_path_style')];
  const style = isPath.includes(true) || !HOST_PART.test(bucket) ? 'path' : 'host';
  const server = serverOf(endpoint ?? `https://${awsHost(settings, env, region)}`);
  return {
    ...{ bucket, region, key: keyOf(settings, workspace) },
    ...(endpoint === undefined ? {} : { endpoint: server.href.replace(/\/$/, '') }),
    base: baseOf(server, bucket, style),
  };
}

/** How the engine names the object of a workspace. */
function keyOf(settings: unknown, workspace: string): string {
  const prefix = textIn(settings, 'workspace_key_prefix');
  const whole = keyInWorkspace(needed(settings, 'key'), prefix, workspace);
  // In an address these would lead elsewhere.
  if (!isText(whole) || whole.split('/').some((part) => part === '.' || part === '..')) {
    throw new BucketError(`Reprieve can’t ask for an object by the name ${quoteName(whole)}.`);
  }
  return whole;
}

function endpointIn(settings: unknown, env: Env): string | undefined {
  return (
    textIn(memberOf(settings, 'endpoints'), 's3') ??
    textIn(settings, 'endpoint') ??
    (env['AWS_ENDPOINT_URL_S3'] || env['AWS_S3_ENDPOINT'] || env['AWS_ENDPOINT_URL'] || undefined)
  );
}

function awsHost(settings: unknown, env: Env, region: string): string {
  const isOn = (setting: string, name: string) =>
    memberOf(settings, setting) === true || env[name]?.toLowerCase() === 'true';
  const service = isOn('use_fips_endpoint', 'AWS_USE_FIPS_ENDPOINT') ? 's3-fips' : 's3';
  const dual = isOn('use_dualstack_endpoint', 'AWS_USE_DUALSTACK_ENDPOINT') ? '.dualstack' : '';
  if (/^(?:us|eu)-iso/.test(region)) {
    throw new BucketError(
      `Set \`endpoints.s3\`: Reprieve doesn’t know where ${quoteName(region)} is.`,
    );
  }
  return `${service}${dual}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

/** With TLS, unless it is this machine. */
function serverOf(endpoint: string): URL {
  const text = endpoint.includes('://') ? endpoint : `https://${endpoint}`;
  if (!URL.canParse(text)) throw new BucketError(`${quoteName(endpoint)} is no address.`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new BucketError('The endpoint has more than a host and a path.');
  }
  const isPlain = url.protocol === 'http:' && isHere(hostOf(url));
  if (url.protocol !== 'https:' && !isPlain) {
    throw new BucketError(`${quoteName(url.origin)} is not asked: credentials only go over https.`);
  }
  return url;
}

function baseOf(server: URL, bucket: string, style: 'path' | 'host'): URL {
  const base = new URL(server);
  const folder = base.pathname.replace(/\/+$/, '');
  // An address of numbers has nothing before it.
  const isNamed = style === 'host' && /[a-z]/i.test(hostOf(base)) && !hostOf(base).includes(':');
  base.pathname = isNamed ? `${folder}/` : `${folder}/${bucket}/`;
  if (isNamed) base.hostname = `${bucket}.${base.hostname}`;
  return base;
}

/** Without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function textIn(settings: unknown, name: string): string | undefined {
  const value = memberOf(settings, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function needed(settings: unknown, name: string): string {
  const text = textIn(settings, name);
  if (text === undefined || text.includes('${')) {
    throw new BucketError(`The stack’s backend has no \`${name}\` that Reprieve can read.`);
  }
  return text;
}
