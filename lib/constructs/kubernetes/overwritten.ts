import type { TerraformResource } from 'cdktf';
import { isRecord, memberOf } from '../../base/guards.js';
import { quote } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { isReservedKey } from '../../model/metadata.js';

/**
 * What an escape hatch (`addOverride` on an object below a project) would take from our labels and
 * annotations. An aspect runs later than this, and isn't seen.
 */
export function overwrittenMarks(resource: TerraformResource): readonly Problem[] {
  const overrides: unknown = Reflect.get(resource, 'rawOverrides');
  const places = [
    memberOf(overrides, 'metadata'),
    memberOf(memberOf(overrides, 'manifest'), 'metadata'),
  ];
  return places.flatMap((metadata) => [...removed(metadata), ...reserved(metadata)]);
}

function removed(metadata: unknown): readonly Problem[] {
  if (metadata === null) return [problem('the metadata')];
  const fields = ['labels', 'annotations'].filter((field) => memberOf(metadata, field) === null);
  return fields.map((field) => problem(`all ${field}`));
}

function reserved(value: unknown): readonly Problem[] {
  if (Array.isArray(value)) return value.flatMap(reserved);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) =>
    isReservedKey(key) ? [problem(quote(key))] : reserved(entry),
  );
}

function problem(what: string): Problem {
  return {
    code: 'metadata/reserved',
    message: `An override sets ${what} of this object, which Reprieve writes itself.`,
    remedy: 'Leave out the keys below reprieve.dev: the protection of the object depends on them.',
  };
}
