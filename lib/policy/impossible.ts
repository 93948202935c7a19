import { isOfOtherVersion } from './fields/api-versions.js';
import type { Fields } from './fields/fields.js';
import { impossibleInSchema } from './json-schema/field-walk.js';
import { type Impossibility, noTarget, otherTarget } from './json-schema/impossibility.js';
import { Outline } from './json-schema/outline.js';
import type { Policy } from './policy.js';

/**
 * What a policy asks for that its target can't have: names, types and values that never occur. The
 * policy says nothing there, whatever the object is. Only what is certain is reported.
 */
export function impossibleIn(
  { document, schemas }: Pick<Policy, 'document' | 'schemas'>,
  fields: Fields,
): readonly Impossibility[] {
  const types = fields.missingType(document.target);
  if (types !== undefined) return [noTarget(document.target, types)];
  const meant = fields.meantTarget(document.target);
  if (meant !== undefined) return [otherTarget(document.target, meant)];
  const shape = fields.of(document);
  if (isOfOtherVersion(schemas, shape)) return [];
  const ofKinds = (kinds: readonly string[]) => fields.ofKinds(kinds);
  return Object.entries(schemas).flatMap(([root, schema]) =>
    impossibleInSchema({ root, outline: new Outline(schema), shape, ofKinds }),
  );
}
