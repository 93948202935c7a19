import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type SchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { FORMATS } from '../../lib/files/schema.js';
import { ROOT } from './scratch.js';

/** A schema that is published with the package. */
export function publishedSchema(name: string): SchemaObject {
  return JSON.parse(readFileSync(join(ROOT, `lib/schemas/${name}.schema.json`), 'utf8'));
}

/** The check of what is printed against the schema that is published for it. */
export function publishedValidator(name: string): ValidateFunction {
  return new Ajv2020({ allowUnionTypes: true }).compile(publishedSchema(name));
}

const ajv = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  discriminator: true,
  allErrors: true,
  formats: Object.fromEntries(
    Object.entries(FORMATS).map(([name, read]) => [
      name,
      (text: string) => read(text).problems.length === 0,
    ]),
  ),
});
for (const name of ['projects.lock', 'output']) {
  ajv.addSchema(publishedSchema(name));
}

/** What is wrong with a command's output, by the part of the published schema that it has. */
export function outputFaults(definition: string, output: unknown): readonly string[] {
  const validate = ajv.getSchema(
    `https://reprieve.dev/schemas/output.schema.json#/$defs/${definition}`,
  );
  if (validate === undefined) throw new Error(`The schema has no ${definition}.`);
  if (validate(output) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
