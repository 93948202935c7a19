import { MAX_DEPTH, ScanError, type ScanHandler, Scanner } from './scanner.js';

/** Where a text stops being JSON, and how. Lines and columns count from 1. */
export interface JsonFault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Enters nothing: only the grammar counts. */
const IDLE: ScanHandler = { key: () => undefined, begin: () => false, end: () => undefined };

const MESSAGES: Readonly<Record<ScanError['code'], string>> = {
  syntax: 'it is not JSON',
  truncated: 'it ends in the middle',
  'too-deep': `it is nested more than ${MAX_DEPTH} levels deep`,
};

/**
 * What keeps a text from being read as JSON; undefined where nothing does. JSON.parse would repeat
 * what stands around the mistake, which may be a credential, and doesn't always say where it is.
 */
export function faultInJson(bytes: Uint8Array): JsonFault | undefined {
  const scanner = new Scanner(IDLE);
  try {
    scanner.feed(bytes);
    scanner.finish();
    return undefined;
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    return { message: MESSAGES[error.code], ...placeOf(bytes, error.offset) };
  }
}

function placeOf(bytes: Uint8Array, offset: number): Pick<JsonFault, 'line' | 'column'> {
  const before = Buffer.from(bytes.subarray(0, offset)).toString('utf8');
  const lastBreak = before.lastIndexOf('\n');
  return { line: before.split('\n').length, column: before.length - lastBreak };
}
