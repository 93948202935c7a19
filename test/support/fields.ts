import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FieldFile, FieldSchema } from '../../lib/policy/fields/schema.js';
import { ROOT } from './scratch.js';

/** What is kept of an API's fields, as text. */
export function fieldText(name: 'kubernetes' | 'terraform'): string {
  return readFileSync(join(ROOT, `lib/schemas/fields/${name}.json`), 'utf8');
}

/** What is kept of an API's fields. */
export function fieldFile(name: 'kubernetes' | 'terraform'): FieldFile {
  return JSON.parse(fieldText(name));
}

/** A value that has everything that a schema says can be there. */
export function fullValue(schema: FieldSchema, { $defs }: Pick<FieldFile, '$defs'>): unknown {
  if (schema.$ref !== undefined) {
    return fullValue($defs[schema.$ref.replace('#/$defs/', '')] ?? {}, { $defs });
  }
  const inner = (each: FieldSchema) => fullValue(each, { $defs });
  const { type, properties, additionalProperties, items } = schema;
  if (type === 'array') return [inner(items ?? {})];
  if (properties !== undefined) {
    return Object.fromEntries(
      Object.entries(properties).map(([name, each]) => [name, inner(each)]),
    );
  }
  if (type === 'object') return additionalProperties ? { key: inner(additionalProperties) } : {};
  return new Map<unknown, unknown>([
    ['string', '1'],
    ['number', 1],
    ['boolean', true],
  ]).get(type);
}
