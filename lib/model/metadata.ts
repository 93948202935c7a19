import { byteLength, isRecord, isText } from '../base/guards.js';
import { inert, quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { atMost } from '../base/texts.js';
import { isDnsSubdomain } from './names.js';
import type { MetadataSpec } from './specification.js';

/** The domain whose labels and annotations are written by this library alone. */
export const RESERVED_DOMAIN = 'reprieve.dev';

/** The name part of a key, and a label's value: at most 63 characters. */
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** All annotations of an object together, in bytes. */
const MAX_ANNOTATION_BYTES = 256 * 1024;

type Field = 'labels' | 'annotations';

/**
 * Checks a user's own labels and annotations. Empty ones are left out.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function checkMetadata(metadata: MetadataSpec): Checked<MetadataSpec> {
  const problems = new Problems();
  const labels = problems.take(checkEntries('labels', metadata.labels));
  const annotations = problems.take(checkEntries('annotations', metadata.annotations));
  return problems.result({
    ...(isEmpty(labels) ? {} : { labels: { ...labels } }),
    ...(isEmpty(annotations) ? {} : { annotations: { ...annotations } }),
  });
}

function isEmpty(entries: object | undefined): boolean {
  return entries === undefined || Object.keys(entries).length === 0;
}

function checkEntries(field: Field, entries: unknown): Checked<Readonly<Record<string, string>>> {
  if (entries === undefined) return { value: {}, problems: [] };
  if (!isRecord(entries)) return { problems: [wrongShape(field, entries)] };
  const found = Object.entries(entries).flatMap(([key, value]) => [
    ...checkKey(field, key),
    ...(isValue(field, value) ? [] : [wrongValue(field, key, value)]),
  ]);
  const problems = new Problems();
  problems.take({ problems: atMost(found) });
  const texts = Object.entries(entries).filter((entry): entry is [string, string] =>
    isText(entry[1]),
  );
  const bytes = texts.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (field === 'annotations' && bytes > MAX_ANNOTATION_BYTES) problems.add(tooLarge(bytes));
  return problems.result(Object.fromEntries(texts));
}

function checkKey(field: Field, key: string): readonly Problem[] {
  const [name = '', ...prefix] = key.split('/').reverse();
  const domain = prefix.reverse().join('/');
  if (isReserved(domain)) return [reserved(field, key)];
  const isKey = NAME.test(name) && (prefix.length === 0 || isDnsSubdomain(domain));
  return isKey ? [] : [wrongKey(field, key)];
}

/** Whether a key is one that only this library writes. */
export function isReservedKey(key: string): boolean {
  return key.includes('/') && isReserved(key.slice(0, key.lastIndexOf('/')));
}

/** Whether a key's prefix is the library's own domain or one below it, in any case of letters. */
function isReserved(domain: string): boolean {
  const lower = domain.toLowerCase();
  return lower === RESERVED_DOMAIN || lower.endsWith(`.${RESERVED_DOMAIN}`);
}

function isValue(field: Field, value: unknown): boolean {
  if (!isText(value)) return false;
  return field === 'annotations' || value === '' || NAME.test(value);
}

function reserved(field: Field, key: string): Problem {
  return {
    code: 'metadata/reserved',
    message: `\`${field}\` sets ${quote(key)}, which Reprieve writes itself.`,
    remedy: `Use a key outside of ${RESERVED_DOMAIN}: the protection of the object depends on these.`,
  };
}

function wrongKey(field: Field, key: string): Problem {
  return {
    code: 'metadata/key',
    message: `\`${field}\` has the key ${quote(key)}, which is not a valid one.`,
    remedy:
      'Use 1 to 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; a domain and a slash may come before them: example.org/team.',
  };
}

function wrongValue(field: Field, key: string, value: unknown): Problem {
  const rule =
    field === 'labels'
      ? 'Use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends. Longer text goes into an annotation.'
      : 'Use a text that UTF-8 can hold.';
  return {
    code: 'metadata/value',
    message: `\`${field}.${inert(key)}\` ${quote(value)} is not a valid value.`,
    remedy: rule,
  };
}

function wrongShape(field: Field, value: unknown): Problem {
  return {
    code: 'metadata/shape',
    message: `\`${field}\` is ${quote(value)}.`,
    remedy: `Write texts by key: { team: 'finance' }.`,
  };
}

function tooLarge(bytes: number): Problem {
  return {
    code: 'metadata/size',
    message: `\`annotations\` have ${bytes} bytes, more than the ${MAX_ANNOTATION_BYTES} that an object can have.`,
    remedy: 'Put large text into a config map.',
  };
}
