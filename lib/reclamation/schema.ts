import { readFileSync } from 'node:fs';
import { Ajv2020, type SchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { checkProjectName } from '../model/names.js';
import type { Checked } from '../model/problem.js';
import type { Documents, SchemaName } from './documents.js';
import { parseDuration } from './duration.js';
import { parseTarget } from './target.js';
import { parseDate, parseTimestamp } from './timestamp.js';

/**
 * Formats that the schemas name, and how each is read. `reprieve-…` are our own; editors, which
 * don't know them, take any text there.
 */
export const FORMATS: Readonly<Record<string, (text: string) => Checked<unknown>>> = {
  'date-time': parseTimestamp,
  'reprieve-date': parseDate,
  'reprieve-duration': parseDuration,
  'reprieve-project': (name) => ({ problems: checkProjectName(name) }),
  'reprieve-target': parseTarget,
};

/** How much a check looks for: whether anything is wrong, or everything that is. */
type Thoroughness = 'first' | 'all';

/** Loading and compiling takes a tenth of a second, so it waits until a file is read. */
const compilers = new Map<Thoroughness, Ajv2020>();
const schemas = new Map<string, SchemaObject>();

/** The check of a whole file. It stops at the first error, unless all are asked for. */
export function validatorOf<N extends SchemaName>(
  name: N,
  errors: Thoroughness = 'first',
): ValidateFunction<Documents[N]> {
  return compilerFor(errors).compile<Documents[N]>(schemaOf(name));
}

/** The check of a part of a file, by its name under `$defs`. */
export function partValidatorOf<T>(name: SchemaName, definition: string): ValidateFunction<T> {
  // Compiled once, since ajv remembers by the schema's identity.
  validatorOf(name);
  const key = `${name}#${definition}`;
  const part = schemas.get(key) ?? { $ref: `${schemaOf(name)['$id']}#/$defs/${definition}` };
  schemas.set(key, part);
  return compilerFor('first').compile<T>(part);
}

function schemaOf(name: SchemaName): SchemaObject {
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const file = new URL(`../schemas/${name}.schema.json`, import.meta.url);
  const schema: SchemaObject = JSON.parse(readFileSync(file, 'utf8'));
  schemas.set(name, schema);
  return schema;
}

function compilerFor(errors: Thoroughness): Ajv2020 {
  const known = compilers.get(errors);
  if (known !== undefined) return known;
  const created = new Ajv2020({
    strict: true,
    // Our own schemas are held against the meta-schema by a test, which takes longer than all else.
    validateSchema: false,
    allErrors: errors === 'all',
    verbose: true,
    discriminator: true,
    allowUnionTypes: true,
    formats: Object.fromEntries(
      Object.entries(FORMATS).map(([name, read]) => [
        name,
        (text: string) => read(text).problems.length === 0,
      ]),
    ),
  });
  compilers.set(errors, created);
  return created;
}
