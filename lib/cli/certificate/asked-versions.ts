import { memberOf } from '../../base/guards.js';
import { rfc3339Seconds } from '../../base/timestamp.js';
import { Bucket, type BucketOptions } from '../../bucket/bucket.js';
import { BucketError } from '../../bucket/error.js';
import { loginOf } from '../../bucket/login.js';
import { bucketPlace } from '../../bucket/place.js';
import {
  type ListedVersion,
  listVersions,
  readCurrent,
  readVersion,
  type VersionContent,
  type Versioning,
  versioningOf,
} from '../../bucket/versions.js';
import type { Evidence } from '../../certificate/evidence.js';
import type { AskedFacts, Seen, VersionFact, VersionFacts } from '../../certificate/facts.js';
import { objectsInStored } from '../../certificate/state-versions.js';
import { removeCommand } from '../../state/backend-versions.js';

/** What is asked, and as of when. */
export interface Asking extends BucketOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
  readonly now: Date;
}

/** More than a state of years has; what is beyond is counted. */
const MAX_READ = 1000;
const AT_ONCE = 4;
/** Of one version, and of all together. */
const MAX_BYTES = 64 * 2 ** 20;
const MAX_TOTAL = 2 * 2 ** 30;

const UNREADABLE = 'It is no state that can be read, or encrypted.';

/** With these the backend asks by somebody else's rights. */
const ROLES = ['assume_role', 'assume_role_with_web_identity', 'role_arn'];
const ROLE =
  ' The backend assumes a role. Reprieve doesn’t: put that role’s credentials into the environment.';

/** Older versions of the state in an S3 bucket, asked with the credentials of the environment. */
export async function bucketVersions(
  settings: unknown,
  evidence: Evidence,
  asking: Asking,
): Promise<Seen<VersionFacts>> {
  try {
    const { env, workspace } = asking;
    const place = bucketPlace(settings, env, workspace);
    const bucket = new Bucket(place, loginOf(settings, env), asking);
    return { kind: 'seen', is: await versionsIn(bucket, evidence, asking) };
  } catch (error) {
    if (!BucketError.isBucketError(error)) throw error;
    const role = ROLES.some((each) => memberOf(settings, each) !== undefined) ? ROLE : '';
    return { kind: 'not known', why: `The bucket could not be asked. ${error.message}${role}` };
  }
}

async function versionsIn(
  bucket: Bucket,
  evidence: Evidence,
  { now }: Asking,
): Promise<VersionFacts> {
  const { versions, isWhole } = await listVersions(bucket);
  const setting = await settingOf(bucket);
  const latest = versions.find(({ isLatest }) => isLatest);
  const older = versions.filter((each) => !each.isLatest && !each.isMarker);
  const current = await currentOf(bucket, latest);
  const read = affordable(older, evidence);
  const facts = await inTurn(read, (each) => versionFact(bucket, each, evidence, now));
  return {
    backend: 's3',
    where: `s3://${bucket.place.bucket}/${bucket.place.key}`,
    versions: facts,
    asked: {
      ...current,
      versioning: setting?.status ?? 'not known',
      mfaDelete: setting?.mfaDelete ?? false,
      deleteMarkers: versions.filter(({ isMarker }) => isMarker).length,
      unread: older.length - read.length,
      isWhole,
    },
  };
}

/** Whoever may list versions need not be allowed to see this. */
async function settingOf(bucket: Bucket): Promise<Versioning | undefined> {
  try {
    return await versioningOf(bucket);
  } catch (error) {
    if (!BucketError.isBucketError(error)) throw error;
    return undefined;
  }
}

async function currentOf(
  bucket: Bucket,
  latest: ListedVersion | undefined,
): Promise<Pick<AskedFacts, 'lineage' | 'why'>> {
  if (latest === undefined) return { lineage: null, why: 'There is nothing of that name.' };
  if (latest.isMarker) return { lineage: null, why: 'It was deleted.' };
  try {
    const lineage: unknown = memberOf(JSON.parse(await readCurrent(bucket, MAX_BYTES)), 'lineage');
    return typeof lineage === 'string' ? { lineage } : { lineage: null, why: UNREADABLE };
  } catch (error) {
    if (error instanceof SyntaxError) return { lineage: null, why: UNREADABLE };
    if (!BucketError.isBucketError(error)) throw error;
    return { lineage: null, why: error.message };
  }
}

/** Those from before the evidence come first: they had the objects. */
function affordable(older: readonly ListedVersion[], evidence: Evidence): readonly ListedVersion[] {
  const taken = Date.parse(evidence.takenAt);
  const isBefore = ({ at }: ListedVersion) => at.getTime() <= taken;
  const ordered = [...older.filter(isBefore), ...older.filter((each) => !isBefore(each))];
  let total = 0;
  return ordered.slice(0, MAX_READ).filter(({ bytes }) => {
    const isLarge = bytes > MAX_BYTES;
    if (!isLarge) total += bytes;
    return isLarge || total <= MAX_TOTAL;
  });
}

async function versionFact(
  bucket: Bucket,
  version: ListedVersion,
  evidence: Evidence,
  now: Date,
): Promise<VersionFact> {
  const about = { name: version.id, at: rfc3339Seconds(version.at) };
  try {
    if (version.bytes > MAX_BYTES) throw new BucketError('It is larger than 64 MiB.');
    const { text, holds } = await readVersion(bucket, version, MAX_BYTES);
    const has = objectsInStored(text, evidence);
    if (has === null) return { ...about, has, why: UNREADABLE };
    if (has.length === 0) return { ...about, has };
    const remove = removeCommand(bucket.place, version.id);
    return { ...about, has, remove, ...keptBy(holds, now) };
  } catch (error) {
    if (!BucketError.isBucketError(error)) throw error;
    return { ...about, has: null, why: error.message };
  }
}

function keptBy(holds: VersionContent['holds'], now: Date): Pick<VersionFact, 'kept'> {
  const kept = holds
    .filter(({ until }) => until === null || until > now)
    .map(({ by, until }) => ({ by, until: until === null ? null : rfc3339Seconds(until) }));
  return kept.length === 0 ? {} : { kept };
}

/** A few at a time, in the order that they have. */
async function inTurn<A, B>(
  all: readonly A[],
  work: (one: A) => Promise<B>,
): Promise<readonly B[]> {
  const done: B[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    done.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(work))));
  }
  return done;
}
