import { isMap, isPair, isScalar, isSeq, type Node, type Pair, visit } from 'yaml';
import { quoteName } from '../base/inert.js';
import type { Checked, Problem } from '../base/problem.js';
import { shellWord } from '../base/shell.js';
import type { YamlFile, YamlPath } from '../yaml/path.js';
import { parseSyntax, type YamlSyntax } from '../yaml/syntax.js';
import { checkText, sourceAt } from '../yaml/text.js';
import { type Documents, EMPTY_DOCUMENTS, type SchemaName } from './documents.js';
import { validatorOf } from './schema.js';
import { schemaProblems } from './schema-problems.js';

export type { YamlFile, YamlPath } from '../yaml/path.js';

/**
 * The largest file that is read, in characters: 1 MiB. The lock may have 16, since it holds
 * every item of every project, texts of config maps among them.
 */
export const MAX_LENGTH: Readonly<Record<SchemaName, number>> = {
  deletions: 2 ** 20,
  reprieve: 2 ** 20,
  'projects.lock': 2 ** 24,
  policy: 2 ** 20,
};

const CONFLICT_REMEDIES: Readonly<Partial<Record<SchemaName, string>>> = {
  'projects.lock':
    'Keep the projects of both sides, each one a whole block and only once, and delete the three lines of markers. Then run `npx cdktf synth`, which brings the file up to date with the code.',
};

/**
 * Reads a YAML file and checks it against its schema. Every problem carries the line and column
 * of the value that it is about. A file without content is a problem too: somebody emptied it.
 */
export function parseYamlFile<N extends SchemaName>(
  file: string,
  text: string,
  schema: N,
): Checked<YamlFile<Documents[N]>> {
  const opened = openYamlFile(file, text, schema);
  if (opened.value === undefined) return { problems: opened.problems };
  const { value, ...places } = opened.value;
  if (validatorOf(schema)(value)) return { value: { ...places, value }, problems: [] };
  return { problems: schemaProblems(schema, opened.value) };
}

/** Reads a YAML file without a look at its schema: for readers that go on past a wrong entry. */
export function openYamlFile(
  file: string,
  text: string,
  schema: SchemaName,
): Checked<YamlFile<unknown>> {
  return openYaml(file, text, {
    maxLength: MAX_LENGTH[schema],
    ifMeant: IF_MEANT[schema],
    conflictRemedy: CONFLICT_REMEDIES[schema],
    exact: EXACT.has(schema),
  });
}

/** How a file is opened that has no schema of ours. */
export interface YamlLimits {
  /** In characters. */
  readonly maxLength: number;
  /** What to write where a file is to say nothing. */
  readonly ifMeant?: string | undefined;
  readonly conflictRemedy?: string | undefined;
  /** Whether whole numbers that a double would change are bigints. @default false */
  readonly exact?: boolean;
}

/** Reads any YAML file, with the place of each of its values. */
export function openYaml(
  file: string,
  text: string,
  { maxLength, ifMeant, conflictRemedy, exact = false }: YamlLimits,
): Checked<YamlFile<unknown>> {
  if (text.length > maxLength) return { problems: [tooLarge(file, maxLength)] };
  const faults = checkText(file, text, conflictRemedy);
  if (faults.length > 0) return { problems: faults };
  const parsed = parseSyntax(file, text);
  if (parsed.value === undefined) return { problems: parsed.problems };
  const { contents } = parsed.value.document;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  if (isEmpty) return { problems: [withoutContent(file, ifMeant)] };
  if (exact) keepWholeNumbers(parsed.value);
  return { value: fileOf(file, parsed.value), problems: [] };
}

/** Files with numbers that something else is compared with. */
const EXACT: ReadonlySet<SchemaName> = new Set(['policy', 'reprieve']);

/** A whole number that a double would change is a bigint. */
function keepWholeNumbers({ document }: YamlSyntax): void {
  visit(document, {
    Scalar: (_, node) => {
      const { value, source = '' } = node;
      const isChanged = typeof value === 'number' && !Number.isSafeInteger(value);
      if (isChanged && /^-?\d{16,}$/.test(source)) node.value = BigInt(source);
    },
  });
}

/** A file that isn't there: the empty document. */
export function missingYamlFile<N extends SchemaName>(
  file: string,
  schema: N,
): YamlFile<Documents[N]> {
  const nowhere = () => ({ file });
  return { file, value: EMPTY_DOCUMENTS[schema], at: nowhere, keyAt: nowhere };
}

function fileOf(file: string, syntax: YamlSyntax): YamlFile<unknown> {
  const { contents } = syntax.document;
  const place = (path: YamlPath, pick: 'key' | 'value') =>
    sourceAt(file, syntax.lines, offsetOf(contents, path, pick));
  return {
    file,
    value: syntax.document.toJS({ maxAliasCount: 0 }),
    at: (path) => place(path, 'value'),
    keyAt: (path) => place(path, 'key'),
  };
}

function offsetOf(root: Node | null, path: YamlPath, pick: 'key' | 'value'): number {
  let node: unknown = root;
  let offset = startOf(root) ?? 0;
  for (const [depth, step] of path.entries()) {
    const entry = entryAt(node, step);
    if (entry === undefined) return offset;
    const isLast = depth === path.length - 1;
    const [key, value] = isPair(entry) ? [startOf(entry.key), entry.value] : [undefined, entry];
    const preferKey = isLast && pick === 'key';
    offset = (preferKey ? (key ?? startOf(value)) : (startOf(value) ?? key)) ?? offset;
    node = value;
  }
  return offset;
}

function entryAt(node: unknown, step: string | number): Pair | Node | undefined {
  if (isSeq<Node>(node)) return node.items[Number(step)];
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => isScalar(key) && key.value === String(step));
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) ? node.range?.[0] : undefined;
}

/** What an empty file would mean, had somebody wanted it so. */
const IF_MEANT: Readonly<Partial<Record<SchemaName, string>>> = {
  deletions: 'If it is to have no requests, write `version: 1` and `deletions: []`.',
  reprieve: 'If the defaults are to hold, write `version: 1`.',
  'projects.lock': 'If nothing was ever deployed, remove the file: synth writes it.',
};

/**
 * An interrupted write or a bad merge leaves such a file. What it said would be lost without a word:
 * the projects that have existed, the requests of running deletions, the rules.
 */
function withoutContent(file: string, ifMeant: string | undefined): Problem {
  return {
    code: 'yaml/empty',
    message: `${quoteName(file)} has no content.`,
    remedy: [
      `Restore it: git checkout HEAD -- ${shellWord(file)}`,
      ...(ifMeant === undefined ? [] : [`  ${ifMeant}`]),
    ].join('\n'),
    source: { file },
  };
}

function tooLarge(file: string, maxLength: number) {
  return {
    code: 'yaml/too-large',
    message: `The file is larger than ${maxLength / 2 ** 20} MiB.`,
    remedy: 'Check whether this is the file you mean.',
    source: { file },
  };
}
