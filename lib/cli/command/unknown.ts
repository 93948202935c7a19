import type { Command } from 'commander';
import { inert, quote } from '../../base/inert.js';
import { nearest } from '../../base/nearest.js';
import type { Problem } from '../../base/problem.js';

/** Code Engine's entities that have no counterpart here, by the names that its command line takes. */
const NOT_COVERED: ReadonlySet<string> = new Set([
  ...['app', 'application', 'build', 'buildrun', 'br', 'domainmapping', 'domain', 'fleet'],
  ...['function', 'fn', 'functions', 'subscription', 'sub', 'allowed-outbound-destination'],
  ...['pds', 'persistentdatastore', 'repo', 'connectivity'],
]);

/** What ends something. Nobody who types another word is led there. */
const DESTRUCTIVE: ReadonlySet<string> = new Set([
  ...['delete', 'close', 'reset', 'forget', 'reclamation-delete'],
]);

/**
 * The problem of a command line that names no command; undefined where it names one. It is found
 * before commander looks for `--help`, which would answer anything with the nearest page.
 */
export function unknownCommand(
  program: Command,
  argv: readonly string[],
): Problem | NotCovered | undefined {
  let command = program;
  const words: string[] = [];
  for (const word of argv[0] === 'help' ? argv.slice(1) : argv) {
    if (word.startsWith('-') || command.commands.length === 0) return undefined;
    const found = command.commands.find((it) => [it.name(), ...it.aliases()].includes(word));
    if (found === undefined) {
      const isNamed = command.registeredArguments.length > 0;
      return isNamed || word === 'help' ? undefined : unknown(command, words, word);
    }
    command = found;
    words.push(word);
  }
  return undefined;
}

/** What Code Engine has, and nothing here: there is no more to say than that. */
export interface NotCovered {
  readonly notCovered: string;
}

function unknown(command: Command, words: readonly string[], word: string): Problem | NotCovered {
  if (words.length === 0 && NOT_COVERED.has(word)) return { notCovered: word };
  const names = command.commands.flatMap((it) => [it.name(), ...it.aliases()]);
  const before = ['reprieve', ...words].join(' ');
  return {
    code: 'cli/unknown-command',
    message: `There is no command ${quote([...words, word].join(' '))}.${suggestion(word, names)}`,
    remedy: `There is: ${names.map(inert).join(', ')}. Each explains itself: npx ${before} NAME --help`,
  };
}

function suggestion(word: string, names: readonly string[]): string {
  const meant =
    nearest(
      word,
      names.filter((name) => !DESTRUCTIVE.has(name)),
    ) ?? names.find((name) => DESTRUCTIVE.has(name) && isSlip(word, name));
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

/**
 * Whether a word is another one with a letter left out, doubled or swapped with its neighbour. One
 * letter in place of another makes other words: `clone` is not `close`.
 */
function isSlip(word: string, name: string): boolean {
  if (word.length === name.length) {
    const at = [...word].findIndex((letter, index) => letter !== name[index]);
    const swapped = [...word];
    [swapped[at], swapped[at + 1]] = [swapped[at + 1] ?? '', swapped[at] ?? ''];
    return at !== -1 && swapped.join('') === name;
  }
  const [short, long] = word.length < name.length ? [word, name] : [name, word];
  if (long.length - short.length !== 1) return false;
  return [...long].some((_, at) => long.slice(0, at) + long.slice(at + 1) === short);
}
