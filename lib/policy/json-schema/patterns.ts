import { RE2JS } from 're2js';

/** A pattern that runs in time linear in the text. */
export interface Pattern {
  readonly test: (text: string) => boolean;
  /** Ajv tells patterns apart by their text: without it, the first one would stand for all. */
  readonly toString: () => string;
}

const known = new Map<string, Pattern>();

/** Each pattern is compiled once. Throws where it can't run in linear time. */
export function linear(pattern: string): Pattern {
  const compiled = known.get(pattern) ?? linearly(pattern);
  known.set(pattern, compiled);
  return compiled;
}

/** How many answers are kept for a pattern, and for texts of which length: plans repeat themselves. */
const MOST_ANSWERS = 1000;
const LONGEST = 200;

/**
 * Patterns run in time linear in the text, whatever they are: both come from outside.
 *
 * @see https://github.com/google/re2/wiki/Syntax
 */
function linearly(pattern: string): Pattern {
  const compiled = RE2JS.compile(pattern);
  const answers = new Map<string, boolean>();
  const ask = (text: string) => {
    const answer = compiled.matcher(text).find();
    if (text.length <= LONGEST && answers.size < MOST_ANSWERS) answers.set(text, answer);
    return answer;
  };
  return { test: (text) => answers.get(text) ?? ask(text), toString: () => `re2:${pattern}` };
}
