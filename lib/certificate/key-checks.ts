import { quoteName } from '../base/inert.js';
import { plural } from '../base/plural.js';
import { type Check, checkOf, type Finding, type Subject, worst } from './check.js';
import { type Facts, type KeyStatement, PLAIN, type StoredFact, UNREADABLE } from './facts.js';

export function rotationCheck({ encryption, etcd }: Facts): Check {
  const subject: Subject = {
    id: 'encryption/rotated',
    about: 'copies',
    title: 'Encryption key rotated since',
  };
  const { stored, statement } = encryption;
  return checkOf(subject, stored, (keys) => {
    const found = keys.map((each) => storedFinding(each, statement));
    const result = worst(found.map((each) => each.result));
    if (statement === null) {
      const says =
        'Nobody said with which key the objects were encrypted, so no key can be looked for.';
      return { result: 'not known', says, found };
    }
    const old = quoteName(statement.key);
    if (found.length === 0) {
      return { result: 'not known', says: 'This etcd has nothing that could carry a key.' };
    }
    if (result === 'left') {
      const says = `Objects in etcd still carry ${old}, or are secrets in plain text. Have them written again with the new key: \`npx reprieve encryption rotate\`.`;
      return { result, says, found };
    }
    if (result === 'not known') {
      return { result, says: 'Of some objects, the key can’t be read.', found };
    }
    if (etcd.kind !== 'seen' || etcd.is.isOfCluster !== 'yes') {
      const says = `No object in this etcd carries ${old}, but it is not known to be the etcd of the cluster that the evidence was taken in.`;
      return { result: 'not known', says, found };
    }
    return { result: 'confirmed', says: `No object in etcd carries ${old} any more.`, found };
  });
}

/** Only secrets have to be encrypted: whatever else is in plain text carries no key. */
function storedFinding(
  { folder, key, objects }: StoredFact,
  statement: KeyStatement | null,
): Finding {
  // Of a key management service, the name may go on with the key's own id.
  const isOld = statement !== null && `${key}:`.startsWith(`${statement.key}:`);
  const known = { what: `${folder}: ${key}`, says: `${plural(objects, 'stored object')}.` };
  if (key === UNREADABLE) return { ...known, result: 'not known' };
  if (key === PLAIN) return { ...known, result: folder === 'secrets' ? 'left' : 'not applicable' };
  return { ...known, result: isOld ? 'left' : 'confirmed' };
}

export function keyCheck({ encryption: { statement, stored } }: Facts): Check {
  const subject: Subject = {
    id: 'encryption/old-key',
    about: 'copies',
    title: 'Old encryption key destroyed',
  };
  if (statement === null && stored.kind === 'not applicable') {
    return { ...subject, result: stored.kind, says: stored.why, found: [] };
  }
  if (statement === null) {
    const says = 'Nobody has stated it. Reprieve can’t see a key management service.';
    return { ...subject, result: 'not known', says, found: [] };
  }
  const { key, by, destroyedAt } = statement;
  const says = `Stated by ${quoteName(by)}: ${quoteName(key)} was destroyed at ${destroyedAt}. Not confirmed by a key management service.`;
  return { ...subject, result: 'stated', says, found: [] };
}
