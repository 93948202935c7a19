import { createHash } from 'node:crypto';
import { isRecord, memberOf } from '../base/guards.js';
import { inert } from '../base/inert.js';
import type { ImageReference } from '../model/image-reference.js';
import { RegistryError, type Reply } from './http.js';
import { type RegistryOptions, RegistrySession } from './session.js';

/** An image as its registry answers. */
export type SeenImage =
  | {
      readonly kind: 'there';
      /** Of the manifest, worked out from its bytes. */
      readonly digest: string;
      readonly mediaType: string;
      /** Of all its parts, each once; null where not all of them could be asked for. */
      readonly bytes: number | null;
      /** The digests of its platforms' manifests, where it is a list: they go by these, too. */
      readonly parts: readonly string[];
      /** How many platforms it is for; 1 where it is no list. */
      readonly platforms: number;
    }
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'not seen';
      /** A sentence. */
      readonly why: string;
    };

const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const LISTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const ACCEPT = [...LISTS, ...MANIFESTS].join(', ');

/** More platforms than any honest image has. */
const MAX_PLATFORMS = 64;
const MAX_SIZE = 2 ** 53;

/** A tag or a digest that a registry has no more. */
const UNKNOWN = new Set(['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND']);

/**
 * Asks an image's registry for it, by the API of the OCI distribution specification. Only its manifests
 * are read. It never fails: what can't be seen says why.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md
 */
export async function seeImage(
  reference: ImageReference,
  options: RegistryOptions,
): Promise<SeenImage> {
  const { registry, repository, tag, digest } = reference;
  try {
    const session = new RegistrySession(registry, repository, options);
    const reply = await session.get(`manifests/${digest ?? tag ?? 'latest'}`, ACCEPT);
    if (reply.status === 200) return await there(session, reply, digest);
    return missing(session, reply);
  } catch (error) {
    if (!RegistryError.isRegistryError(error)) throw error;
    return { kind: 'not seen', why: error.message };
  }
}

async function there(
  session: RegistrySession,
  reply: Reply,
  wanted: string | undefined,
): Promise<SeenImage> {
  const digest = checkedDigest(reply, wanted);
  const json = manifestIn(reply.body);
  const mediaType = mediaTypeOf(json, reply);
  if (!LISTS.includes(mediaType)) {
    return { kind: 'there', digest, mediaType, bytes: sizeOf([json]), parts: [], platforms: 1 };
  }
  const children = memberOf(json, 'manifests');
  if (!Array.isArray(children)) throw broken('its list of platforms is none');
  const platforms = children.length;
  const known = {
    kind: 'there',
    digest,
    mediaType,
    parts: children.map(childDigest),
    platforms,
  } as const;
  if (platforms > MAX_PLATFORMS) return { ...known, bytes: null };
  const manifests: unknown[] = [];
  for (const child of children) manifests.push(await childManifest(session, child));
  return { ...known, bytes: manifests.includes(undefined) ? null : sizeOf(manifests) };
}

/**
 * What a list names has the digest and the length that it says. Undefined where the registry has it no
 * more, or where it is a list itself: then nobody knows the whole size.
 */
async function childManifest(session: RegistrySession, child: unknown): Promise<unknown> {
  const digest = childDigest(child);
  const reply = await session.get(`manifests/${digest}`, ACCEPT);
  if (reply.status === 404) return undefined;
  if (reply.status !== 200) throw broken(`a platform was answered by ${reply.status}`);
  checkedDigest(reply, digest);
  if (reply.body.length !== memberOf(child, 'size')) {
    throw broken('a platform has another size than the list says');
  }
  const json = manifestIn(reply.body);
  return LISTS.includes(mediaTypeOf(json, reply)) ? undefined : json;
}

function childDigest(child: unknown): string {
  const digest = memberOf(child, 'digest');
  if (typeof digest === 'string' && /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(digest)) {
    return digest;
  }
  throw broken('a platform has no digest');
}

/** The digest of the bytes, which has to be the one asked for, and the one that the registry says. */
function checkedDigest({ body, headers }: Reply, wanted: string | undefined): string {
  const said = headers['docker-content-digest'];
  const algorithm = (wanted ?? String(said ?? '')).split(':')[0];
  const hash = algorithm === 'sha512' || algorithm === 'sha384' ? algorithm : 'sha256';
  const digest = `${hash}:${createHash(hash).update(body).digest('hex')}`;
  if (wanted !== undefined && digest !== wanted) {
    throw broken('what it gave has another digest than was asked for');
  }
  if (said !== undefined && digest !== said)
    throw broken('what it gave has another digest than it says');
  return digest;
}

/** Every part once: platforms share layers. */
function sizeOf(manifests: readonly unknown[]): number {
  const sizes = new Map<string, number>();
  for (const part of manifests.flatMap(partsOf)) {
    const { digest, size } = part;
    if (typeof digest !== 'string' || typeof size !== 'number') throw broken('a part has no size');
    if (!Number.isSafeInteger(size) || size < 0) throw broken('a part has no size that can be');
    if ((sizes.get(digest) ?? size) !== size) throw broken('a part has two sizes');
    sizes.set(digest, size);
  }
  const sum = [...sizes.values()].reduce((all, each) => all + each, 0);
  if (sum >= MAX_SIZE) throw broken('its parts are larger than can be');
  return sum;
}

function partsOf(manifest: unknown) {
  const layers = memberOf(manifest, 'layers');
  const parts = [memberOf(manifest, 'config'), ...(Array.isArray(layers) ? layers : [])];
  return parts.filter(isRecord);
}

function manifestIn(body: Buffer): unknown {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    if (isRecord(json)) return json;
  } catch {
    // Reported below.
  }
  throw broken('its manifest is not JSON');
}

function mediaTypeOf(json: unknown, { headers }: Reply): string {
  const own = memberOf(json, 'mediaType');
  const said = (headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  const type = typeof own === 'string' ? own : said;
  if ([...LISTS, ...MANIFESTS].includes(type)) return type;
  throw broken(`its manifest is of a type that isn’t known (${inert(type)})`);
}

/** Gone is only what a registry says it doesn't know: a 404 may be anybody's. */
function missing({ hasLogin }: RegistrySession, { status, body }: Reply): SeenImage {
  if (status === 404 && codesIn(body).some((code) => UNKNOWN.has(code))) return { kind: 'gone' };
  if (status === 401 || status === 403) {
    const why = hasLogin
      ? 'The login may not see it, or it is gone: the registry doesn’t say which.'
      : 'There is no login for it: docker login, then try again.';
    return { kind: 'not seen', why };
  }
  return { kind: 'not seen', why: `The registry answered ${status}, not as registries do.` };
}

function codesIn(body: Buffer): readonly string[] {
  try {
    const errors = memberOf(JSON.parse(body.toString('utf8')), 'errors');
    return Array.isArray(errors) ? errors.map((each) => String(memberOf(each, 'code'))) : [];
  } catch {
    return [];
  }
}

function broken(why: string): RegistryError {
  return new RegistryError(`The registry’s answer can’t be trusted: ${why}.`);
}
