import type { Command, Option } from 'commander';
import { allCommands } from '../command/all-commands.js';

/** What can be typed after a command's words. */
export interface Candidates {
  /** The command's words: `''`, `reclamation`, `reclamation list`. */
  readonly words: string;
  readonly commands: readonly Described[];
  readonly options: readonly OptionCandidates[];
  /** Values of its arguments, where they are a choice. */
  readonly choices: readonly string[];
  /** Whether an argument names a file. */
  readonly takesFiles: boolean;
}

export interface Described {
  readonly name: string;
  readonly description: string;
}

export interface OptionCandidates {
  /** Such as `-o` and `--output`. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** The values, where they are a choice. */
  readonly choices: readonly string[];
}

/** Writes a shell's script that completes these. */
export type Shell = (candidates: readonly Candidates[]) => string;

const FILES = /^(plans|files?|folder)$/;

/** The candidates after every command. */
export function candidatesOf(program: Command): readonly Candidates[] {
  return allCommands(program).map(({ words, command }) => {
    const help = command.createHelp();
    const values = command.registeredArguments;
    return {
      words: words.join(' '),
      commands: help.visibleCommands(command).map((below) => ({
        name: below.name(),
        description: below.description(),
      })),
      options: help.visibleOptions(command).map(optionCandidates),
      choices: values.flatMap((value) => value.argChoices ?? []),
      takesFiles: values.some((value) => FILES.test(value.name())),
    };
  });
}

function optionCandidates(option: Option): OptionCandidates {
  return {
    flags: [option.short, option.long].filter((flag) => typeof flag === 'string'),
    description: option.description,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  };
}

/** `'reclamation list'` in every shell: what stands between quotes means nothing to it. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The texts `COMMAND WORD` by which a script finds its way to the command that is typed. */
export function steps(candidates: readonly Candidates[]): readonly string[] {
  return candidates
    .map(({ words }) => words)
    .filter((words) => words !== '')
    .map(stepTo);
}

/** A command's words with the space that stands before the first of them too. */
function stepTo(words: string): string {
  return words.includes(' ') ? words : ` ${words}`;
}

/** The texts `COMMAND --option` after which a value comes. */
export function valueSteps(candidates: readonly Candidates[]): readonly string[] {
  return candidates.flatMap(({ words, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .flatMap(({ flags }) => flags.map((flag) => `${words} ${flag}`)),
  );
}
