/** Where in a user's file a problem lies. Lines and columns count from 1. */
export interface Source {
  /** Its path, relative to the working directory where it is below it. */
  readonly file: string;
  /** From 1; left out where the whole file is meant. */
  readonly line?: number;
  /** From 1; left out where the whole line is meant. */
  readonly column?: number;
}

/**
 * Something wrong with a user's input. Problems are collected, never thrown one by one, so that
 * a user sees all of them at once. A secret's value never appears in any field.
 */
export interface Problem {
  /** Stable identifier for tests and tools, such as `job-template/size`. */
  readonly code: string;
  /** What is wrong, with the offending value: "`cpu` 3 is not a size". */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** The construct's path, or a path inside a document such as `deletions[2].mode`. */
  readonly path?: string;
  /** The keys to what it is about, for whoever has the file. @default - what `path` says */
  readonly steps?: readonly string[];
  /** The file and line that the value comes from. */
  readonly source?: Source;
}

/** The environment variable that names a file to which an app also writes its problems, as JSON. */
export const PROBLEMS_VARIABLE = 'REPRIEVE_PROBLEMS';

/** Codes by which a command recognises what an app has found. */
export const STALE_LOCK = 'lock/stale';
export const NOT_REBUILT = 'lock/raw-construct';

/** A value, or the reasons why there is none. `value` is only set where `problems` is empty. */
export interface Checked<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
}

/** Collects problems while something is being checked. */
export class Problems {
  private readonly found: Problem[] = [];

  /** Notes one problem. */
  add(problem: Problem): void {
    this.found.push(problem);
  }

  /** Takes the problems of a nested check over and returns its value, if it has one. */
  take<T>(checked: Checked<T>): T | undefined {
    for (const problem of checked.problems) this.found.push(problem);
    return checked.value;
  }

  /** What was found so far. */
  get all(): readonly Problem[] {
    return this.found;
  }

  /** The result of the check: `value` if nothing was found. */
  result<T>(value: T | undefined): Checked<T> {
    return this.found.length === 0 && value !== undefined
      ? { value, problems: [] }
      : { problems: this.found };
  }
}

/** The text form of a problem: what, where, and what to do. */
export function formatProblem(problem: Problem): string {
  const where = [problem.path, formatSource(problem.source)].filter((part) => part !== undefined);
  const at = where.length === 0 ? [] : [`  at ${where.join(' · ')}`];
  return [`error: ${problem.message}`, ...at, `  ${problem.remedy}`].join('\n');
}

/** A problem in one line, for where several are told among other things. */
export function problemInLine({ message, remedy, source }: Problem): string {
  const place = formatSource(source);
  return `${message} ${remedy}${place === undefined ? '' : ` (${place})`}`;
}

/** `file:line:column` as editors and terminals make it clickable. */
export function formatSource(source: Source | undefined): string | undefined {
  if (source === undefined) return undefined;
  return [source.file, source.line, source.column].filter((part) => part !== undefined).join(':');
}
