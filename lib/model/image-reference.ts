import { isIPv6 } from 'node:net';
import { quote } from '../base/inert.js';
import type { Checked, Problem } from '../base/problem.js';

/** A parsed reference to an image. Image data itself is never handled. */
export interface ImageReference {
  /** The registry's host, with a port if it has one: `docker.io`. */
  readonly registry: string;
  /** The path within the registry: `library/busybox`. */
  readonly repository: string;
  readonly tag?: string;
  /** Algorithm and hex digits: `sha256:…`. */
  readonly digest?: string;
}

/** Other names of Docker Hub, which has its images under each of them. */
const HUB_TOO: readonly string[] = ['registry-1.docker.io', 'registry.hub.docker.com'];

const MAX_LENGTH = 256;
const DOCKER_HUB = 'docker.io';
const HOST =
  /^(\[[0-9a-fA-F:]+\]|[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*)(:\d{1,5})?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;

/** What was meant as a digest. Anything else after an `@` may be a registry, with a user before it. */
const DIGEST_LIKE = /^(?:sha|md|blake)\d\w*:[0-9a-f]{32,}$/i;
const DIGEST_BEGUN = /^(?:sha|md|blake)\d\w*:[0-9a-f]*$/i;

/** Hex digits of the digests that registries use. */
const DIGESTS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Parses an image reference as the distribution project's grammar has it. The registry defaults
 * to Docker Hub, the tag to `latest` unless there is a digest.
 *
 * @see https://github.com/distribution/reference
 */
export function parseImageReference(text: unknown): Checked<ImageReference> {
  if (typeof text !== 'string' || text === '') {
    return failure(
      text,
      'an image reference is a text such as `registry.example.org/team/app:1.4`',
    );
  }
  const open = withoutCredential(text);
  if (open !== text) {
    const [, ...rest] = text.split('@');
    // Where nothing but digests follows, right or wrong, a mistyped digest is more likely.
    return rest.every((each) => DIGEST_BEGUN.test(each))
      ? failure(open, 'after its `@` there has to be one whole digest')
      : { problems: [hasCredential(open)] };
  }
  if (text.length > MAX_LENGTH) {
    return failure(
      text,
      `a reference has at most ${MAX_LENGTH} characters, and this has ${text.length}`,
    );
  }
  const [named = '', digest] = text.split('@');
  const { path, tag } = splitTag(named);
  const { registry, repository } = splitRegistry(path);
  const fault =
    registryFault(registry) ?? repositoryFault(repository) ?? tagFault(tag) ?? digestFault(digest);
  if (fault !== undefined) return failure(text, fault);
  const version = tag ?? (digest === undefined ? 'latest' : undefined);
  const value = {
    registry,
    repository,
    ...(version === undefined ? {} : { tag: version }),
    ...(digest === undefined ? {} : { digest }),
  };
  // Only the canonical text is kept, so that has to be readable again as well.
  const { length } = formatImageReference(value);
  return length <= MAX_LENGTH
    ? { value, problems: [] }
    : failure(
        text,
        `it has ${length} characters with its registry and tag, more than ${MAX_LENGTH}`,
      );
}

/** Whether a reference that can be read names a tag or a digest of its own. */
export function hasVersion(text: string): boolean {
  return text.includes('@') || splitTag(text).tag !== undefined;
}

/** The canonical text: everything that was left out is filled in. */
export function formatImageReference(reference: ImageReference): string {
  const { registry, repository, tag, digest } = reference;
  const version = tag === undefined ? '' : `:${tag}`;
  return `${registry}/${repository}${version}${digest === undefined ? '' : `@${digest}`}`;
}

/** The registry by one name, whichever of its names a reference has: two that differ only in it are the same. */
export function registryOf({ registry }: ImageReference): string {
  const host = registry.replace(/:443$/, '');
  return HUB_TOO.includes(host) ? DOCKER_HUB : host;
}

/**
 * An image reference as it may be shown: without what may be a user and password before an `@`. Whoever
 * prints one that wasn't parsed goes by this.
 */
export function withoutCredential(text: string): string {
  const parts = text.split('@');
  const kept = DIGEST_LIKE.test(parts.at(-1) ?? '') ? 2 : 1;
  return parts.length <= kept ? text : `…@${parts.slice(-kept).join('@')}`;
}

/** A colon after the last slash begins a tag; one before it belongs to a port. */
function splitTag(named: string): { readonly path: string; readonly tag?: string } {
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return colon < 0 ? { path: named } : { path: named.slice(0, colon), tag: named.slice(colon + 1) };
}

/** The first part is a registry if it could be nothing else: it has a dot or a port. */
function splitRegistry(path: string): { readonly registry: string; readonly repository: string } {
  const slash = path.indexOf('/');
  const written = slash < 0 ? '' : path.slice(0, slash);
  const isHost = /[.:]/.test(written) || written === 'localhost';
  // A host's case means nothing; a repository's would be refused.
  const first = written.toLowerCase();
  if (!isHost) return { registry: DOCKER_HUB, repository: slash < 0 ? `library/${path}` : path };
  const rest = path.slice(slash + 1);
  const hub = first === 'index.docker.io' || first === DOCKER_HUB;
  if (!hub) return { registry: first, repository: rest };
  return { registry: DOCKER_HUB, repository: rest.includes('/') ? rest : `library/${rest}` };
}

function registryFault(registry: string): string | undefined {
  const [, host = '', digits = '1'] = /^(.*?)(?::(\d+))?$/.exec(registry) ?? [];
  const isHost = host.startsWith('[') ? isIPv6(host.slice(1, -1)) : true;
  const port = Number(digits);
  return HOST.test(registry) && isHost && port >= 1 && port <= 65_535
    ? undefined
    : `${quote(registry)} is not a registry's host`;
}

function repositoryFault(repository: string): string | undefined {
  const wrong = repository.split('/').find((component) => !COMPONENT.test(component));
  return wrong === undefined
    ? undefined
    : `${quote(wrong)} is not a part of a repository's name: lower-case letters and digits, with \`.\`, \`_\`, \`__\` or hyphens between`;
}

function tagFault(tag: string | undefined): string | undefined {
  return tag === undefined || TAG.test(tag)
    ? undefined
    : `${quote(tag)} is not a tag: letters, digits, \`_\`, \`.\` and \`-\`, at most 128, not beginning with \`.\` or \`-\``;
}

function digestFault(digest: string | undefined): string | undefined {
  if (digest === undefined) return undefined;
  const [algorithm = '', hex = ''] = digest.split(':');
  const length = Object.hasOwn(DIGESTS, algorithm) ? DIGESTS[algorithm] : undefined;
  if (length === undefined) return `${quote(digest)} is not a digest: use sha256`;
  return hex.length === length && /^[a-f0-9]+$/.test(hex) && digest === `${algorithm}:${hex}`
    ? undefined
    : `a ${algorithm} digest has ${length} hexadecimal digits in lower case`;
}

function hasCredential(open: string): Problem {
  return {
    code: 'image/credential',
    message: `\`image\` ${quote(open)} has something before its \`@\` that may be a user or a password, and only a digest can follow an \`@\`. It is not shown here.`,
    remedy:
      'Write the reference without it. Give what the image is pulled with as a RegistrySecret in `imageSecret`; if a password stood here, change it.',
  };
}

function failure(text: unknown, reason: string): { readonly problems: readonly Problem[] } {
  return {
    problems: [
      {
        code: 'image/reference',
        message: `\`image\` ${quote(text)} is not an image reference: ${reason}.`,
        remedy: 'Write [registry/]repository[:tag][@digest], such as de.icr.io/team/app:1.4.',
      },
    ],
  };
}
