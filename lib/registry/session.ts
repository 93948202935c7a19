import { memberOf } from '../base/guards.js';
import { quote } from '../base/inert.js';
import { type Challenge, parseChallenge } from './challenge.js';
import type { FindLogin, Login } from './credentials.js';
import { type Asking, ask, RegistryError, type Reply, TIMEOUT } from './http.js';
import { isHere, type Place, placeOf, plainPlaceOf } from './place.js';

/** How registries are asked. */
export interface RegistryOptions {
  readonly login: FindLogin;
  /** Registries, as references name them, that may be on this machine or in a private network. */
  readonly privateRegistries?: readonly string[];
  /** Milliseconds for one request. @default 15000 */
  readonly timeout?: number;
  /** Milliseconds for all requests about one image. @default 60000 */
  readonly total?: number;
  /** Sends one request. @default over the network */
  readonly ask?: (asking: Asking) => Promise<Reply>;
}

const MAX_REDIRECTS = 3;
/** For all that one image takes: a registry that is slow with each of its answers holds nobody up. */
const TOTAL = 60_000;

/** Where a registry is, if not where its name says. */
const SERVED_AT: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** Token services that don't share their registry's domain in the usual way. */
const TOKENS_AT: Readonly<Record<string, string>> = { 'docker.io': 'auth.docker.io' };

/** Talks to one registry about one repository, and keeps the token that it was given. */
export class RegistrySession {
  private place: Place;
  private authorization: string | undefined;
  /** Whether a login was used. */
  hasLogin = false;
  /** By the clock that nobody sets. */
  private readonly end: number;

  constructor(
    private readonly registry: string,
    private readonly repository: string,
    private readonly options: RegistryOptions,
  ) {
    this.end = performance.now() + (options.total ?? TOTAL);
    this.place = placeOf(SERVED_AT[registry] ?? registry, this.isPrivate);
  }

  private get isPrivate(): boolean {
    const named = this.options.privateRegistries ?? [];
    return named.some((each) => each.toLowerCase() === this.registry);
  }

  /** Gets a path below `/v2/REPOSITORY/`, after a login where that is asked for. */
  async get(path: string, accept: string): Promise<Reply> {
    const whole = `/v2/${this.repository}/${path}`;
    const first = await this.begin(whole, accept);
    if (first.status !== 401 || this.authorization !== undefined) return first;
    const challenge = parseChallenge(first.headers['www-authenticate']);
    if (challenge === undefined)
      throw new RegistryError('It asks for a login, and doesn’t say how.');
    this.authorization = await this.authorize(challenge);
    return this.authorization === undefined ? first : this.follow(whole, accept);
  }

  /** With TLS, unless it is a registry on this machine that doesn't speak it. */
  private async begin(path: string, accept: string): Promise<Reply> {
    try {
      return await this.follow(path, accept);
    } catch (error) {
      const plain = plainPlaceOf(this.registry, this.isPrivate);
      const isPlain = RegistryError.isRegistryError(error) && error.isPlain;
      if (!isPlain || plain === undefined || !this.place.isSecure) throw error;
      this.place = plain;
      return this.follow(path, accept);
    }
  }

