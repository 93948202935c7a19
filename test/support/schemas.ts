import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type SchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { ROOT } from './scratch.js';

/** A schema that is published with the package. */
export function publishedSchema(name: string): SchemaObject {
  return JSON.parse(readFileSync(join(ROOT, `lib/schemas/${name}.schema.json`), 'utf8'));
}

/** The check of what is printed against the schema that is published for it. */
export function publishedValidator(name: string): ValidateFunction {
  return new Ajv2020({ allowUnionTypes: true }).compile(publishedSchema(name));
}
