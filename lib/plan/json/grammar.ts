/**
 * The grammar of JSON as tables, so that the scanner's loop has few branches.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */

/** What a byte may be outside of strings, numbers and literals. */
const CLASSES = {
  other: 0,
  space: 1,
  quote: 2,
  open: 3,
  openList: 4,
  close: 5,
  closeList: 6,
} as const;
const MORE = { colon: 7, comma: 8, number: 9, literal: 10 } as const;
export const CLASS_COUNT = 11;

/** What is expected next. */
export const VALUE = 0;
export const FIRST_VALUE = 1;
export const FIRST_KEY = 2;
export const KEY = 3;
export const COLON = 4;
export const AFTER_MEMBER = 5;
export const AFTER_ELEMENT = 6;
export const DONE = 7;
const STATE_COUNT = 8;

/** What to do about a byte. */
export const FAIL = 0;
export const SKIP = 1;
export const BEGIN_STRING = 2;
export const BEGIN_KEY = 3;
export const BEGIN_NUMBER = 4;
export const BEGIN_LITERAL = 5;
export const OPEN_OBJECT = 6;
export const OPEN_LIST = 7;
export const CLOSE = 8;
export const EXPECT_VALUE = 9;
export const EXPECT_KEY = 10;

/** The class of each byte. */
export const CLASS = classTable();
/** The action for a state and a class, at `state * CLASS_COUNT + class`. */
export const ACTION = actionTable();

function classTable(): Uint8Array {
  const table = new Uint8Array(256);
  const set = (characters: string, value: number) => {
    for (const character of characters) table[character.charCodeAt(0)] = value;
  };
  set(' \t\n\r', CLASSES.space);
  set('"', CLASSES.quote);
  set('{', CLASSES.open);
  set('[', CLASSES.openList);
  set('}', CLASSES.close);
  set(']', CLASSES.closeList);
  set(':', MORE.colon);
  set(',', MORE.comma);
  set('-0123456789', MORE.number);
  set('tfn', MORE.literal);
  return table;
}

function actionTable(): Uint8Array {
  const table = new Uint8Array(STATE_COUNT * CLASS_COUNT);
  const set = (state: number, byte: number, action: number) => {
    table[state * CLASS_COUNT + byte] = action;
  };
  for (let state = 0; state < STATE_COUNT; state += 1) set(state, CLASSES.space, SKIP);
  for (const state of [VALUE, FIRST_VALUE]) {
    set(state, CLASSES.quote, BEGIN_STRING);
    set(state, CLASSES.open, OPEN_OBJECT);
    set(state, CLASSES.openList, OPEN_LIST);
    set(state, MORE.number, BEGIN_NUMBER);
    set(state, MORE.literal, BEGIN_LITERAL);
  }
  set(FIRST_VALUE, CLASSES.closeList, CLOSE);
  set(FIRST_KEY, CLASSES.close, CLOSE);
  set(FIRST_KEY, CLASSES.quote, BEGIN_KEY);
  set(KEY, CLASSES.quote, BEGIN_KEY);
  set(COLON, MORE.colon, EXPECT_VALUE);
  set(AFTER_MEMBER, MORE.comma, EXPECT_KEY);
  set(AFTER_MEMBER, CLASSES.close, CLOSE);
  set(AFTER_ELEMENT, MORE.comma, EXPECT_VALUE);
  set(AFTER_ELEMENT, CLASSES.closeList, CLOSE);
  return table;
}

/** Numbers: what has been read so far. A number may end in ZERO, WHOLE, FRACTION or EXPONENT. */
export const NUMBER_FAIL = 0;
const MINUS = 1;
const ZERO = 2;
const WHOLE = 3;
const POINT = 4;
const FRACTION = 5;
const MARK = 6;
const SIGN = 7;
const EXPONENT = 8;
const NUMBER_STATES = 10;

/** Before the first character of a number. */
export const NUMBER_START = 9;

/** The next state of a number for a state and a byte, at `state * 256 + byte`; 0 ends it. */
export const NUMBER = numberTable();

/** Whether a number may end in a state. */
export function endsNumber(state: number): boolean {
  return state === ZERO || state === WHOLE || state === FRACTION || state === EXPONENT;
}

function numberTable(): Uint8Array {
  const table = new Uint8Array(NUMBER_STATES * 256);
  const set = (state: number, characters: string, next: number) => {
    for (const character of characters) table[state * 256 + character.charCodeAt(0)] = next;
  };
  const digits = '0123456789';
  set(NUMBER_START, '-', MINUS);
  for (const state of [NUMBER_START, MINUS]) {
    set(state, '0', ZERO);
    set(state, '123456789', WHOLE);
  }
  set(WHOLE, digits, WHOLE);
  for (const state of [ZERO, WHOLE]) set(state, '.', POINT);
  for (const state of [POINT, FRACTION]) set(state, digits, FRACTION);
  for (const state of [ZERO, WHOLE, FRACTION]) set(state, 'eE', MARK);
  set(MARK, '+-', SIGN);
  for (const state of [MARK, SIGN, EXPONENT]) set(state, digits, EXPONENT);
  return table;
}
