import { replaceInvisible } from '../base/inert.js';

/** A piece of TypeScript that stands for itself. */
export class Expression {
  constructor(readonly text: string) {}
}

/** What can be written as a literal. */
export type Literal =
  | string
  | number
  | boolean
  | Expression
  | readonly Literal[]
  | { readonly [key: string]: Literal };

/** The width of a line of code. */
const WIDTH = 100;

/**
 * A value as TypeScript, on one line if it has room beside what stands there already (`taken`
 * columns), otherwise an entry a line. `indent` is the column of the line that it begins on.
 */
export function literal(value: Literal, taken: number, indent = 0): string {
  const line = oneLine(value);
  if (taken + line.length <= WIDTH || !isNested(value)) return line;
  const inner = ' '.repeat(indent + 2);
  const entries = entriesOf(value).map(([head, part]) => {
    const text = literal(part, inner.length + head.length + 1, indent + 2);
    return `${inner}${head}${text},\n`;
  });
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${entries.join('')}${' '.repeat(indent)}${close}`;
}

/** Text in single quotes. What can't be seen is written as an escape. */
export function quoteLiteral(text: string): string {
  const inner = JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/\\.|'/g, (part) => {
      if (part === "'") return "\\'";
      return part === '\\"' ? '"' : part;
    });
  return `'${replaceInvisible(inner, (code) => `\\u{${code.toString(16)}}`)}'`;
}

function oneLine(value: Literal): string {
  if (value instanceof Expression) return value.text;
  if (typeof value === 'string') return quoteLiteral(value);
  // JSON has a zero below zero, which `String` takes for the other one.
  if (!isNested(value)) return Object.is(value, -0) ? '-0' : String(value);
  const entries = entriesOf(value).map(([head, part]) => `${head}${oneLine(part)}`);
  if (Array.isArray(value)) return `[${entries.join(', ')}]`;
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

type Nested = readonly Literal[] | { readonly [key: string]: Literal };

function isNested(value: Literal): value is Nested {
  return typeof value === 'object' && !(value instanceof Expression);
}

function entriesOf(value: Nested): readonly (readonly [string, Literal])[] {
  if (isList(value)) return value.map((part) => ['', part] as const);
  return Object.entries(value).map(([key, part]) => [`${propertyName(key)}: `, part] as const);
}

function isList(value: Nested): value is readonly Literal[] {
  return Array.isArray(value);
}

/** `__proto__` between quotes would still set the prototype. */
function propertyName(key: string): string {
  if (key === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoteLiteral(key);
}
