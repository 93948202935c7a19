import { quoteName } from '../base/inert.js';
import { plural } from '../base/plural.js';
import { type Check, checkOf, type Finding, type Result, type Subject, worst } from './check.js';
import type { Evidence, EvidenceObject } from './evidence.js';
import {
  type ClusterFact,
  type EtcdFacts,
  type Facts,
  type ImageFact,
  PLAIN,
  UNREADABLE,
  type VersionFact,
} from './facts.js';

/** Every check, in a fixed order. None is left out: what could not be looked at says so. */
export function checksOf(evidence: Evidence, facts: Facts): readonly Check[] {
  return [
    stateCheck(facts),
    objectsCheck(evidence, facts),
    etcdCheck(evidence, facts),
    historyCheck(evidence, facts),
    filesCheck(facts),
    versionsCheck(facts),
    rotationCheck(facts),
    keyCheck(facts),
    imagesCheck(facts),
  ];
}

function stateCheck({ state }: Facts): Check {
  const subject: Subject = { id: 'state/current', about: 'deletion', title: 'State' };
  return checkOf(subject, state, ({ left, serial }) => {
    const which = serial === null ? 'The state' : `The state (serial ${serial})`;
    if (left.length === 0)
      return { result: 'confirmed', says: `${which} has none of the objects.` };
    return {
      result: 'left',
      says: `${which} still has ${plural(left.length, 'object')}.`,
      found: left.map((what) => ({ what, result: 'left', says: 'It is still in the state.' })),
    };
  });
}

function objectsCheck(evidence: Evidence, { cluster }: Facts): Check {
  const found = evidence.objects.map((each) => objectFinding(each, cluster));
  const result = worst(found.map((each) => each.result));
  return { ...OBJECTS, result, says: objectsSentence(found, result), found };
}

const OBJECTS: Subject = { id: 'objects', about: 'deletion', title: 'Objects, by uid' };

function objectsSentence(found: readonly Finding[], result: Result): string {
  const count = plural(found.filter((each) => each.result === result).length, 'object');
  switch (result) {
    case 'left':
      return `Of ${found.length}, ${count} still there.`;
    case 'not known':
    case 'not checked':
      return `Of ${found.length}, ${count} of which it is ${result} whether it is gone.`;
    case 'confirmed':
      return `The API server has none of the ${count}, by uid.`;
    default:
      return 'None of the objects ever was outside of the state.';
  }
}

/** Types whose objects are nowhere but in the state. */
const IN_STATE_ALONE = /^(?:terraform_data|null_resource|(?:random|time|tls)_\w+)$/;

function objectFinding(each: EvidenceObject, cluster: Facts['cluster']): Finding {
  const what = nameOf(each);
  if (IN_STATE_ALONE.test(each.type ?? '')) {
    return { what, result: 'not applicable', says: 'It never was anywhere but in the state.' };
  }
  if (each.type !== null && !each.type.startsWith('kubernetes_')) {
    const says = 'It is not an object of Kubernetes. Its own provider was not asked.';
    return { what, result: 'not checked', says };
  }
  return cluster.kind === 'seen'
    ? clusterFinding(each, cluster.is.objects)
    : { what, result: cluster.kind, says: cluster.why };
}

function clusterFinding(each: EvidenceObject, facts: readonly ClusterFact[]): Finding {
  const what = nameOf(each);
  const { object, uid } = each;
  if (object === null) {
    const says = 'Nobody knew which object it was, so it could not be looked up.';
    return { what, result: 'not known', says };
  }
  const fact = facts.find(
    ({ resource, namespace, name }) =>
      resource === object.resource && namespace === object.namespace && name === object.name,
  );
  if (fact === undefined) return { what, result: 'not known', says: 'It was not looked up.' };
  if (fact.uid === null) {
    const by = uid === null ? '' : ` Its uid was ${quoteName(uid)}.`;
    return { what, result: 'confirmed', says: `Nothing of that name is there.${by}` };
  }
  if (uid === null) {
    const says = `An object of that name is there, with the uid ${quoteName(fact.uid)}. The evidence has no uid to compare it with.`;
    return { what, result: 'not known', says };
  }
  return fact.uid === uid
    ? { what, result: 'left', says: `The object with the uid ${quoteName(uid)} is still there.` }
    : {
        what,
        result: 'confirmed',
        says: `The object with the uid ${quoteName(uid)} is gone. Another one of that name is there now, with the uid ${quoteName(fact.uid)}.`,
      };
}

