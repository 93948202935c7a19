import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Ajv2020, CodeOptions, SchemaObject, ValidateFunction } from 'ajv/dist/2020.js';
import { ajv2020 } from '../base/ajv.js';
import { parseDuration } from '../base/duration.js';
import type { Checked } from '../base/problem.js';
import { parseDate, parseTimestamp } from '../base/timestamp.js';
import { parseTarget } from '../model/deletion-target.js';
import { checkProjectName, checkResourceName } from '../model/names.js';
import type { Documents, SchemaName } from './documents.js';

/**
 * Formats that the schemas name, and how each is read. `reprieve-…` are our own; editors, which
 * don't know them, take any text there.
 */
export const FORMATS: Readonly<Record<string, (text: string) => Checked<unknown>>> = {
  'date-time': parseTimestamp,
  'reprieve-date': parseDate,
  'reprieve-duration': parseDuration,
  'reprieve-project': (name) => ({ problems: checkProjectName(name) }),
  'reprieve-resource': (name) => ({ problems: checkResourceName(name) }),
  'reprieve-target': parseTarget,
};

/** How much a check looks for: whether anything is wrong, or everything that is. */
type Thoroughness = 'first' | 'all';

/** The name of the check of a whole file, beside those of its parts that are named under `$defs`. */
export const WHOLE = '';

/** Checks of one file that stop at the first error, as the build has written them. */
type Prepared = Readonly<Record<string, ValidateFunction | undefined>>;

const CHECKS: Readonly<Record<string, (text: string) => boolean>> = Object.fromEntries(
  Object.entries(FORMATS).map(([name, read]) => [
    name,
    (text: string) => read(text).problems.length === 0,
  ]),
);

const prepared = new Map<SchemaName, Prepared>();
const compilers = new Map<Thoroughness, Ajv2020>();
const schemas = new Map<string, SchemaObject>();

/** The check of a whole file. It stops at the first error, unless all are asked for. */
export function validatorOf<N extends SchemaName>(
  name: N,
  errors: Thoroughness = 'first',
): ValidateFunction<Documents[N]> {
  const ready = errors === 'first' ? preparedFor(name)[WHOLE] : undefined;
  if (isFor<Documents[N]>(ready)) return ready;
  return compilerFor(errors).compile<Documents[N]>(schemaOf(name));
}

/** The check of a part of a file, by its name under `$defs`. */
export function partValidatorOf<T>(name: SchemaName, definition: string): ValidateFunction<T> {
  const ready = preparedFor(name)[definition];
  if (isFor<T>(ready)) return ready;
  const key = `${name}#${definition}`;
  // Compiled once, since ajv remembers by the schema's identity.
  compilerFor('first').compile(schemaOf(name));
  const part = schemas.get(key) ?? { $ref: `${schemaOf(name)['$id']}#/$defs/${definition}` };
  schemas.set(key, part);
  return compilerFor('first').compile<T>(part);
}

/** A compiler for our own schemas. `code` is for who wants to keep what it writes. */
export function schemaCompiler(errors: Thoroughness, code: CodeOptions = {}): Ajv2020 {
  const Compiler = ajv2020();
  return new Compiler({
    strict: true,
    // Our own schemas are held against the meta-schema by a test, which takes longer than all else.
    validateSchema: false,
    allErrors: errors === 'all',
    verbose: true,
    discriminator: true,
    allowUnionTypes: true,
    formats: CHECKS,
    code,
  });
}

/** The check of JSON that a command has written, by its published schema. */
export function publishedValidator<T>(name: string): ValidateFunction<T> {
  return compilerFor('first').compile<T>(schemaOf(name));
}

export function schemaOf(name: string): SchemaObject {
  const known = schemas.get(name);
  if (known !== undefined) return known;
  const file = new URL(`../schemas/${name}.schema.json`, import.meta.url);
  const schema: SchemaObject = JSON.parse(readFileSync(file, 'utf8'));
  schemas.set(name, schema);
  return schema;
}

/** Where lib is run as it is, nothing is prepared. */
function preparedFor(name: SchemaName): Prepared {
  const known = prepared.get(name);
  if (known !== undefined) return known;
  const file = fileURLToPath(new URL(`./prepared/${name}.cjs`, import.meta.url));
  const prepare: (formats: typeof CHECKS) => Prepared = existsSync(file)
    ? createRequire(import.meta.url)(file)
    : () => ({});
  const checks = prepare(CHECKS);
  prepared.set(name, checks);
  return checks;
}

/** Whose schema says that its values are of a type. */
function isFor<T>(check: ValidateFunction | undefined): check is ValidateFunction<T> {
  return check !== undefined;
}

function compilerFor(errors: Thoroughness): Ajv2020 {
  const known = compilers.get(errors);
  if (known !== undefined) return known;
  const created = schemaCompiler(errors);
  compilers.set(errors, created);
  return created;
}
