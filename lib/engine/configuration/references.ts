import { isRecord } from '../../base/guards.js';
import { eachText, isTemplate } from './expressions.js';

type Json = Readonly<Record<string, unknown>>;

/** Where something is in a configuration that an expression can refer to, such as `locals`, `host`. */
export type Path = readonly string[];

/**
 * Everything that the expressions in a value refer to, and what that refers to in turn. It errs on the side
 * of too much: a name counts wherever a text with code in it has its word.
 */
export function referredTo(value: unknown, configuration: Json): readonly Path[] {
  const open = [...namedIn(configuration)];
  const found: Path[] = [];
  const pending: unknown[] = [value];
  while (pending.length > 0 && open.length > 0) {
    const words = wordsOf(pending.pop());
    for (let at = open.length - 1; at >= 0; at -= 1) {
      const path = open[at];
      if (path === undefined || !isReferred(path, words)) continue;
      open.splice(at, 1);
      found.push(path);
      pending.push(valueAt(configuration, path));
    }
  }
  return found.sort((a, b) => (a.join('.') < b.join('.') ? -1 : 1));
}

/** What is at a place; undefined where nothing is. */
export function valueAt(configuration: Json, path: Path): unknown {
  let at: unknown = configuration;
  for (const name of path) at = isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

function* namedIn(configuration: Json): Iterable<Path> {
  for (const block of ['variable', 'locals']) {
    for (const name of namesIn(configuration[block])) yield [block, name];
  }
  for (const block of ['data', 'resource']) {
    for (const type of namesIn(configuration[block])) {
      for (const name of namesIn(valueAt(configuration, [block, type]))) yield [block, type, name];
    }
  }
}

function namesIn(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

function isReferred([, ...names]: Path, words: ReadonlySet<string>): boolean {
  return names.every((name) => words.has(name));
}

function wordsOf(value: unknown): ReadonlySet<string> {
  const words = new Set<string>();
  eachText(value, (text) => {
    if (!isTemplate(text)) return;
    for (const [word] of text.matchAll(/[\p{L}\p{N}_][\p{L}\p{N}_-]*/gu)) words.add(word);
  });
  return words;
}
