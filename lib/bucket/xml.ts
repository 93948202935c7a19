/** An element with its text, or with the elements in it. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const MAX_DEPTH = 8;
/** A page has 1,000 versions at most, each with about ten elements. */
const MAX_ELEMENTS = 50_000;
/** A tag, or what is between tags. Everything else that XML knows is refused. */
const TOKEN =
  /<(\/?)([A-Za-z_][\w.-]{0,99})((?:\s{1,9}[A-Za-z_][\w:.-]{0,99}="[^"<]{0,999}"){0,9})\s{0,9}(\/?)>|([^<]+)/y;
const DECLARATION = /^\uFEFF?(?:<\?xml version="1\.0"(?: [a-z]+="[\w-]{1,20}"){0,2}\s?\?>)?/;

/**
 * Reads the small part of XML that S3 answers in: elements and text. Document types, and with them
 * entities of one's own, comments, CDATA and instructions are refused, as is whatever isn't well-formed.
 * Undefined where it is.
 */
export function readXml(bytes: Uint8Array): XmlElement | undefined {
  const text = decoded(bytes);
  if (text === undefined) return undefined;
  const reading: Reading = { open: [{ name: '', text: '', children: [] }], elements: 0 };
  const scanner = new RegExp(TOKEN);
  scanner.lastIndex = DECLARATION.exec(text)?.[0].length ?? 0;
  while (scanner.lastIndex < text.length) {
    const token = scanner.exec(text);
    if (token === null || !take(reading, token)) return undefined;
  }
  const [top] = reading.open;
  return reading.open.length === 1 && top?.children.length === 1 ? top.children[0] : undefined;
}

interface Reading {
  /** From the document itself to the innermost element. */
  readonly open: Open[];
  elements: number;
}

/** Takes one token; false where it has no place there. */
function take(reading: Reading, token: RegExpExecArray): boolean {
  const [, slash, name = '', attributes, end, between] = token;
  if (between !== undefined) return takeText(reading, between);
  if (slash !== '/') return begin(reading, name, end === '/');
  const inside = reading.open.at(-1);
  const isEnd = inside?.name === name && attributes === '' && end === '';
  return isEnd && reading.open.pop() !== undefined;
}

function takeText({ open }: Reading, between: string): boolean {
  const plain = unescaped(between);
  const inside = open.at(-1);
  if (plain === undefined || inside === undefined) return false;
  inside.text += plain;
  return open.length > 1 || plain.trim() === '';
}

function begin(reading: Reading, name: string, isEmpty: boolean): boolean {
  const element: Open = { name, text: '', children: [] };
  reading.elements += 1;
  if (reading.elements > MAX_ELEMENTS || reading.open.length > MAX_DEPTH) return false;
  reading.open.at(-1)?.children.push(element);
  if (!isEmpty) reading.open.push(element);
  return true;
}

/** The text of the one element of a name; undefined where there is none, or several. */
export function textOf(element: XmlElement, name: string): string | undefined {
  const [only, ...others] = element.children.filter((each) => each.name === name);
  return only === undefined || others.length > 0 || only.children.length > 0
    ? undefined
    : only.text;
}

interface Open extends XmlElement {
  text: string;
  readonly children: Open[];
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return FORBIDDEN.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** What XML 1.0 has no place for, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function unescaped(text: string): string | undefined {
  let isSound = true;
  const plain = text.replaceAll(/&([^;&]{0,10})(;?)/g, (_, name: string, end: string) => {
    const found =
      end === ';' ? (Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : byNumber(name)) : undefined;
    isSound &&= found !== undefined;
    return found ?? '';
  });
  return isSound ? plain : undefined;
}

function byNumber(name: string): string | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
  const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  const text = isCharacter ? String.fromCodePoint(code) : '\0';
  return FORBIDDEN.test(text) ? undefined : text;
}
