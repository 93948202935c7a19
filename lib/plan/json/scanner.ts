import {
  ACTION,
  AFTER_ELEMENT,
  AFTER_MEMBER,
  BEGIN_KEY,
  BEGIN_LITERAL,
  BEGIN_NUMBER,
  BEGIN_STRING,
  CLASS,
  CLASS_COUNT,
  CLOSE,
  COLON,
  DONE,
  EXPECT_KEY,
  EXPECT_VALUE,
  endsNumber,
  FAIL,
  FIRST_KEY,
  FIRST_VALUE,
  KEY,
  NUMBER,
  NUMBER_FAIL,
  NUMBER_START,
  OPEN_LIST,
  OPEN_OBJECT,
  SKIP,
  VALUE,
} from './grammar.js';

/** What a value is, told from its first character. */
export type ValueKind = 'object' | 'list' | 'scalar';

/** Follows a scan. Offsets count bytes from the start of the text. */
export interface ScanHandler {
  /** A member's name, between its quotes. */
  key(start: number, end: number): void;
  /**
   * A value begins. For an object or a list, `true` enters it; otherwise nothing is told of what
   * is in it until its end.
   */
  begin(kind: ValueKind, at: number): boolean;
  /** The value that began last, and was not ended yet, ends before `at`. */
  end(at: number): void;
}

/** Text that is not JSON, or nested too deeply. */
export class ScanError extends Error {
  constructor(
    readonly code: 'syntax' | 'truncated' | 'too-deep',
    readonly offset: number,
  ) {
    super(`${code} at byte ${offset}`);
    this.name = 'ScanError';
  }
}

/** No honest plan is nested more deeply. */
export const MAX_DEPTH = 512;

const STRUCTURE = 0;
const IN_STRING = 1;
const IN_ESCAPE = 2;
const IN_HEX = 3;
const IN_NUMBER = 4;
const IN_LITERAL = 5;

const LITERALS: Readonly<Record<number, string>> = { 116: 'true', 102: 'false', 110: 'null' };
const OBJECT = 1;
const LIST = 2;

/**
 * Goes through JSON in chunks of any size and tells where values begin and end, without making
 * any of them. It accepts what JSON.parse accepts, up to a depth; what is not entered costs a few
 * instructions a byte.
 */
export class Scanner {
  private mode = STRUCTURE;
  private expected = VALUE;
  private depth = 0;
  /** The depth of the innermost container that was entered. */
  private entered = 0;
  private readonly containers = new Uint8Array(MAX_DEPTH + 1);
  private isKey = false;
  private keyStart = 0;
  private hexLeft = 0;
  private numberState = NUMBER_START;
  private literal = '';
  private literalAt = 0;
  /** The offset of the current chunk's first byte. */
  private base = 0;

  constructor(private readonly handler: ScanHandler) {}

  /** Scans on. Throws a `ScanError` at the first byte that can't stand where it does. */
  feed(chunk: Uint8Array): void {
    const { length } = chunk;
    let at = 0;
    while (at < length) {
      switch (this.mode) {
        case STRUCTURE:
          at = this.structure(chunk, at);
          break;
        case IN_STRING:
          at = this.string(chunk, at);
          break;
        case IN_NUMBER:
          at = this.number(chunk, at);
          break;
        case IN_LITERAL:
          at = this.word(chunk, at);
          break;
        default:
          at = this.escape(chunk, at);
      }
    }
    this.base += length;
  }

  /** Says that the text ends here. */
  finish(): void {
    if (this.mode === IN_NUMBER && endsNumber(this.numberState)) this.ended(this.base);
    if (this.expected !== DONE || this.mode !== STRUCTURE)
      throw new ScanError('truncated', this.base);
  }

  /** Whether the whole text was read. */
  get isDone(): boolean {
    return this.expected === DONE;
  }

  /** Where a name begins that the chunk ended in, if the handler will be told of it. */
  get pendingKey(): number | undefined {
    return this.isKey && this.depth === this.entered ? this.keyStart : undefined;
  }

  private structure(chunk: Uint8Array, from: number): number {
    const { length } = chunk;
    let at = from;
    while (at < length) {
      const byte = chunk[at] ?? 0;
      const action = ACTION[this.expected * CLASS_COUNT + (CLASS[byte] ?? 0)] ?? FAIL;
      at += 1;
      if (action !== SKIP && this.act(action, byte, this.base + at - 1))
        return this.mode === IN_NUMBER ? at - 1 : at;
    }
    return at;
  }