  /** A login goes to the registry itself, and to nobody that it leads to. */
  private async follow(path: string, accept: string): Promise<Reply> {
    let place = this.place;
    let at = path;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const isOwn = place.host === this.place.host && place.port === this.place.port;
      const login = isOwn ? this.authorization : undefined;
      const headers = { accept, ...(login === undefined ? {} : { authorization: login }) };
      const reply = await this.ask({ place, path: at, headers });
      if (![301, 302, 303, 307, 308].includes(reply.status)) return reply;
      ({ place, path: at } = this.redirected(place, at, reply.headers.location));
    }
    throw new RegistryError(`It redirects more than ${MAX_REDIRECTS} times.`);
  }

  private redirected(from: Place, path: string, location: string | undefined) {
    const base = `${from.isSecure ? 'https' : 'http'}://${bracketed(from.host)}:${from.port}${path}`;
    if (location === undefined || !URL.canParse(location, base)) {
      throw new RegistryError('It redirects, and doesn’t say where to.');
    }
    const to = new URL(location, base);
    return { place: this.placeAt(to, 'redirects'), path: `${to.pathname}${to.search}` };
  }

  /**
   * Only the registry itself may be private and without TLS. What else listens on its host is nobody's
   * to be led to, but its token service may have a port of its own.
   */
  private placeAt(url: URL, doing: 'redirects' | 'sends for a token'): Place {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isSamePort =
      Number(url.port || (url.protocol === 'http:' ? 80 : 443)) === this.place.port;
    const isHost = host === this.place.host && (isSamePort || doing === 'sends for a token');
    const isOwn = isHost && this.place.mayBePrivate;
    const isPlain = url.protocol === 'http:' && isOwn && isHere(host) && !this.place.isSecure;
    if (url.protocol !== 'https:' && !isPlain) {
      throw new RegistryError(`It ${doing} to ${quote(url.host)} without TLS.`);
    }
    if (url.username !== '' || url.password !== '') {
      throw new RegistryError(`It ${doing} to an address with a login in it.`);
    }
    const port = url.port === '' ? (isPlain ? 80 : 443) : Number(url.port);
    return { host, port, isSecure: !isPlain, mayBePrivate: isOwn };
  }

  private async authorize(challenge: Challenge): Promise<string | undefined> {
    const login = await this.options.login(this.registry);
    if (challenge.scheme === 'basic') return this.basic(login);
    if (!URL.canParse(challenge.realm)) {
      throw new RegistryError('It names no token service that can be asked.');
    }
    const realm = new URL(challenge.realm);
    const place = this.placeAt(realm, 'sends for a token');
    const isTrusted = this.isOwnService(place);
    const token = await this.token(place, realm, challenge, isTrusted ? login : undefined);
    this.hasLogin = isTrusted && login !== undefined;
    if (token === undefined && login !== undefined && !isTrusted) {
      throw new RegistryError(
        `Its token service ${quote(realm.host)} is in another domain, so the login was not sent there.`,
      );
    }
    return token === undefined ? undefined : `Bearer ${token}`;
  }

  private basic(login: Login | undefined): string | undefined {
    if (!this.place.isSecure) {
      throw new RegistryError('It asks for a password over http, which is never sent.');
    }
    if (login?.kind !== 'password') return undefined;
    this.hasLogin = true;
    return basicOf(login);
  }

  /** The registry's host, a domain around it, or the one that is known to serve it. */
  private isOwnService({ host }: Place): boolean {
    const own = this.place.host;
    const isAround = own.endsWith(`.${host}`) && host.includes('.');
    return host === own || isAround || host === TOKENS_AT[this.registry];
  }

  private async token(
    place: Place,
    realm: URL,
    { service, scope }: Extract<Challenge, { scheme: 'bearer' }>,
    login: Login | undefined,
  ): Promise<string | undefined> {
    // What the registry asks for may be more than reading: only this is asked for.
    const wanted = scope?.startsWith('repository:') === false ? scope : this.scope();
    const about = { ...(service === undefined ? {} : { service }), scope: wanted };
    const reply =
      login?.kind === 'token'
        ? await this.exchange(place, realm, { ...about, refresh_token: login.token })
        : await this.fetchToken(place, realm, about, login);
    if (reply.status === 401 || reply.status === 403) return undefined;
    const json = parsed(reply.body);
    const token = memberOf(json, 'token') ?? memberOf(json, 'access_token');
    if (reply.status === 200 && typeof token === 'string' && /^[\x21-\x7e]+$/.test(token))
      return token;
    throw new RegistryError(`Its token service answered ${reply.status}, without a token.`);
  }

  private scope(): string {
    return `repository:${this.repository}:pull`;
  }

  private fetchToken(
    place: Place,
    realm: URL,
    about: Readonly<Record<string, string>>,
    login: Extract<Login, { kind: 'password' }> | undefined,
  ): Promise<Reply> {
    if (login !== undefined && !place.isSecure) {
      throw new RegistryError('It asks for a password over http, which is never sent.');
    }
    const query = new URLSearchParams([...realm.searchParams, ...Object.entries(about)]);
    const headers: Record<string, string> =
      login === undefined ? {} : { authorization: basicOf(login) };
    return this.ask({ place, path: `${realm.pathname}?${query}`, headers });
  }

  /** With an identity token, as Docker does it. */
  private exchange(place: Place, realm: URL, about: Readonly<Record<string, string>>) {
    if (!place.isSecure)
      throw new RegistryError('It asks for a token over http, which is never sent.');
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: 'reprieve',
      ...about,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const text = body.toString();
    return this.ask({ place, path: realm.pathname, headers, method: 'POST', body: text });
  }

  private ask(asking: Asking): Promise<Reply> {
    const { timeout = TIMEOUT, ask: send = ask } = this.options;
    const left = Math.floor(this.end - performance.now());
    if (left <= 0) return Promise.reject(new RegistryError('It took too long to answer.'));
    return send({ ...asking, timeout: Math.min(timeout, left) });
  }
}

function basicOf({ username, password }: Extract<Login, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
