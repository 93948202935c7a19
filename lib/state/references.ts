/**
 * Finds what expressions refer to, in strings of Terraform's JSON syntax, and rewrites it. Only the
 * first names of each reference are looked at: `aws_s3_bucket.logs` in `${aws_s3_bucket.logs.arn}`.
 *
 * @see https://developer.hashicorp.com/terraform/language/expressions/references
 */

/**
 * What a reference becomes, told by its dotted names and by what follows them, such as `["eu"].arn`:
 * the names that are replaced, and by what.
 */
export type Rewrite = (names: readonly string[], rest: string) => Replacement | undefined;

export interface Replacement {
  /** How many of the names. */
  readonly names: number;
  /** What stands for them. */
  readonly by: string;
}

const WORD = /[\p{ID_Start}_][\p{ID_Continue}-]*(?:\.[\p{ID_Start}_][\p{ID_Continue}-]*)*/uy;
/** How much of what follows a reference is looked at: longer keys count as unknown. */
const MAX_INDEX = 600;

/**
 * Which instance a reference is about, told by what follows the resource's name: a key or an index;
 * `whole` where it is about all of them, `unknown` where only an expression says which.
 */
export function indexIn(names: readonly string[], rest: string): string | number | symbol {
  const [attribute] = names;
  if (attribute !== undefined) return attribute;
  const quoted = /^\s*\[\s*"([^"\\$%]*)"\s*\]/.exec(rest)?.[1];
  if (quoted !== undefined) return quoted;
  const number = /^(?:\s*\[\s*(\d{1,9})\s*\]|\.(\d{1,9}))/.exec(rest);
  if (number !== null) return Number(number[1] ?? number[2]);
  if (/^(?:\s*\[\s*\*\s*\]|\.\*)/.test(rest)) return WHOLE;
  return /^\s*\[/.test(rest) ? UNKNOWN : WHOLE;
}

/** All instances. */
export const WHOLE = Symbol('whole');
/** One instance, and only an expression says which. */
export const UNKNOWN = Symbol('unknown');

const NUMBER = /\d[\w.]*/y;

/** Rewrites the references in the interpolations of a template. */
export function rewriteTemplate(text: string, rewrite: Rewrite): string {
  return /[$%]\{/.test(text) ? new Rewriter(text, rewrite).template() : text;
}

/** Rewrites the references of a bare expression, such as those in `depends_on`. */
export function rewriteExpression(text: string, rewrite: Rewrite): string {
  return /[$%]\{/.test(text)
    ? rewriteTemplate(text, rewrite)
    : new Rewriter(text, rewrite).expression();
}

/** The expression that a template stands for, to be put into another one. */
export function asExpression(text: string): string {
  const whole = /^\$\{(.*)\}$/s.exec(text)?.[1];
  if (whole !== undefined && isClosed(whole)) return `(${whole})`;
  return new Rewriter(text, () => undefined).quoted();
}

/** Whether a text has no brace that closes what began before it: `a}-${b` has one. */
function isClosed(text: string): boolean {
  const rewriter = new Rewriter(text, () => undefined);
  return rewriter.expression() === text && rewriter.isAtEnd;
}

class Rewriter {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly rewrite: Rewrite,
  ) {}

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** A template up to the end of the text. */
  template(): string {
    return this.literals(undefined, (text) => text);
  }

  /** The same as a quoted string of an expression. */
  quoted(): string {
    return `"${this.literals(undefined, (text) => JSON.stringify(text).slice(1, -1))}"`;
  }

  /** Code, up to the brace that closes it. */
  expression(): string {
    let out = '';
    for (let depth = 0; !this.isAtEnd; ) {
      const char = this.text.charAt(this.at);
      if (char === '}' && depth === 0) break;
      depth += char === '{' ? 1 : char === '}' ? -1 : 0;
      out += this.token(char, out);
    }
    return out;
  }

  private token(char: string, before: string): string {
    if (char === '"') return this.string();
    const number = this.take(NUMBER);
    if (number !== undefined) return number;
    const word = this.take(WORD);
    if (word === undefined) {
      this.at += char.length;
      return char;
    }
    // An attribute of what stands before it is no reference: `each[0].aws_s3_bucket.logs`.
    if (/\.\s*$/.test(before) && !/\.\.\.\s*$/.test(before)) return word;
    const names = word.split('.');
    const replaced = this.rewrite(names, this.text.slice(this.at, this.at + MAX_INDEX));
    return replaced === undefined ? word : [replaced.by, ...names.slice(replaced.names)].join('.');
  }

  private string(): string {
    this.at += 1;
    const content = this.literals('"', (text) => text);
    this.at += 1;
    return `"${content}"`;
  }

  /** Literal text with interpolations in it, up to a quote or to the end. */
  private literals(end: '"' | undefined, show: (literal: string) => string): string {
    let [out, literal] = ['', ''];
    while (!this.isAtEnd && this.text.charAt(this.at) !== end) {
      const rest = this.text.slice(this.at, this.at + 3);
      if (/^[$%]\{/.test(rest)) {
        out += show(literal) + this.interpolation(rest.slice(0, 2));
        literal = '';
        continue;
      }
      const isEscaped = /^([$%])\1\{$/.test(rest) || (end !== undefined && rest.startsWith('\\'));
      const length = isEscaped ? (rest.startsWith('\\') ? 2 : 3) : 1;
      literal += this.text.slice(this.at, this.at + length);
      this.at += length;
    }
    return out + show(literal);
  }

  private interpolation(opening: string): string {
    this.at += opening.length;
    const code = this.expression();
    this.at += 1;
    return `${opening}${code}}`;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
