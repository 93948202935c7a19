import { type Command, InvalidArgumentError, Option } from 'commander';
import { quote } from '../../base/inert.js';
import { parseJsonPath } from '../../base/json-path.js';
import { type ExitCode, type Io, misuse } from '../terminal/io.js';

/** What a command is given when it is registered. */
export interface Cli {
  readonly io: Io;
  /** Says how the command ended. */
  readonly done: (code: ExitCode) => void;
  /** The program with every group, for what is about all commands. */
  readonly whole: () => Promise<Command>;
}

/**
 * Registers a top-level command with everything below it. It describes and parses; what a command
 * does is beside its group, imported when it runs, so that no command pays for another.
 */
export type Group = (program: Command, cli: Cli) => void;

/** Begins with a large plan while the command is loaded that is going to ask for it. */
export async function readAhead({ cwd }: Io, files: readonly string[]): Promise<void> {
  const { PlanThread } = await import('../plan/thread.js');
  PlanThread.readAhead(cwd, files);
}

/** Every command shows how it is used. */
export function withExamples(command: Command, ...lines: readonly string[]): Command {
  const shown = lines.map((line) => `  $ reprieve ${line}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${shown}`);
}

/** Reports: what `--format` takes, once or several times. */
export function formatOption(): Option {
  return new Option(
    '--format <format>',
    'text, markdown, html, json, sarif, junit, codequality or github; FORMAT=FILE writes to a file; repeatable',
  ).argParser((value: string, known: readonly string[] = []) => [...known, value]);
}

/** The time that deadlines and waivers are held against. */
export function nowOption(): Option {
  return new Option(
    '--now <time>',
    'the trusted time, as RFC 3339; otherwise this machine’s clock',
  );
}

/** Whose rules hold. */
export function rulesOption(): Option {
  return new Option(
    '--rules <base>',
    'whose rules hold: a commit (origin/main), or a folder that has its files (../base); otherwise the forge’s base, or these files',
  );
}

/** Where a comment sends its reader. */
export function artifactOption(): Option {
  const what = 'where the whole report is, for a comment that has no room for it';
  return new Option('--artifact <name>', what);
}

/** The stack that a command is about. */
export function stackOption(what = 'the stack, where the app has several'): Option {
  return new Option('--stack <name>', what);
}

/** A stack, given after the command or by --stack: both are the same. */
export function stackIn(
  argument: string | undefined,
  { stack }: { readonly stack?: string },
): string | undefined {
  if (argument === undefined || stack === undefined || argument === stack) return argument ?? stack;
  return misuse({
    code: 'cli/stack',
    message: `Two stacks are named: ${quote(argument)} and ${quote(stack)}.`,
    remedy: 'Name one of them.',
  });
}

/** Options with the stack that was given after the command. */
export function withStack<T extends { readonly stack?: string }>(
  argument: string | undefined,
  options: T,
): T {
  const stack = stackIn(argument, options);
  return stack === undefined ? options : { ...options, stack };
}

/** The same for commands that take several. */
export function severalStacks(what: string): Option {
  return new Option('--stack <name>', what).argParser(
    (value: string, known: readonly string[] = []) => [...known, value],
  );
}

/** All that are named, each once. */
export function stacksIn(
  names: readonly string[],
  { stack = [] }: { readonly stack?: readonly string[] },
): readonly string[] {
  return [...new Set([...names, ...stack])];
}

/** Data in place of a table: one of the formats, or jsonpath=TEMPLATE, which is read later. */
export function outputOption(...formats: readonly string[]): Option {
  const option = new Option('-o, --output <format>', 'instead of a table; or jsonpath={…}');
  return option.choices(formats).argParser((value: string) => {
    if (formats.includes(value)) return value;
    if (value.startsWith('jsonpath=')) {
      const [problem] = parseJsonPath(value.slice('jsonpath='.length)).problems;
      if (problem === undefined) return value;
      throw new InvalidArgumentError(`${problem.message} ${problem.remedy}`);
    }
    throw new InvalidArgumentError(`Allowed choices are ${formats.join(', ')}, jsonpath=TEMPLATE.`);
  });
}

/** Which cluster, where the stack's own provider doesn't say it. */
export function clusterOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'otherwise what the stack’s provider names')
    .option('--context <name>', 'a context of the kubeconfig, where not the current one');
}
