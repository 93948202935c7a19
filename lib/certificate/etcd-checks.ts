import { quoteName } from '../base/inert.js';
import { plural } from '../base/plural.js';
import { type Check, checkOf, type Finding, type Subject, worst } from './check.js';
import type { Evidence } from './evidence.js';
import type { EtcdFacts, EtcdFileFact, Facts } from './facts.js';

/** What etcd has now. An etcd that is not known to be the cluster's own proves nothing. */
export function etcdCheck(evidence: Evidence, { etcd }: Facts): Check {
  const subject: Subject = {
    id: 'etcd/current',
    about: 'deletion',
    title: 'Etcd, current revision',
  };
  return checkOf(subject, etcd, (is) => {
    const found = is.keys.map((each) => keyFinding(each, evidence.cluster?.revision ?? null));
    const at = `At revision ${is.revision}, ${plural(is.scanned, 'key')} looked at below ${quoteName(is.prefix)}`;
    const left = found.filter((each) => each.result === 'left').length;
    const stranger = left === 0 ? strangerOf(is) : undefined;
    if (stranger !== undefined) return { result: 'not known', says: stranger, found };
    const unnamed = left === 0 ? unnamedIn(evidence) : undefined;
    if (unnamed !== undefined) return { result: 'not known', says: unnamed, found };
    const result = found.length === 0 ? 'confirmed' : worst(found.map((each) => each.result));
    const says =
      left === 0
        ? `${at}: no key of these objects.`
        : `${at}: ${plural(left, 'key')} of these objects. Delete the objects through the API server.`;
    return { result, says, found };
  });
}

function strangerOf({ isOfCluster, prefix }: EtcdFacts): string | undefined {
  if (isOfCluster === 'yes') return undefined;
  return isOfCluster === 'no'
    ? `Below ${quoteName(prefix)} this etcd has not the cluster that the evidence was taken in: another cluster’s etcd, or another prefix.`
    : 'Whether this is the etcd of the cluster that the evidence was taken in can’t be told.';
}

/** What has no name can't be looked for, unless it went with a whole namespace. */
function unnamedIn({ objects }: Evidence): string | undefined {
  if (objects.some(({ object }) => object?.resource === 'namespace')) return undefined;
  const unnamed = objects.filter(
    ({ object, type }) => object === null && type?.startsWith('kubernetes_') === true,
  );
  return unnamed.length === 0
    ? undefined
    : `Of ${plural(unnamed.length, 'object')} nobody knew the name, so no key could be looked for.`;
}

/** A key that was created after the evidence is a namesake's. */
function keyFinding({ key, created }: EtcdFacts['keys'][number], before: string | null): Finding {
  if (before === null) {
    const says = `Created at revision ${created}. The evidence has no revision, so it may be a namesake.`;
    return { what: key, result: 'not known', says };
  }
  return BigInt(created) > BigInt(before)
    ? { what: key, result: 'confirmed', says: `A namesake: created later, at revision ${created}.` }
    : { what: key, result: 'left', says: `Still there, created at revision ${created}.` };
}

/** Compacted at the evidence's revision is not enough: the deletion came later. */
export function historyCheck(evidence: Evidence, { etcd }: Facts): Check {
  const subject: Subject = {
    id: 'etcd/history',
    about: 'copies',
    title: 'Etcd, earlier revisions',
  };
  const before = evidence.cluster?.revision ?? null;
  return checkOf(subject, etcd, (is) => {
    const { history } = is;
    if (before === null || history === null) {
      const says =
        'The evidence has no revision from before the deletion, so no read could be tried.';
      return { result: 'not known', says };
    }
    const at = `A read at revision ${before}, before the deletion,`;
    const stranger = strangerOf(is);
    if (stranger !== undefined) return { result: 'not known', says: stranger };
    const unnamed = unnamedIn(evidence);
    const isClean = history.answer === 'compacted' && history.keys === 0;
    if (isClean && unnamed !== undefined) return { result: 'not known', says: unnamed };
    if (history.answer === 'compacted') return compacted(at, history);
    if (history.answer === 'readable') {
      return {
        result: 'left',
        says: `${at} still answers: etcd's history has the objects until it is compacted. ${COMPACT}`,
      };
    }
    const says = `${at} answers that there is no such revision yet: this is another etcd, or one that was restored.`;
    return { result: 'not known', says };
  });
}

/** A revision of a time after the deletion: whatever is the current one by now. */
const COMPACT =
  'The API server compacts every five minutes; etcd does at once by `etcdctl compact REVISION`.';

function compacted(
  at: string,
  { earliest, keys }: { readonly earliest: string; readonly keys: number },
) {
  return keys === 0
    ? ({
        result: 'confirmed',
        says: `${at} answers that it is compacted, and the earliest revision that still answers, ${earliest}, has no key of these objects.`,
      } as const)
    : ({
        result: 'left',
        says: `${at} answers that it is compacted, but revision ${earliest} still answers and has ${plural(keys, 'key')} of these objects: it is from before the deletion, too. ${COMPACT}`,
      } as const);
}

export function filesCheck(evidence: Evidence, { etcdFiles }: Facts): Check {
  const subject: Subject = {
    id: 'etcd/files',
    about: 'copies',
    title: 'Etcd’s write-ahead log, free pages and snapshots',
  };
  return checkOf(subject, etcdFiles, (files) => {
    const found = files.map(fileFinding);
    const result = worst(found.map((each) => each.result));
    const unnamed = result === 'confirmed' ? unnamedIn(evidence) : undefined;
    if (unnamed !== undefined) return { result: 'not known', says: unnamed, found };
    return { result, says: filesSentence(result), found };
  });
}

function filesSentence(result: Finding['result']): string {
  switch (result) {
    case 'left':
      return 'Files have keys or uids of these objects. Whether their content can be read depends on the encryption key. Compact and defragment the member (`etcdctl defrag`), let etcd replace its write-ahead log, and delete old snapshots; or destroy the key.';
    case 'not known':
      return 'Of some files that were given it is not known whether they have keys or uids of these objects.';
    default:
      return 'The files that were given have no key or uid of these objects. Files that were not given were not checked.';
  }
}

/** A file that can't be searched has nothing that could be found. */
function fileFinding({ file, bytes, sha256, format, unsearched, found }: EtcdFileFact): Finding {
  const which = `${plural(bytes, 'byte')}, SHA-256 ${quoteName(sha256)}.`;
  if (found.length > 0) {
    const names = found.slice(0, 3).map(quoteName).join(', ');
    const more = found.length > 3 ? ` and ${found.length - 3} more` : '';
    return { what: file, result: 'left', says: `It has ${names}${more}. ${which}` };
  }
  if (format === null) {
    const says = `It is neither a database nor a write-ahead log of etcd, so it can’t be searched: decompress or decrypt it first. ${which}`;
    return { what: file, result: 'not known', says };
  }
  if (unsearched > 0) {
    const says = `There are too many objects: ${plural(unsearched, 'key or uid', 'keys and uids')} were not searched for. ${which}`;
    return { what: file, result: 'not known', says };
  }
  return { what: file, result: 'confirmed', says: `No key or uid of these objects. ${which}` };
}
