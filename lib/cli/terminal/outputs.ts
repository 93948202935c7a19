import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { quote } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import { writeAtomically } from '../../files/disk.js';
import { FORMATS, type Format, isFormat, reporterOf } from '../../report/reporters.js';
import type { Review } from '../../review/review.js';
import { type Io, misuse, say } from './io.js';

/** A source file larger than this is not shown. */
const MAX_SOURCE = 2 ** 20;

/** A format, and the file that it is written to; printed where there is none. */
export interface Output {
  readonly format: Format;
  readonly file: string | undefined;
}

/** Where reports find what they show beside the review. */
export interface ReportOptions {
  /** Where the whole report will be found, for a comment that has no room for it. */
  readonly artifact?: string;
  /** The folder that source files are named from. */
  readonly folder?: string | undefined;
}

/** Reads what `--format` says, before anything else is done. */
export function outputsOf(formats: readonly string[]): readonly Output[] {
  const outputs = formats.map((each) => {
    const at = each.indexOf('=');
    const name = at === -1 ? each : each.slice(0, at);
    if (!isFormat(name)) {
      return misuse({
        code: 'cli/format',
        message: `There is no format ${quote(name)}.${didYouMean(name, FORMATS)}`,
        remedy: `Formats: ${FORMATS.join(', ')}; FORMAT=FILE writes to a file.`,
      });
    }
    return { format: name, file: at === -1 ? undefined : each.slice(at + 1) };
  });
  const nameless = outputs.find(({ file }) => file === '');
  if (nameless !== undefined) {
    misuse({
      code: 'cli/format-file',
      message: `--format ${nameless.format}= names no file.`,
      remedy: `Write --format ${nameless.format}=FILE, or --format ${nameless.format} to print it.`,
    });
  }
  const printed = outputs.filter(({ file }) => file === undefined);
  if (printed.length <= 1) return outputs;
  return misuse({
    code: 'cli/several-formats',
    message: 'Only one format can be printed.',
    remedy: 'Write the others to files: --format text --format html=review.html.',
  });
}

/** Prints the review and writes its files. */
export async function writeOutputs(
  io: Io,
  review: Review,
  outputs: readonly Output[],
  { artifact, folder = io.cwd }: ReportOptions,
): Promise<void> {
  const options = {
    ...(artifact === undefined ? {} : { artifact }),
    linesOf: (file: string) => linesOf(folder, file),
  };
  for (const { format, file } of outputs) {
    const text = (await reporterOf(format, review.scope))(review, options);
    if (file === undefined) io.stdout.write(text);
    else await writeReport(io, file, text);
  }
}

async function writeReport(io: Io, file: string, text: string): Promise<void> {
  try {
    writeAtomically(resolve(io.cwd, file), text);
  } catch (error) {
    const { unwritable } = await import('../workspace/unwritable.js');
    misuse(unwritable(file, error));
  }
  say(io, `Wrote ${file}.`);
}

function linesOf(folder: string, file: string): readonly string[] {
  try {
    const path = resolve(folder, file);
    const { size } = statSync(path);
    return size > MAX_SOURCE ? [] : readFileSync(path, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
