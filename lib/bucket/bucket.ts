import { AwsV4Signer } from 'aws4fetch';
import { type Asking, ask, RegistryError, type Reply } from '../registry/http.js';
import { BucketError } from './error.js';
import type { Login } from './login.js';
import { type BucketPlace, hostOf } from './place.js';
import { readXml, textOf, type XmlElement } from './xml.js';

/** How a bucket is asked. */
export interface BucketOptions {
  /** Milliseconds for all requests together. @default 600000 */
  readonly total?: number;
  /** Milliseconds for one answer of the list's kind; an object gets four times as long. @default 15000 */
  readonly timeout?: number;
  /** Sends one request. @default over the network */
  readonly ask?: (asking: Asking) => Promise<Reply>;
}

/** Of no content. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const TOTAL = 600_000;
const TIMEOUT = 15_000;
/** A page of 1,000 versions with long names. */
const MAX_LIST = 4 * 2 ** 20;

/** Asks one bucket of S3's protocol. It only ever reads, and follows no redirect: each request is signed. */
export class Bucket {
  /** By the clock that nobody sets. */
  private readonly end: number;

  constructor(
    readonly place: BucketPlace,
    private readonly login: Login,
    private readonly options: BucketOptions = {},
  ) {
    this.end = performance.now() + (options.total ?? TOTAL);
  }

  /** Gets a list or a setting of the bucket. `needs` is the permission that it takes. */
  async list(
    query: Readonly<Record<string, string>>,
    root: string,
    needs: string,
  ): Promise<XmlElement> {
    const { timeout = TIMEOUT } = this.options;
    const reply = await this.get('', query, { timeout, most: MAX_LIST });
    if (reply.status !== 200) throw refusal(reply, needs);
    const xml = readXml(reply.body);
    if (xml?.name !== root) throw new BucketError('It doesn’t answer as S3 does.');
    return xml;
  }

  /** Gets the object. */
  async object(
    query: Readonly<Record<string, string>>,
    most: number,
    needs: string,
  ): Promise<Reply> {
    const { timeout = TIMEOUT } = this.options;
    const reply = await this.get(this.place.key, query, { timeout: 4 * timeout, most });
    if (reply.status !== 200) throw refusal(reply, needs);
    return reply;
  }

  private async get(
    key: string,
    query: Readonly<Record<string, string>>,
    { timeout, most }: { readonly timeout: number; readonly most: number },
  ): Promise<Reply> {
    const left = Math.ceil(this.end - performance.now());
    if (left <= 0) throw new BucketError('It took too long to answer.');
    const url = new URL(this.place.base);
    url.pathname += key.split('/').map(encoded).join('/');
    url.search = Object.entries(query)
      .map((pair) => pair.map(encoded).join('='))
      .join('&');
    const { headers } = await new AwsV4Signer({
      ...this.login,
      ...{ url: url.href, service: 's3', region: this.place.region, method: 'GET' },
      headers: { 'x-amz-content-sha256': EMPTY },
    }).sign();
    const isSecure = url.protocol === 'https:';
    const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
    const asking = {
      place: { host: hostOf(url), port, isSecure, mayBePrivate: true },
      path: `${url.pathname}${url.search}`,
      headers: Object.fromEntries(headers),
      ...{ timeout: Math.min(timeout, left), most },
    };
    try {
      return await (this.options.ask ?? ask)(asking);
    } catch (error) {
      throw RegistryError.isRegistryError(error) ? new BucketError(error.message) : error;
    }
  }
}

/** As a signature wants it: everything but letters, digits and `-._~`. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const OF_LOGIN = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
]);

/** Of what S3 says only its code is repeated: its message may name the key that was used. */
function refusal({ status, body }: Reply, needs: string): BucketError {
  const xml = body.length > 2 ** 16 ? undefined : readXml(body);
  const said = xml?.name === 'Error' ? textOf(xml, 'Code') : undefined;
  const code = said !== undefined && /^[A-Za-z0-9.]{1,64}$/.test(said) ? said : `HTTP ${status}`;
  if (status >= 300 && status < 400) {
    return new BucketError(
      `It redirects elsewhere (\`${code}\`), which is not followed: check the region.`,
    );
  }
  if (OF_LOGIN.has(code))
    return new BucketError(`It doesn’t accept the credentials (\`${code}\`).`);
  if (status === 403) return new BucketError(`It refuses (\`${code}\`): this needs \`${needs}\`.`);
  return new BucketError(`It answers \`${code}\`.`);
}
