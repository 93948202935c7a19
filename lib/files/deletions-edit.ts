import { isDeepStrictEqual } from 'node:util';
import { type Document, isSeq, parseDocument, stringify, YAMLSeq } from 'yaml';
import { escapeUnseen, hasUnseen } from '../base/unseen.js';
import { emptyList, findList, insertItem, type ListPlace, removeItem } from '../yaml/list.js';
import { withFields } from '../yaml/map.js';
import type { Approval, DeletionEntry } from './documents.js';

/** Which request is meant. */
export interface RequestKey {
  /** Where left out, the request that names no stack, or else the only one for the target. */
  readonly stack?: string | undefined;
  readonly target: string;
}

/** A request as it is to be written. */
export type NewRequest = DeletionEntry;

/** The order in which a request's fields are written. */
const FIELDS = [
  ...['stack', 'target', 'mode', 'reason', 'requestedBy', 'requestedAt'],
  ...['confirm', 'approvals'],
] as const;

const NEW_FILE = '# What should go: removing an entry before its deadline restores its target.\n';

/**
 * deletions.yaml without a request; every other byte stays, comments and spacing included, and so
 * do the comments directly above the other entries. Comments directly above the removed entry go
 * with it. The text comes back as it is where there is no such request, or where it can't be read.
 */
export function removeRequest(text: string, key: RequestKey): string {
  const document = parse(text);
  const entries = entriesOf(document);
  const index = indexOf(entries, key);
  if (index === -1) return text;
  const expected = entries.filter((_, at) => at !== index);
  const place = findList(document, text, 'deletions');
  const edited = place === undefined ? text : without(text, place, index);
  if (holds(edited, expected)) return edited;
  document.deleteIn(['deletions', index]);
  return document.toString({ lineWidth: 0 });
}

/**
 * deletions.yaml with one more request, after the others; every other byte stays. Text without
 * content becomes a whole file. The text has to be one that `readDeletions` accepts.
 */
export function addRequest(text: string, request: NewRequest): string {
  const document = parse(text);
  const expected = [...entriesOf(document), plain(request)];
  const place = findList(document, text, 'deletions');
  const edited =
    place === undefined
      ? withList(text, document, request)
      : insertItem(text, place, linesOf(request));
  return holds(edited, expected) ? edited : rewritten(document, request);
}

/**
 * deletions.yaml with a request in place of the one that is meant: only the fields that differ are
 * written, so that its comments stay. Added where there is none.
 */
export function replaceRequest(text: string, key: RequestKey, request: NewRequest): string {
  const document = parse(text);
  const entries = entriesOf(document);
  const index = indexOf(entries, key);
  if (index === -1) return addRequest(text, request);
  const expected = entries.map((entry, at) => (at === index ? plain(request) : entry));
  const former: Partial<Record<string, unknown>> = Object(entries[index]);
  const changed = FIELDS.flatMap((field) => {
    const value = request[field];
    return value === undefined || value === former[field] || typeof value !== 'string'
      ? []
      : [[field, scalar(value)] as const];
  });
  const edited = withFields(text, document.getIn(['deletions', index], true), changed);
  if (edited !== undefined && holds(edited, expected)) return edited;
  document.setIn(['deletions', index], document.createNode(plain(request)));
  return document.toString({ lineWidth: 0 });
}

function without(text: string, place: ListPlace, index: number): string {
  return place.items.length === 1 ? emptyList(text, place) : removeItem(text, place, index);
}

/** The text with a list of one entry at its end, for a file that has no list yet. */
function withList(text: string, document: Document, request: NewRequest): string {
  const isEmpty = document.contents === null;
  const head = text.trim() === '' ? NEW_FILE : text.replace(/\n?$/, '\n');
  const entry = linesOf(request).map((line) => `  ${line}\n`);
  return `${head}${isEmpty ? 'version: 1\n' : ''}deletions:\n${entry.join('')}`;
}

/** An entry in the indented style, a line each; approvals stand in braces, one on a line. */
function linesOf(request: NewRequest): readonly string[] {
  const lines = FIELDS.flatMap((field) => {
    const value = request[field];
    if (value === undefined) return [];
    return typeof value === 'string' ? [`${field}: ${scalar(value)}`] : approvalLines(value);
  });
  return lines.map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`));
}

function approvalLines(approvals: readonly Approval[]): readonly string[] {
  const lines = approvals.map(({ by, at, expires, uid }) => {
    const fields = Object.entries({ by, at, expires, uid });
    return `  - { ${fields.map(([key, value]) => `${key}: ${flowScalar(value)}`).join(', ')} }`;
  });
  return ['approvals:', ...lines];
}

/** Text on one line, in quotes where YAML would take it for something else. */
function scalar(value: string): string {
  // Only the line's end is cut: a trailing no-break space belongs to the text.
  const text = stringify(value, { lineWidth: 0 }).replace(/\n$/, '');
  // What begins like a document's marker comes out as a block of several lines.
  const isOneLine = !hasUnseen(value) && !text.includes('\n');
  return isOneLine ? text : escapeUnseen(JSON.stringify(value));
}

/** Commas and brackets end text without quotes here. */
function flowScalar(value: string): string {
  return /^[\w.@+/-][\w.@+:/-]*$/.test(value) ? scalar(value) : escapeUnseen(JSON.stringify(value));
}

/** For lists in brackets and other rare forms: comments stay, but spacing may change. */
function rewritten(document: Document, request: NewRequest): string {
  const list = document.get('deletions');
  const entry = document.createNode(plain(request));
  if (isSeq(list)) {
    list.flow = list.items.length > 0 && list.flow === true;
    list.items.push(entry);
  } else {
    const created = new YAMLSeq();
    created.items.push(entry);
    document.set('deletions', created);
  }
  return document.toString({ lineWidth: 0 });
}

function parse(text: string): Document {
  return parseDocument(text, { keepSourceTokens: true, stringKeys: true, logLevel: 'silent' });
}

function entriesOf(document: Document): readonly unknown[] {
  if (document.errors.length > 0) return [];
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  const list: unknown = Object(value).deletions;
  return Array.isArray(list) ? list : [];
}

function indexOf(entries: readonly unknown[], { stack, target }: RequestKey): number {
  const candidates = entries.flatMap((entry, index) => {
    const found: Partial<DeletionEntry> = Object(entry);
    return found.target === target ? [{ index, stack: found.stack }] : [];
  });
  const exact = candidates.find((candidate) => candidate.stack === stack);
  if (exact !== undefined) return exact.index;
  const isOnly = stack === undefined && candidates.length === 1;
  const other = candidates.find((candidate) => isOnly || candidate.stack === undefined);
  return other?.index ?? -1;
}

/** Whether a text says what it should: an edit of text is not trusted before it was read again. */
function holds(text: string, expected: readonly unknown[]): boolean {
  const document = parse(text);
  return document.errors.length === 0 && isDeepStrictEqual(entriesOf(document), expected);
}

function plain(request: NewRequest): Record<string, unknown> {
  const entries = FIELDS.map((field) => [field, request[field]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
