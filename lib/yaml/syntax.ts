import {
  Composer,
  type CST,
  type Document,
  type ErrorCode,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  type ParsedNode,
  Parser,
  type YAMLError,
} from 'yaml';
import { quote } from '../base/inert.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { sourceAt } from './text.js';

/** A file's syntax: its nodes, and where each line starts. */
export interface YamlSyntax {
  readonly document: Document.Parsed<ParsedNode>;
  readonly lines: LineCounter;
}

/** How deep maps and lists may lie in one another. */
export const MAX_NESTING = 32;

/**
 * How many words, marks and spaces a file may consist of. It keeps a hostile file from taking
 * gigabytes, and is far more than a file within its size needs.
 */
export const MAX_LEXEMES = 2_000_000;

/** Problems beyond these are only counted. */
const MAX_PROBLEMS = 100;

/** What the library makes of `!!`. */
const CORE_TAG = /^tag:yaml\.org,2002:/;

/** A place in the text and what is wrong there. */
interface Fault {
  readonly offset: number;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/**
 * Reads text as one document of the YAML that people agree on: no anchors, aliases, merge keys or
 * tags, and every key is text. Numbers and `true` are read as such, timestamps stay text.
 *
 * @see https://yaml.org/spec/1.2.2/#103-core-schema
 */
export function parseSyntax(file: string, text: string): Checked<YamlSyntax> {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const toProblem = ({ offset, ...fault }: Fault): Problem => ({
    ...fault,
    source: sourceAt(file, lines, offset),
  });
  const tokens = tokensOf(text, lines);
  if (!Array.isArray(tokens)) return { problems: [toProblem(tokens)] };
  const [document, ...others] = compose(tokens, text.length, lines);
  if (document === undefined) return { problems: [] };
  const faults = [
    ...syntaxFaults(document.errors),
    ...others.slice(0, 1).map((other) => manyDocuments(other.range[0])),
    ...nodeFaults(document.contents),
  ];
  const problems = new Problems();
  for (const fault of faults.slice(0, MAX_PROBLEMS)) problems.add(toProblem(fault));
  const more = faults.length - MAX_PROBLEMS;
  if (more > 0) problems.add(manyMore(file, more));
  return problems.result({ document, lines });
}

/** Told instead of the problems that are too many to read. */
export function manyMore(file: string, count: number): Problem {
  return {
    code: 'yaml/many-problems',
    message: `There are ${count} more problems in this file.`,
    remedy: 'Correct those above first: the others often come from them.',
    source: { file },
  };
}

/** Splits text into tokens, stopping where it gets too deep to be read safely. */
function tokensOf(text: string, lines: LineCounter): CST.Token[] | Fault {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    lexemes += 1;
    if (nestingOf(parser.stack) > MAX_NESTING) return tooDeep(parser.offset);
    if (lexemes > MAX_LEXEMES) return tooMuch(parser.offset);
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/** How many of the parts that are being read are maps and lists. */
function nestingOf(stack: readonly CST.Token[]): number {
  if (stack.length <= MAX_NESTING) return 0;
  return stack.filter((token) => 'items' in token).length;
}

function compose(tokens: CST.Token[], length: number, lines: LineCounter) {
  const composer = new Composer<ParsedNode>({
    lineCounter: lines,
    stringKeys: true,
    // The library compares each key with all others, which takes hours for a hostile file.
    uniqueKeys: false,
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return [...composer.compose(tokens, true, length)];
}

function nodeFaults(root: ParsedNode | null): readonly Fault[] {
  const faults: Fault[] = [];
  const open: Node[] = root === null ? [] : [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const fault of faultsOf(node)) faults.push(fault);
    if (!isCollection(node)) continue;
    // Spread as arguments, the entries of a hostile file would not fit on the call stack.
    for (const child of childrenOf(node.items)) open.push(child);
  }
  return faults.sort((a, b) => a.offset - b.offset);
}

function childrenOf(items: readonly unknown[]): readonly Node[] {
  return items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item])).filter(isNode);
}

function faultsOf(node: Node): readonly Fault[] {
  const offset = node.range?.[0] ?? 0;
  if (isAlias(node)) return [noReuse(offset)];
  return [
    ...(node.anchor === undefined ? [] : [noReuse(offset)]),
    ...(node.tag === undefined ? [] : [noTag(offset, node.tag)]),
    ...(isMap(node) ? keyFaults(node.items) : []),
  ];
}

function keyFaults(pairs: readonly Pair[]): readonly Fault[] {
  const seen = new Set<unknown>();
  return pairs.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const offset = key.range?.[0] ?? 0;
    const faults = key.value === '<<' ? [noReuse(offset)] : [];
    if (seen.has(key.value)) faults.push(duplicateKey(offset, key.value));
    seen.add(key.value);
    return faults;
  });
}

