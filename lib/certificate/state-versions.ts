import { isRecord, memberOf } from '../base/guards.js';
import { withoutIndex } from '../state/address.js';
import type { Evidence } from './evidence.js';

/**
 * Which of a deletion's objects a stored state has, by uid or by what the evidence calls them; null
 * where it is no state that can be read.
 */
export function objectsInStored(text: string, evidence: Evidence): readonly string[] | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const resources = memberOf(json, 'resources');
  if (!Array.isArray(resources)) return null;
  const stored = resources.filter(isRecord).flatMap(instancesOf);
  const known = evidence.objects.filter(({ address, uid }) =>
    stored.some((each) =>
      uid === null ? each.address === withoutIndex(address ?? '') : each.text.includes(`"${uid}"`),
    ),
  );
  return known.map(({ address, uid }) => address ?? uid ?? '');
}

function instancesOf(resource: Readonly<Record<string, unknown>>) {
  const { module, mode, type, name, instances } = resource;
  if (mode !== 'managed' || !Array.isArray(instances)) return [];
  const inside = typeof module === 'string' ? `${module}.` : '';
  return instances.filter(isRecord).map(({ attributes }) => ({
    address: `${inside}${String(type)}.${String(name)}`,
    // A record of ours repeats uids, and is no object.
    text: isOurRecord(attributes) ? '' : JSON.stringify(identity(attributes)),
  }));
}

/** Only what can name an object: a uid that stands in a secret's content is of no interest. */
function identity(attributes: unknown): unknown {
  const object = memberOf(memberOf(attributes, 'object'), 'value');
  return [
    memberOf(attributes, 'id'),
    memberOf(attributes, 'metadata'),
    memberOf(object, 'metadata'),
  ];
}

function isOurRecord(attributes: unknown): boolean {
  const version = memberOf(memberOf(memberOf(attributes, 'input'), 'value'), 'api_version');
  return typeof version === 'string' && version.startsWith('reprieve/');
}
