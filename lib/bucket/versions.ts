import { compareCodePoints } from '../base/order.js';
import type { Bucket } from './bucket.js';
import { BucketError } from './error.js';
import { textOf, type XmlElement } from './xml.js';

/** One version of the object, or a marker that it was deleted. */
export interface ListedVersion {
  readonly id: string;
  readonly at: Date;
  /** 0 for a marker. */
  readonly bytes: number;
  readonly isLatest: boolean;
  readonly isMarker: boolean;
}

/** What a bucket keeps of the object, newest first. */
export interface Listing {
  readonly versions: readonly ListedVersion[];
  /** Whether that is all: a bucket can have more pages than are asked for. */
  readonly isWhole: boolean;
}

const MAX_PAGES = 50;

/** Lists all versions and delete markers of the object, and nothing of others whose names begin like its. */
export async function listVersions(bucket: Bucket): Promise<Listing> {
  const { key } = bucket.place;
  const versions: ListedVersion[] = [];
  const seen = new Set<string>();
  let query: Readonly<Record<string, string>> = {
    ...{ versions: '', prefix: key, 'encoding-type': 'url', 'max-keys': '1000' },
  };
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const xml = await bucket.list(query, 'ListVersionsResult', 's3:ListBucketVersions');
    const name = nameReader(xml);
    versions.push(...versionsIn(xml, key, name));
    const next = nextOf(xml, name);
    // Pages are in the order of names.
    if (next === undefined || compareCodePoints(next.key, key) > 0) return sound(versions);
    const place = JSON.stringify(next);
    if (seen.has(place)) throw strange();
    seen.add(place);
    query = {
      ...query,
      'key-marker': next.key,
      ...(next.id === undefined ? {} : { 'version-id-marker': next.id }),
    };
  }
  return { versions, isWhole: false };
}

function sound(versions: readonly ListedVersion[]): Listing {
  const ids = new Set(versions.map(({ id }) => id));
  const latest = versions.filter(({ isLatest }) => isLatest).length;
  if (ids.size !== versions.length || latest !== Math.min(1, versions.length)) throw strange();
  return { versions, isWhole: true };
}

type ReadName = (text: string | undefined) => string;

/** Names come as they are, or as in an address, whichever the answer says. */
function nameReader(xml: XmlElement): ReadName {
  const isEncoded = textOf(xml, 'EncodingType') === 'url';
  return (text) => {
    if (text === undefined) throw strange();
    if (!isEncoded) return text;
    try {
      return decodeURIComponent(text.replaceAll('+', ' '));
    } catch {
      throw strange();
    }
  };
}

function versionsIn(xml: XmlElement, key: string, name: ReadName): readonly ListedVersion[] {
  return xml.children
    .filter((each) => each.name === 'Version' || each.name === 'DeleteMarker')
    .filter((each) => name(textOf(each, 'Key')) === key)
    .map(versionOf);
}

/** What can be in a command: visible, and no option of it. */
const ID = /^[\x21-\x7e]{1,1024}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

function versionOf(xml: XmlElement): ListedVersion {
  // Where a bucket has no versions, an object's only one may come without a name.
  const id = textOf(xml, 'VersionId') || 'null';
  const at = textOf(xml, 'LastModified') ?? '';
  const latest = textOf(xml, 'IsLatest');
  const isMarker = xml.name === 'DeleteMarker';
  const size = isMarker ? '0' : (textOf(xml, 'Size') ?? '');
  const time = TIME.test(at) ? new Date(at) : new Date(Number.NaN);
  const isSound = ID.test(id) && /^\d{1,15}$/.test(size) && !Number.isNaN(time.getTime());
  if (!isSound || (latest !== 'true' && latest !== 'false')) throw strange();
  return { id, at: time, bytes: Number(size), isLatest: latest === 'true', isMarker };
}

function nextOf(xml: XmlElement, name: ReadName) {
  const isTruncated = textOf(xml, 'IsTruncated');
  if (isTruncated === 'false') return undefined;
  if (isTruncated !== 'true') throw strange();
  const key = name(textOf(xml, 'NextKeyMarker'));
  const id = textOf(xml, 'NextVersionIdMarker');
  return { key, id: id === '' ? undefined : id };
}

/** Whether a bucket keeps versions. */
export interface Versioning {
  readonly status: 'on' | 'suspended' | 'off';
  /** Whether deleting a version takes a one-time password. */
  readonly mfaDelete: boolean;
}

export async function versioningOf(bucket: Bucket): Promise<Versioning> {
  const xml = await bucket.list(
    { versioning: '' },
    'VersioningConfiguration',
    's3:GetBucketVersioning',
  );
  const status = textOf(xml, 'Status') ?? '';
  const mfa = textOf(xml, 'MfaDelete') ?? textOf(xml, 'MFADelete');
  const known = { Enabled: 'on', Suspended: 'suspended', '': 'off' } as const;
  if (!Object.hasOwn(known, status)) throw strange();
  return { status: known[status as keyof typeof known], mfaDelete: mfa === 'Enabled' };
}

/** What keeps a version from being deleted. */
export interface Hold {
  readonly by: 'compliance' | 'governance' | 'legal hold';
  /** Null where somebody has to lift it. */
  readonly until: Date | null;
}

/** What a version has. */
export interface VersionContent {
  readonly text: string;
  readonly holds: readonly Hold[];
}

/** Reads a version, of `most` bytes at most. Throws where the answer is another version's. */
export async function readVersion(
  bucket: Bucket,
  { id }: Pick<ListedVersion, 'id'>,
  most: number,
): Promise<VersionContent> {
  const { headers, body } = await bucket.object({ versionId: id }, most, 's3:GetObjectVersion');
  const of = headers['x-amz-version-id'];
  // A server that keeps no versions ignores which one is asked for.
  if (of !== id && !(of === undefined && id === 'null')) {
    throw new BucketError('It answered with another version than the one that was asked for.');
  }
  return { text: body.toString('utf8'), holds: holdsIn(headers) };
}

/** Reads what the object is now: not every server has a version's name where it keeps none. */
export async function readCurrent(bucket: Bucket, most: number): Promise<string> {
  return (await bucket.object({}, most, 's3:GetObject')).body.toString('utf8');
}

function holdsIn(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  const mode = String(headers['x-amz-object-lock-mode'] ?? '').toLowerCase();
  const until = new Date(String(headers['x-amz-object-lock-retain-until-date'] ?? ''));
  const holds: Hold[] = [];
  const isDate = !Number.isNaN(until.getTime());
  if (mode === 'compliance' || mode === 'governance') {
    holds.push({ by: mode, until: isDate ? until : null });
  }
  if (headers['x-amz-object-lock-legal-hold'] === 'ON')
    holds.push({ by: 'legal hold', until: null });
  return holds;
}

function strange(): BucketError {
  return new BucketError('It doesn’t answer as S3 does.');
}
