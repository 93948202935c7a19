import { isRecord, memberOf } from '../../base/guards.js';
import type { FieldSchema } from '../fields/schema.js';
import { type Part, partOf, stepOf } from './part.js';
import type { Placed } from './placed.js';

/** The keys of a secret that hold logins, and where in their content. */
const KEYS: ReadonlyMap<string, (content: unknown) => unknown> = new Map([
  ['.dockerconfigjson', (content) => namedAs(content, 'auths')],
  ['.dockercfg', (content) => content],
]);

/** Types of secrets that have one of them, even where their content isn't known. */
const TYPES: ReadonlySet<unknown> = new Set([
  'kubernetes.io/dockerconfigjson',
  'kubernetes.io/dockercfg',
]);

const FIELDS = ['stringData', 'data'];

/** Kubernetes' own limit for a secret, encoded. */
const MAX_LENGTH = 1.5 * 2 ** 20;

/** Docker Hub goes by several names; image references use the first. */
const DOCKER_HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

const text: FieldSchema = { type: 'string' };

/** What the logins of a secret look like to a policy. */
export const DOCKER_CONFIG: FieldSchema = closed({
  logins: {
    type: 'array',
    items: closed({
      server: text,
      host: text,
      scheme: { type: 'string', enum: ['http', 'https'] },
      username: text,
      password: text,
      email: text,
      auth: closed({ username: text, password: text }),
      agrees: { type: 'boolean' },
    }),
  },
});

/** One login, as the content of a secret has it, with what is encoded in it. */
interface Login {
  /** As it is written. */
  readonly server: string;
  /** In lower case with its port, as an image reference would name it. */
  readonly host: string;
  readonly scheme: string;
  readonly username?: string;
  readonly password?: string;
  readonly email?: string;
  /** What `auth` stands for; registries are sent this one. */
  readonly auth?: { readonly username: string; readonly password: string };
  /** Whether `auth` says the same as what stands beside it. */
  readonly agrees?: boolean;
}

/**
 * The logins of a secret, whichever way its content is written. Content that can't be read has a
 * fault in place of a value; neither says anything of the content.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
 */
export function dockerConfigsIn(manifest: Part): readonly Placed[] {
  if (manifest.unknown === true) return [{ ...manifest, pointer: '', sealed: true }];
  const kind = partOf(manifest, 'kind');
  if (kind.value !== 'Secret' && kind.unknown !== true) return [];
  const found = [...KEYS].flatMap(([key, loginsOf]) => {
    // What is written in clear goes over what is encoded.
    const plain = contentAt(manifest, 'stringData', key);
    const content = plain ?? contentAt(manifest, 'data', key);
    return content === undefined ? [] : [configOf(content, loginsOf, plain === undefined)];
  });
  const open = FIELDS.find((field) => partOf(manifest, field).unknown === true);
  if (open === undefined) return found;
  // Of what isn't known, some may be logins, or go over those that are.
  const type = partOf(manifest, 'type');
  const mayHave = found.length > 0 || TYPES.has(type.value) || type.unknown === true;
  return mayHave ? [{ value: undefined, unknown: true, pointer: stepOf(open), sealed: true }] : [];
}

function contentAt(manifest: Part, field: string, key: string): Placed | undefined {
  const all = partOf(manifest, field);
  const part = partOf(all, key);
  const isThere = all.unknown !== true && (part.unknown === true || typeof part.value === 'string');
  const pointer = `${stepOf(field)}${stepOf(key)}`;
  return isThere ? { ...part, pointer, sealed: true } : undefined;
}

function configOf(
  content: Placed,
  loginsOf: (content: unknown) => unknown,
  isEncoded: boolean,
): Placed {
  if (content.unknown === true) return { ...content, value: undefined };
  try {
    const written = String(content.value);
    if (written.length > MAX_LENGTH) throw new Unreadable('is larger than a secret can be');
    const logins = readLogins(loginsOf(parsed(isEncoded ? decoded(written) : written)));
    return { ...content, value: { logins } };
  } catch (error) {
    // A parser's message may repeat what it read.
    const why = error instanceof Unreadable ? error.message : 'can’t be read';
    return { ...content, value: undefined, fault: `holds logins of registries, and ${why}` };
  }
}

class Unreadable extends Error {}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Unreadable('is no JSON');
  }
}

function readLogins(servers: unknown): readonly Login[] {
  if (!isRecord(servers)) throw new Unreadable('has no `auths`');
  return Object.entries(servers).map(([server, login]) => readLogin(server, login));
}

function readLogin(server: string, login: unknown): Login {
  if (!isRecord(login)) throw new Unreadable('has a login that is no object');
  const own = Object.fromEntries(
    ['username', 'password', 'email'].flatMap((name) => textAt(login, name)),
  );
  const [[, auth] = []] = textAt(login, 'auth');
  const scheme = /^http:\/\//i.test(server) ? 'http' : 'https';
  const base = { server, host: hostOf(server), scheme, ...own };
  if (auth === undefined || auth === '') return base;
  const { username, password } = credentialsIn(auth);
  const agrees = (
    [
      ['username', username],
      ['password', password],
    ] as const
  ).every(([name, value]) => (own[name] ?? value) === value);
  return { ...base, auth: { username, password }, agrees };
}

function textAt(login: unknown, name: string): readonly (readonly [string, string])[] {
  const value = namedAs(login, name);
  if (value === undefined || value === null) return [];
  if (typeof value !== 'string') throw new Unreadable(`has a login whose \`${name}\` is no text`);
  return [[name, value]];
}

/** Kubernetes takes such a name in any letters, so a policy must not miss it in others. */
function namedAs(content: unknown, name: string): unknown {
  const others = Object.keys(Object(content)).filter((key) => key.toLowerCase() === name);
  if (others.some((key) => key !== name)) {
    throw new Unreadable(`has \`${name}\` in capital letters`);
  }
  return memberOf(content, name);
}

function credentialsIn(auth: string): { readonly username: string; readonly password: string } {
  const both = decoded(auth);
  const colon = both.indexOf(':');
  if (colon < 0) throw new Unreadable('has a login whose `auth` is not USER:PASSWORD in base64');
  return { username: both.slice(0, colon), password: both.slice(colon + 1) };
}

function decoded(base64: string): string {
  try {
    const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable('is not the base64 of a text');
  }
}

function hostOf(server: string): string {
  const bare = server.replace(/^[a-z]+:\/\//i, '');
  const host = bare.replace(/[/?#].*$/s, '').toLowerCase();
  return DOCKER_HUB.includes(host) ? 'docker.io' : host;
}

function closed(properties: Readonly<Record<string, FieldSchema>>): FieldSchema {
  return { type: 'object', properties, additionalProperties: false };
}
