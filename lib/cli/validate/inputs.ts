import { relative } from 'node:path';
import { inert, quote } from '../../base/inert.js';
import { compareTexts } from '../../base/order.js';
import type { Origin } from '../../validation/policy-review.js';
import { type ReviewProject, stackNameOf } from '../review/context.js';
import { type Io, misuse, say } from '../terminal/io.js';
import { outputOf, stackFile, synthesizedStacks } from '../workspace/output-folder.js';
import { isSynthesized } from '../workspace/synthesized-file.js';

/** Where a stack is seen. */
type StackOrigin = Extract<Origin, 'plan' | 'code'>;

/** One stack, as it is planned, as the code declares it, or both. */
export interface StackInput extends Partial<Readonly<Record<StackOrigin, string>>> {
  readonly stack: string;
}

/** What is to be validated, by stack: the files that are given, or every stack that was synthesized. */
export function inputsOf(
  io: Io,
  { folder = io.cwd }: ReviewProject,
  files: readonly string[],
  named: string | undefined,
): readonly StackInput[] {
  const all = files.length > 0 ? files : synthesizedFiles(io, folder);
  const stacks = new Map<string, StackInput>();
  for (const file of all) {
    const stack = named ?? stackNameOf(file);
    const origin: StackOrigin = isSynthesized(file) ? 'code' : 'plan';
    const known = stacks.get(stack);
    if (known?.[origin] !== undefined) twice(stack, known[origin], file);
    stacks.set(stack, { ...known, stack, [origin]: file });
  }
  return [...stacks.values()].sort((a, b) => compareTexts(a.stack, b.stack));
}

/** A stack as the last synthesis left it. */
export function synthesizedFileOf(folder: string, stack: string): string | undefined {
  return stackFile(folder, stack, 'cdk.tf.json');
}

function synthesizedFiles(io: Io, folder: string): readonly string[] {
  const found = synthesizedStacks(folder)
    .flatMap((stack) => synthesizedFileOf(folder, stack) ?? [])
    .map((file) => relative(io.cwd, file));
  if (found.length === 0) return misuse(nothing(outputOf(folder)));
  say(io, `Validating what was synthesized last: ${found.map(inert).join(', ')}.`);
  return found;
}

function nothing(output: string) {
  return {
    code: 'cli/nothing-synthesized',
    message: `No file was named, and ${inert(output)} has no stack.`,
    remedy: 'Run `cdktf synth` first, or name plans or cdk.tf.json files.',
  };
}

function twice(stack: string, first: string, second: string): never {
  return misuse({
    code: 'cli/same-stack',
    message: `${quote(first)} and ${quote(second)} are both of the stack ${quote(stack)}.`,
    remedy: 'Give each stack’s plan and its cdk.tf.json once, in files named after their stacks.',
  });
}
