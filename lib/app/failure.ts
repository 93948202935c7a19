import { writeFileSync } from 'node:fs';
import type { ExitCode } from '../base/exit.js';
import { formatProblems, PROBLEMS_VARIABLE, type Problem } from '../base/problem.js';
import { sourceInStack } from '../constructs/call-site.js';
import { UsageError } from '../constructs/context.js';
import { DeclarationError } from '../constructs/declaration-error.js';

/** What to tell a user of an error: never a stack trace, but the line of theirs that led to it. */
export function problemsOf(error: unknown): readonly Problem[] {
  if (DeclarationError.isDeclarationError(error)) return error.problems;
  const remedy = UsageError.isUsageError(error)
    ? error.remedy
    : 'Correct this first: nothing else could be checked.';
  const message = error instanceof Error ? error.message : String(error);
  const source = error instanceof Error ? sourceInStack(error.stack) : undefined;
  return [{ code: 'app/error', message, remedy, ...(source === undefined ? {} : { source }) }];
}

/** Prints problems and returns the exit code to end with. */
export function printProblems(
  problems: readonly Problem[],
  code: ExitCode,
  end = 'Nothing was written.',
): ExitCode {
  const texts = formatProblems(problems);
  const count = texts.length === 1 ? '1 problem' : `${texts.length} problems`;
  const text = texts.join('\n\n');
  process.stderr.write(`\n${text}\n\n${count}. ${end}\n`);
  handOver(problems);
  return code;
}

/** The command that runs the app reads them as data. It still has what was printed. */
function handOver(problems: readonly Problem[]): void {
  const file = process.env[PROBLEMS_VARIABLE];
  if (file === undefined || file === '') return;
  try {
    writeFileSync(file, JSON.stringify(problems));
  } catch {
    // Printed above: that is what counts.
  }
}