function tooDeep(offset: number): Fault {
  return {
    offset,
    code: 'yaml/too-deep',
    message: `Maps and lists lie more than ${MAX_NESTING} deep in one another here.`,
    remedy: 'The formats need no more than ten: check the indentation and the brackets before.',
  };
}

function tooMuch(offset: number): Fault {
  return {
    offset,
    code: 'yaml/too-large',
    message: 'The file has too many parts to be read.',
    remedy: 'Check whether this is the file you mean.',
  };
}

function manyDocuments(offset: number): Fault {
  return {
    offset,
    code: 'yaml/many-documents',
    message: 'A second document starts here.',
    remedy: 'Put everything into one, and delete the line `---` between them.',
  };
}

function noReuse(offset: number): Fault {
  return {
    offset,
    code: 'yaml/alias',
    message: 'Anchors (&), aliases (*) and merge keys (<<) are not read here.',
    remedy: 'Write the value out: a reviewer should see it where it counts.',
  };
}

function noTag(offset: number, tag: string): Fault {
  return {
    offset,
    code: 'yaml/tag',
    message: `The tag ${quote(tag.replace(CORE_TAG, '!!'))} is not read here.`,
    remedy: 'Delete it. To have a number or `true` read as text, put it in quotes.',
  };
}

function duplicateKey(offset: number, key: unknown): Fault {
  return {
    offset,
    code: 'yaml/duplicate-key',
    message: `The key ${quote(key)} is there twice.`,
    remedy: 'Keep one of them: readers of YAML differ on which one counts.',
  };
}

/** The library's own sentences quote the text, which might be a secret. */
const SYNTAX_FAULTS: Readonly<Partial<Record<ErrorCode, readonly [string, string]>>> = {
  ALIAS_PROPS: ['An alias can have neither anchor nor tag.', 'Write the value out.'],
  BAD_ALIAS: ['This alias stands for nothing.', 'Write the value out.'],
  BAD_COLLECTION_TYPE: ['This tag does not fit what follows.', 'Delete the tag.'],
  BAD_DIRECTIVE: ['This line is no directive of YAML.', 'Delete the line with the %.'],
  BAD_DQ_ESCAPE: [
    'This escape is not one of double quotes.',
    'Write \\\\ for a backslash, or use single quotes, where a backslash is itself.',
  ],
  BAD_INDENT: [
    'The indentation does not fit.',
    'Give all keys of a map, and all entries of a list, the same number of spaces.',
  ],
  BAD_SCALAR_START: [
    'Text without quotes cannot start with this character.',
    'Put the text in quotes.',
  ],
  BLOCK_AS_IMPLICIT_KEY: [
    'A second `key: value` stands on this line.',
    'Start a new line for it, or put the value in quotes if it holds a colon.',
  ],
  BLOCK_IN_FLOW: ['An indented block stands inside brackets.', 'Close the bracket, or drop it.'],
  KEY_OVER_1024_CHARS: ['A key is longer than 1024 characters.', 'Check the quotes before it.'],
  MISSING_CHAR: [
    'Something is missing here: a quote, a bracket, a colon, a comma or a space.',
    'Complete it; a key is followed by a colon and a space.',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'A key runs over several lines.',
    'Put it on one line, followed by a colon and a space.',
  ],
  NON_STRING_KEY: ['A key has to be text.', 'Write a word as the key.'],
  RESOURCE_EXHAUSTION: ['This is too deep to be read.', 'Check the indentation and brackets.'],
  TAB_AS_INDENT: ['A tab is used to indent.', 'Use spaces.'],
  TAG_RESOLVE_FAILED: ['This tag is not known.', 'Delete it.'],
};

/** The library reports a bracket that is not closed as bad indentation, once for each bracket. */
const OPEN_BRACKET: readonly [string, string] = [
  'A bracket or brace is not closed here.',
  'Close it: `]` for a list, `}` for a map. On later lines, indent what is inside it.',
];

function syntaxFaults(errors: readonly YAMLError[]): readonly Fault[] {
  const faults = new Map<string, Fault>();
  for (const { code, message, pos } of errors) {
    const isOpen = code === 'BAD_INDENT' && message.startsWith('Flow ');
    const fault = syntaxFault(code, pos[0], isOpen ? OPEN_BRACKET : SYNTAX_FAULTS[code]);
    faults.set(`${fault.offset} ${fault.message}`, fault);
  }
  return [...faults.values()];
}

function syntaxFault(
  code: ErrorCode,
  offset: number,
  known: readonly [string, string] | undefined = SYNTAX_FAULTS[code],
): Fault {
  const [message, remedy] = known ?? [
    'This can not be read as YAML.',
    'Check the indentation, the colons and the quotes around here.',
  ];
  return { offset, code: 'yaml/syntax', message, remedy };
}
