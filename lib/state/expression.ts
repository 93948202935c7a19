/**
 * Literal text in Terraform's JSON syntax. Every string there is a template, so text from a user
 * that happens to hold `${` or `%{` would be evaluated: it is escaped instead.
 *
 * @see https://developer.hashicorp.com/terraform/language/syntax/json
 */

/** Escapes template markers in one string. */
export function literalText(text: string): string {
  // Doubled by hand: in a replacement text, `$$` would stand for one `$`.
  return text.replaceAll(/[$%]\{/g, (marker) => `${marker.charAt(0)}${marker}`);
}

/** Escapes template markers in every string (keys too) of plain data. */
export function literal<T>(value: T): T;
export function literal(value: unknown): unknown {
  if (typeof value === 'string') return literalText(value);
  if (Array.isArray(value)) return value.map((entry) => literal(entry));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [literalText(key), literal(entry)]),
  );
}

/** A quoted string inside an expression. */
export function quoteHcl(text: string): string {
  return literalText(JSON.stringify(text));
}

/** Wraps an expression for use in a string of Terraform's JSON syntax. */
export function template(expression: string): string {
  return `\${${expression}}`;
}

/** An expression as part of data. Text can't become one: it has another type. */
export class Expression {
  constructor(readonly bare: string) {}
}

/** What a record in state holds: texts that mean themselves, and expressions. */
export type Data =
  | string
  | number
  | boolean
  | null
  | undefined
  | Expression
  | readonly Data[]
  | { readonly [key: string]: Data };

/** Data in Terraform's JSON syntax: only an `Expression` is evaluated there. */
export function render(data: Data): unknown {
  if (data instanceof Expression) return template(data.bare);
  if (Array.isArray(data)) return data.map(render);
  if (typeof data !== 'object' || data === null) return literal(data);
  return Object.fromEntries(
    Object.entries(data).map(([key, each]) => [literalText(key), render(each)]),
  );
}
