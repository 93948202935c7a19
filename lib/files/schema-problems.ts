import type { AnySchemaObject, ErrorObject } from 'ajv/dist/2020.js';
import { quote } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import type { Problem, Source } from '../base/problem.js';
import { formatPath, type YamlFile, type YamlPath } from '../yaml/path.js';
import { manyMore } from '../yaml/syntax.js';
import type { SchemaName } from './documents.js';
import { FORMATS, validatorOf } from './schema.js';

/** Problems beyond these are only counted. */
const MAX_PROBLEMS = 100;

/**
 * Beyond these sizes only the first error is looked for: ajv copies all errors found so far for
 * every entry of a list, which would take hours for a hostile file.
 */
const MAX_VALUES = 200_000;
const MAX_ENTRIES = 2000;

/** What is wrong and what to do, without where. */
type Finding = Pick<Problem, 'code' | 'message' | 'remedy'>;

/** One of ajv's errors, with its place in the file. */
interface SchemaError {
  readonly error: ErrorObject;
  readonly path: YamlPath;
  /** How the value is called in a message. */
  readonly name: string;
  /** The schema of the value, or of the object around it. */
  readonly schema: AnySchemaObject;
}

/** Everything in which a file departs from its schema, each at its line and column. */
export function schemaProblems(name: SchemaName, file: YamlFile<unknown>): readonly Problem[] {
  if (validatorOf(name)(file.value)) return [];
  const validate = validatorOf(name, isHuge(file.value) ? 'first' : 'all');
  validate(file.value);
  const errors = withoutBranches(validate.errors ?? []);
  const problems = errors.slice(0, MAX_PROBLEMS).map((error) => toProblem(error, file));
  const more = errors.length - MAX_PROBLEMS;
  return more > 0 ? [...problems, manyMore(file.file, more)] : problems;
}

/** Whether a value, or a list or map in it, has more parts than any honest file. */
function isHuge(root: unknown): boolean {
  const open: unknown[] = [root];
  let count = 0;
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const parts: readonly unknown[] = isObject(value) ? Object.values(value) : [];
    count += parts.length;
    if (parts.length > MAX_ENTRIES || count > MAX_VALUES) return true;
    for (const part of parts) open.push(part);
  }
  return false;
}

/**
 * Where no alternative of a value fits, ajv tells what is wrong with each of them, and then that
 * none fits. Only the last is of use. The same goes for names of keys.
 */
function withoutBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'oneOf');
  const failed = new Set(choices.map(({ instancePath }) => instancePath));
  const isBranch = ({ keyword, instancePath }: ErrorObject) =>
    keyword !== 'oneOf' && lineage(instancePath).some((pointer) => failed.has(pointer));
  return errors.filter(
    (error) => error.keyword !== 'propertyNames' && error.keyword !== 'if' && !isBranch(error),
  );
}

/** A JSON pointer and those of everything around it. */
function lineage(pointer: string): readonly string[] {
  const pointers = [pointer];
  for (let end = pointer.lastIndexOf('/'); end > 0; end = pointer.lastIndexOf('/', end - 1)) {
    pointers.push(pointer.slice(0, end));
  }
  return pointers;
}

function toProblem(error: ErrorObject, file: YamlFile<unknown>): Problem {
  const around = pathOf(error.instancePath, file.value);
  const key = keyOf(error);
  const path = key === undefined ? around : [...around, key];
  const name = path.length === 0 ? 'The file' : `\`${formatPath(path)}\``;
  const schema: AnySchemaObject = error.parentSchema ?? {};
  const finding = (FINDINGS[error.keyword] ?? otherValue)({ error, path, name, schema });
  return { ...finding, ...placeOf(error, path, file) };
}

/** The key that an error is about, where its own path only leads to the object around it. */
function keyOf(error: ErrorObject): string | undefined {
  const { params, propertyName } = error;
  const key: unknown =
    propertyName ??
    params['additionalProperty'] ??
    params['missingProperty'] ??
    (error.keyword === 'discriminator' ? params['tag'] : undefined);
  return typeof key === 'string' ? key : undefined;
}

function placeOf(
  error: ErrorObject,
  path: YamlPath,
  file: YamlFile<unknown>,
): { readonly path?: string; readonly source: Source } {
  const isAboutKey = error.keyword === 'additionalProperties' || error.propertyName !== undefined;
  const source = isAboutKey ? file.keyAt(path) : file.at(path);
  return path.length === 0 ? { source } : { path: formatPath(path), source };
}

/** A JSON pointer as a path: only the value tells an index from a key that is a number. */
function pathOf(pointer: string, root: unknown): YamlPath {
  const path: (string | number)[] = [];
  let value = root;
  for (const escaped of pointer.split('/').slice(1)) {
    const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(key) : key);
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return path;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const FINDINGS: Readonly<Record<string, (error: SchemaError) => Finding>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  type: wrongType,
  enum: notInList,
  const: notInList,
  discriminator: notInList,
  format: wrongFormat,
  'false schema': outOfPlace,
};