  /** Does what a byte asks for; true where the mode changed. */
  private act(action: number, byte: number, at: number): boolean {
    switch (action) {
      case EXPECT_VALUE:
        this.expected = VALUE;
        return false;
      case EXPECT_KEY:
        this.expected = KEY;
        return false;
      case BEGIN_KEY:
        this.isKey = true;
        this.keyStart = at + 1;
        this.mode = IN_STRING;
        return true;
      case OPEN_OBJECT:
        this.open(OBJECT, at);
        return false;
      case OPEN_LIST:
        this.open(LIST, at);
        return false;
      case CLOSE:
        this.close(at + 1);
        return false;
      default:
        return this.beginScalar(action, byte, at);
    }
  }

  private beginScalar(action: number, byte: number, at: number): boolean {
    if (action === FAIL) throw new ScanError('syntax', at);
    if (this.depth === this.entered) this.handler.begin('scalar', at);
    if (action === BEGIN_STRING) this.mode = IN_STRING;
    if (action === BEGIN_NUMBER) {
      this.mode = IN_NUMBER;
      this.numberState = NUMBER_START;
    }
    if (action === BEGIN_LITERAL) {
      this.mode = IN_LITERAL;
      this.literal = LITERALS[byte] ?? '';
      this.literalAt = 1;
    }
    return true;
  }

  private open(container: number, at: number): void {
    if (this.depth >= MAX_DEPTH) throw new ScanError('too-deep', at);
    const isTold = this.depth === this.entered;
    this.depth += 1;
    this.containers[this.depth] = container;
    this.expected = container === OBJECT ? FIRST_KEY : FIRST_VALUE;
    if (isTold && this.handler.begin(container === OBJECT ? 'object' : 'list', at)) {
      this.entered = this.depth;
    }
  }

  private close(at: number): void {
    if (this.entered === this.depth) this.entered -= 1;
    this.depth -= 1;
    this.ended(at);
  }

  /** A value is over: what follows depends on what it is in. */
  private ended(at: number): void {
    this.mode = STRUCTURE;
    if (this.depth === 0) this.expected = DONE;
    else this.expected = this.containers[this.depth] === OBJECT ? AFTER_MEMBER : AFTER_ELEMENT;
    if (this.depth === this.entered) this.handler.end(at);
  }

  private string(chunk: Uint8Array, from: number): number {
    const { length } = chunk;
    for (let at = from; at < length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte === 0x22) {
        this.stringEnds(this.base + at);
        return at + 1;
      }
      if (byte === 0x5c) {
        this.mode = IN_ESCAPE;
        return at + 1;
      }
      if (byte < 0x20) throw new ScanError('syntax', this.base + at);
    }
    return length;
  }

  private stringEnds(quote: number): void {
    if (!this.isKey) {
      this.ended(quote + 1);
      return;
    }
    this.isKey = false;
    this.mode = STRUCTURE;
    this.expected = COLON;
    if (this.depth === this.entered) this.handler.key(this.keyStart, quote);
  }

  private escape(chunk: Uint8Array, at: number): number {
    const character = String.fromCharCode(chunk[at] ?? 0);
    if (this.mode === IN_ESCAPE && character === 'u') {
      this.mode = IN_HEX;
      this.hexLeft = 4;
      return at + 1;
    }
    const allowed = this.mode === IN_ESCAPE ? '"\\/bfnrt' : '0123456789abcdefABCDEF';
    if (!allowed.includes(character)) throw new ScanError('syntax', this.base + at);
    this.hexLeft -= 1;
    if (this.mode === IN_ESCAPE || this.hexLeft === 0) this.mode = IN_STRING;
    return at + 1;
  }

  private number(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const next = NUMBER[this.numberState * 256 + (chunk[at] ?? 0)] ?? NUMBER_FAIL;
      if (next === NUMBER_FAIL) {
        if (!endsNumber(this.numberState)) throw new ScanError('syntax', this.base + at);
        this.ended(this.base + at);
        return at;
      }
      this.numberState = next;
    }
    return chunk.length;
  }

  private word(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      if (chunk[at] !== this.literal.charCodeAt(this.literalAt)) {
        throw new ScanError('syntax', this.base + at);
      }
      this.literalAt += 1;
      if (this.literalAt === this.literal.length) {
        this.ended(this.base + at + 1);
        return at + 1;
      }
    }
    return chunk.length;
  }
}