function etcdCheck(evidence: Evidence, { etcd }: Facts): Check {
  const subject: Subject = {
    id: 'etcd/current',
    about: 'deletion',
    title: 'Etcd, current revision',
  };
  return checkOf(subject, etcd, (is) => {
    const found = is.keys.map((each) => keyFinding(each, evidence.cluster?.revision ?? null));
    const result = found.length === 0 ? 'confirmed' : worst(found.map((each) => each.result));
    const at = `At revision ${is.revision}, ${plural(is.scanned, 'key')} looked at below ${quoteName(is.prefix)}`;
    const left = found.filter((each) => each.result === 'left').length;
    const says =
      left === 0
        ? `${at}: no key of these objects.`
        : `${at}: ${plural(left, 'key')} of these objects.`;
    return { result, says, found };
  });
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

function historyCheck(evidence: Evidence, { etcd }: Facts): Check {
  const subject: Subject = {
    id: 'etcd/history',
    about: 'copies',
    title: 'Etcd, earlier revisions',
  };
  const before = evidence.cluster?.revision ?? null;
  return checkOf(subject, etcd, ({ history }) => {
    if (before === null || history === null) {
      const says =
        'The evidence has no revision from before the deletion, so no read could be tried.';
      return { result: 'not known', says };
    }
    const at = `A read at revision ${before}, before the deletion,`;
    if (history === 'compacted') {
      return { result: 'confirmed', says: `${at} answers that it is compacted.` };
    }
    if (history === 'readable') {
      return {
        result: 'left',
        says: `${at} still answers: etcd's history has the objects until it is compacted.`,
      };
    }
    const says = `${at} answers that there is no such revision yet: this is another etcd, or one that was restored.`;
    return { result: 'not known', says };
  });
}

function filesCheck({ etcdFiles }: Facts): Check {
  const subject: Subject = {
    id: 'etcd/files',
    about: 'copies',
    title: 'Etcd’s write-ahead log, free pages and snapshots',
  };
  return checkOf(subject, etcdFiles, (files) => {
    const found = files.map(({ file, bytes, sha256, found: names }): Finding => {
      const which = `${plural(bytes, 'byte')}, SHA-256 ${quoteName(sha256)}.`;
      return names.length === 0
        ? { what: file, result: 'confirmed', says: `No key or uid of these objects. ${which}` }
        : {
            what: file,
            result: 'left',
            says: `It has ${names.slice(0, 3).map(quoteName).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}. ${which}`,
          };
    });
    const result = worst(found.map((each) => each.result));
    const says =
      result === 'left'
        ? 'Files have keys or uids of these objects. Whether their content can be read depends on the encryption key.'
        : 'The files that were given have no key or uid of these objects. Files that were not given were not checked.';
    return { result, says, found };
  });
}

function versionsCheck({ versions }: Facts): Check {
  const subject: Subject = {
    id: 'state/versions',
    about: 'copies',
    title: 'Older versions of the state',
  };
  return checkOf(subject, versions, ({ versions: all, where }) => {
    const found = all.map(versionFinding);
    if (found.length === 0) {
      return { result: 'confirmed', says: `No older version in ${quoteName(where)}.` };
    }
    const result = worst(found.map((each) => each.result));
    const says =
      result === 'left'
        ? `Older versions in ${quoteName(where)} still have objects of this deletion.`
        : `${plural(found.length, 'older version')} in ${quoteName(where)}.`;
    return { result, says, found };
  });
}

function versionFinding({ name, at, has }: VersionFact): Finding {
  const when = at === null ? '' : ` It was written at ${at}.`;
  if (has === null) return { what: name, result: 'not known', says: `It was not read.${when}` };
  return has.length === 0
    ? { what: name, result: 'confirmed', says: `It has none of the objects.${when}` }
    : { what: name, result: 'left', says: `It has ${plural(has.length, 'object')}.${when}` };
}

function rotationCheck({ encryption }: Facts): Check {
  const subject: Subject = {
    id: 'encryption/rotated',
    about: 'copies',
    title: 'Encryption key rotated since',
  };
  const { stored, statement } = encryption;
  return checkOf(subject, stored, (keys) => {
    const found = keys.map(({ key, objects }): Finding => {
      // Of a key management service, the name may go on with the key's own id.
      const isOld = statement !== null && `${key}:`.startsWith(`${statement.key}:`);
      const says = `${plural(objects, 'stored secret')}.`;
      if (key === UNREADABLE) return { what: key, result: 'not known', says };
      return { what: key, result: isOld || key === PLAIN ? 'left' : 'confirmed', says };
    });
    if (statement === null) {
      const says =
        'Nobody said with which key the objects were encrypted, so no key can be looked for.';
      return { result: 'not known', says, found };
    }
    const old = quoteName(statement.key);
    if (worst(found.map((each) => each.result)) === 'not known') {
      return { result: 'not known', says: 'Of some secrets, the key can’t be read.', found };
    }
    return found.some((each) => each.result === 'left')
      ? { result: 'left', says: `Secrets in etcd still carry ${old}, or are in plain text.`, found }
      : { result: 'confirmed', says: `No secret in etcd carries ${old} any more.`, found };
  });
}

function keyCheck({ encryption: { statement } }: Facts): Check {
  const subject: Subject = {
    id: 'encryption/old-key',
    about: 'copies',
    title: 'Old encryption key destroyed',
  };
  if (statement === null) {
    const says = 'Nobody has stated it. Reprieve can’t see a key management service.';
    return { ...subject, result: 'not known', says, found: [] };
  }
  const { key, by, destroyedAt } = statement;
  const says = `Stated by ${quoteName(by)}: ${quoteName(key)} was destroyed at ${destroyedAt}. Not confirmed by a key management service.`;
  return { ...subject, result: 'stated', says, found: [] };
}

function imagesCheck({ images }: Facts): Check {
  const subject: Subject = { id: 'images', about: 'copies', title: 'Images in their registries' };
  return checkOf(subject, images, (all) => {
    const found = all.map(imageFinding);
    const count = (result: Finding['result']) =>
      found.filter((each) => each.result === result).length;
    const result = worst(found.map((each) => each.result));
    const says =
      found.length === 0
        ? 'The objects referred to no image.'
        : `${count('confirmed')} gone, ${count('left')} still in the registry, ${count('not known')} not to be seen. Deleting a project never deletes an image.`;
    return { result, says, found };
  });
}

function imageFinding({ image, found, digest, why }: ImageFact): Finding {
  if (found === 'gone')
    return { what: image, result: 'confirmed', says: 'The registry has it no more.' };
  if (found === 'not seen') return { what: image, result: 'not known', says: why };
  return {
    what: image,
    result: 'left',
    says:
      digest === null
        ? 'It is still in its registry.'
        : `It is still in its registry, as ${quoteName(digest)}.`,
  };
}

/** As people know it: `secret billing/db`, or Terraform's address. */
export function nameOf({ object, address }: EvidenceObject): string {
  if (object === null) return address ?? '';
  const { resource, namespace, name } = object;
  return `${resource.split('.')[0]} ${namespace === null ? '' : `${namespace}/`}${name}`;
}
