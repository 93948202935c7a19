import { isRecord } from './guards.js';
import { quote } from './inert.js';
import type { Checked } from './problem.js';

const ALL = Symbol('*');

/** The steps to values: a key, an index, or all. */
type Path = readonly (string | number | typeof ALL)[];

/** One part of a template: text, a value, or parts that are printed for each value. */
type Part =
  | { readonly text: string }
  | { readonly path: Path }
  | { readonly each: Path; readonly parts: readonly Part[] };

/** What `-o jsonpath=` prints. */
export type JsonPath = readonly Part[];

const MAX_LENGTH = 4096;
const MAX_NESTING = 8;
const BLOCK = /\{((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^{}"'])*)\}|[^{}]+|[{}]/g;
const STEP = /^\.?(?:(\*|\[\*\])|\[(-?\d{1,9})\]|\['((?:[^'\\]|\\.)*)'\])|^\.([\w-]+)/;
const TEXT = /^"((?:[^"\\]|\\.)*)"$|^'((?:[^'\\]|\\.)*)'$/;

/**
 * Reads a template as kubectl and Code Engine take it: `{.name}`, `{[*].target}`,
 * `{range [*]}{.name}{"\n"}{end}`. Without filters, slices and `..`.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/jsonpath/
 */
export function parseJsonPath(template: string): Checked<JsonPath> {
  try {
    if (template.length > MAX_LENGTH) throw new Fault(`it is longer than ${MAX_LENGTH} characters`);
    return { value: new Reader().read(template), problems: [] };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return {
      problems: [
        {
          code: 'cli/jsonpath',
          message: `The template after jsonpath= can't be read: ${error.message}.`,
          remedy:
            "Write it as kubectl takes it: -o jsonpath='{[*].name}'. -o json shows what there is.",
        },
      ],
    };
  }
}

/** What a template prints of a value. Texts stand as they are, lists and objects as JSON. */
export function printJsonPath(template: JsonPath, value: unknown): string {
  return template
    .map((part) => {
      if ('text' in part) return part.text;
      if ('path' in part) return follow(part.path, value).map(shown).join(' ');
      const each = follow(part.each, value);
      return each.map((it) => printJsonPath(part.parts, it)).join('');
    })
    .join('');
}

class Fault extends Error {}

class Reader {
  private readonly open: { readonly each: Path; readonly parts: Part[] }[] = [
    { each: [], parts: [] },
  ];

  read(template: string): JsonPath {
    for (const [whole, block] of template.matchAll(BLOCK)) {
      if (block === undefined) this.add(textOf(whole));
      else this.block(block.trim());
    }
    const [outermost, ...more] = this.open;
    if (more.length > 0) throw new Fault('{range} has no {end}');
    if (outermost === undefined || outermost.parts.length === 0) throw new Fault('it is empty');
    return outermost.parts;
  }

  private block(block: string): void {
    if (block === 'end') this.end();
    else if (/^range\s/.test(block)) this.range(pathOf(block.slice('range'.length).trim()));
    else this.add(TEXT.test(block) ? { text: unquoted(block) } : { path: pathOf(block) });
  }

  private range(each: Path): void {
    if (this.open.push({ each, parts: [] }) > MAX_NESTING)
      throw new Fault('its ranges lie too deep');
  }

  private end(): void {
    const done = this.open.length > 1 ? this.open.pop() : undefined;
    if (done === undefined) throw new Fault('{end} has no {range}');
    this.add(done);
  }

  private add(part: Part): void {
    this.open.at(-1)?.parts.push(part);
  }
}

function textOf(text: string): Part {
  if (text === '{' || text === '}') throw new Fault(`${quote(text)} has no counterpart`);
  return { text };
}

function pathOf(text: string): Path {
  const path: (string | number | typeof ALL)[] = [];
  let rest = text.replace(/^[$@]/, '').replace(/^\.$/, '');
  while (rest !== '') {
    const step = STEP.exec(rest);
    if (step === null) throw new Fault(`${quote(rest)} is no step`);
    const [found, all, index, quoted, key] = step;
    if (all !== undefined) path.push(ALL);
    else if (index !== undefined) path.push(Number(index));
    else path.push(key ?? unescaped(quoted ?? ''));
    rest = rest.slice(found.length);
  }
  return path;
}

function unquoted(text: string): string {
  return unescaped(text.slice(1, -1));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

function follow(path: Path, value: unknown): readonly unknown[] {
  const start: readonly unknown[] = [value];
  return path.reduce<readonly unknown[]>(
    (found, step) => found.flatMap((it) => next(it, step)),
    start,
  );
}

function next(value: unknown, step: string | number | typeof ALL): readonly unknown[] {
  if (step === ALL) {
    if (Array.isArray(value)) return value;
    return isRecord(value) ? Object.values(value) : [];
  }
  if (typeof step === 'number') {
    const found: unknown = Array.isArray(value) ? value.at(step) : undefined;
    return found === undefined ? [] : [found];
  }
  return isRecord(value) && Object.hasOwn(value, step) ? [value[step]] : [];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
