import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Pair,
  type YAMLSeq,
} from 'yaml';

/** Where an entry of a list in indented style stands in the text. */
interface ItemPlace {
  /** The offset of its dash. */
  readonly dash: number;
  /** The offset just after its last value. */
  readonly end: number;
}

/** Where a list stands in the text; only what can be edited line by line has a place. */
export interface ListPlace {
  /** The offset just after the colon of the list's key. */
  readonly colon: number;
  /** The column of the key, from 0. */
  readonly column: number;
  readonly items: readonly ItemPlace[];
  /** What stands for a list without entries: `[]`, or nothing at all. */
  readonly empty: readonly [start: number, end: number];
}

/**
 * Finds the list under a key of a document that was parsed with its source tokens. Undefined
 * where there is none, or where it is written in brackets.
 */
export function findList(document: Document, text: string, key: string): ListPlace | undefined {
  const pair = pairOf(document, key);
  const start = isNode(pair?.key) ? pair.key.range : undefined;
  if (pair === undefined || !start) return undefined;
  const colon = text.indexOf(':', start[1]) + 1;
  const column = start[0] - lineStart(text, start[0]);
  const { value } = pair;
  if (isScalar(value) && value.value === null) {
    return { colon, column, items: [], empty: [colon, colon] };
  }
  if (!isSeq(value) || !value.range) return undefined;
  if (value.items.length === 0) {
    if (!/^\[\s*\]$/.test(text.slice(value.range[0], value.range[1]))) return undefined;
    return { colon, column, items: [], empty: [value.range[0], value.range[1]] };
  }
  const items = itemPlaces(value);
  return items === undefined ? undefined : { colon, column, items, empty: [colon, colon] };
}

/** The text without one of several entries, its own comments included. */
export function removeItem(text: string, place: ListPlace, index: number): string {
  const [from, to] = extentOf(text, place, index);
  return text.slice(0, from) + text.slice(to);
}

/** The text without the only entry. */
export function emptyList(text: string, place: ListPlace): string {
  const [from, to] = extentOf(text, place, 0);
  return `${text.slice(0, place.colon)} []${text.slice(place.colon, from)}${text.slice(to)}`;
}

/** The text with one more entry at the end; `lines` are the entry's, without their indentation. */
export function insertItem(text: string, place: ListPlace, lines: readonly string[]): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const last = place.items.length - 1;
  const head =
    last === -1 ? withoutEmpty(text, place) : { text, at: extentOf(text, place, last)[1] };
  const first = place.items[0]?.dash;
  const column = first === undefined ? place.column + 2 : first - lineStart(text, first);
  const indent = ' '.repeat(column);
  const entry = lines.map((line) => `${indent}${line}${newline}`).join('');
  const before = head.text.slice(0, head.at);
  const gap = before.endsWith('\n') ? '' : newline;
  return before + gap + entry + head.text.slice(head.at);
}

function pairOf(document: Document, key: string): Pair | undefined {
  if (!isMap(document.contents)) return undefined;
  return document.contents.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function itemPlaces(list: YAMLSeq): readonly ItemPlace[] | undefined {
  const token = list.srcToken;
  if (token?.type !== 'block-seq') return undefined;
  const dashes = token.items.flatMap(({ start }) =>
    start.filter(({ type }) => type === 'seq-item-ind').map(({ offset }) => offset),
  );
  const places = list.items.flatMap((item, index) => {
    const dash = dashes[index];
    const end = isNode(item) && !isPair(item) ? item.range?.[1] : undefined;
    return dash === undefined || end === undefined ? [] : [{ dash, end }];
  });
  return places.length === list.items.length ? places : undefined;
}

/**
 * The whole lines of an entry: from the comments directly above it to the comments that are
 * indented like its own keys.
 */
function extentOf(text: string, place: ListPlace, index: number): readonly [number, number] {
  const item = place.items[index] ?? { dash: place.colon, end: place.colon };
  const previous = place.items[index - 1];
  const floor = previous === undefined ? lineEnd(text, place.colon) : endOf(text, previous);
  let from = lineStart(text, item.dash);
  for (;;) {
    const above = lineStart(text, from - 1);
    if (above < floor || from === 0 || !/^\s*#/.test(text.slice(above, from))) break;
    from = above;
  }
  return [from, endOf(text, item)];
}

function endOf(text: string, { dash, end }: ItemPlace): number {
  const column = dash - lineStart(text, dash);
  let to = text[end - 1] === '\n' ? end : lineEnd(text, end);
  for (;;) {
    const next = text.slice(to, lineEnd(text, to));
    const comment = next.search(/#/);
    if (comment <= column || next.slice(0, comment).trim() !== '') return to;
    to += next.length;
  }
}

/** The text without `[]`, and where the first entry goes: below the key's line. */
function withoutEmpty(text: string, { empty, colon }: ListPlace) {
  const without =
    text.slice(0, colon) + text.slice(colon, empty[0]).trimEnd() + text.slice(empty[1]);
  return { text: without, at: lineEnd(without, colon) };
}

function lineStart(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset of the next line's start. */
function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}