function unknownKey({ path, schema }: SchemaError): Finding {
  const key = String(path.at(-1));
  const known = Object.keys(schema['properties'] ?? {});
  return {
    code: 'schema/unknown-key',
    message: `${quote(key)} is not a key that is known here.${didYouMean(key, known)}`,
    remedy: `Known keys: ${known.join(', ')}.`,
  };
}

function missingKey({ path, schema }: SchemaError): Finding {
  const key = String(path.at(-1));
  const around = formatPath(path.slice(0, -1));
  const property: unknown = schema['properties']?.[key];
  const purpose = isObject(property) ? descriptionOf(property) : undefined;
  return {
    code: 'schema/missing-key',
    message: `${around === '' ? 'The file' : `\`${around}\``} lacks \`${key}\`.`,
    remedy: `Add \`${key}: …\`${purpose === undefined ? '.' : `: ${purpose}`}`,
  };
}

/** The value itself isn't printed: it may be a credential in the wrong place. */
function wrongType({ error, name, schema }: SchemaError): Finding {
  const found = typeName(error.data);
  const wanted = [schema['type']].flat().map((type) => TYPE_NAMES[String(type)] ?? String(type));
  const isBare = found === 'a number' || found === 'true or false';
  const remedy =
    wanted.includes('text') && isBare && schema['format'] === undefined
      ? 'Put the value in quotes.'
      : `Write ${wanted.join(' or ')} there${explain(schema)}`;
  return {
    code: 'schema/type',
    message: `${name} is ${found}; it has to be ${wanted.join(' or ')}.`,
    remedy,
  };
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
};

function typeName(value: unknown): string {
  if (value === null) return 'empty';
  const type = Array.isArray(value) ? 'array' : typeof value;
  return TYPE_NAMES[type] ?? type;
}

function notInList({ error, name, schema }: SchemaError): Finding {
  const { params, data } = error;
  const value: unknown = error.keyword === 'discriminator' ? params['tagValue'] : data;
  const allowed = allowedValues(error, schema).map(String);
  const hint = typeof value === 'string' ? didYouMean(value, allowed) : '';
  return {
    code: 'schema/value',
    message: `${name} is ${quote(value)}, which is not allowed.${hint}`,
    remedy: `Write ${allowed.join(' or ')}.`,
  };
}

function allowedValues({ params }: ErrorObject, schema: AnySchemaObject): readonly unknown[] {
  if (Array.isArray(params['allowedValues'])) return params['allowedValues'];
  if ('allowedValue' in params) return [params['allowedValue']];
  const branches: readonly AnySchemaObject[] = schema['oneOf'] ?? [];
  return branches.map((branch) => branch['properties']?.[params['tag']]?.const);
}

function wrongFormat({ error, name, schema }: SchemaError): Finding {
  const read = FORMATS[error.params['format']];
  const [problem] = typeof error.data === 'string' ? (read?.(error.data).problems ?? []) : [];
  if (problem === undefined) return otherValue({ error, name, schema, path: [] });
  return { code: problem.code, message: `${name}: ${problem.message}`, remedy: problem.remedy };
}

function outOfPlace({ name, schema }: SchemaError): Finding {
  return {
    code: 'schema/out-of-place',
    message: `${name} has no place beside what stands around it.`,
    remedy: `Delete it${explain(schema)}`,
  };
}

function otherValue({ error, name, schema }: SchemaError): Finding {
  const rule = RULES[error.keyword]?.(error.params['limit']) ?? 'does not have the form it needs';
  const value: unknown = error.propertyName ?? error.data;
  return {
    code: 'schema/value',
    message: isShown(value, schema)
      ? `${name} is ${quote(value)}: it ${rule}.`
      : `${name} ${rule}.`,
    remedy: descriptionOf(schema) ?? 'Correct it.',
  };
}

const RULES: Readonly<Record<string, (limit: unknown) => string>> = {
  minLength: (limit) => (limit === 1 ? 'is empty' : `has fewer than ${limit} characters`),
  maxLength: (limit) => `has more than ${limit} characters`,
  minimum: (limit) => `is less than ${limit}`,
  maximum: (limit) => `is more than ${limit}`,
  minItems: (limit) => `has fewer than ${limit} entries`,
  maxItems: (limit) => `has more than ${limit} entries`,
  minProperties: (limit) => `has fewer than ${limit} entries`,
  maxProperties: (limit) => `has more than ${limit} entries`,
};

/** Values are left out where a credential might stand by mistake: the schema marks such places. */
function isShown(value: unknown, schema: AnySchemaObject): boolean {
  return typeof value !== 'object' && schema['writeOnly'] !== true;
}

function explain(schema: AnySchemaObject): string {
  const description = descriptionOf(schema);
  return description === undefined ? '.' : `: ${description}`;
}

function descriptionOf(schema: Readonly<Record<string, unknown>>): string | undefined {
  const { description } = schema;
  return typeof description === 'string' ? description : undefined;
}
