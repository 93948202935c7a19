import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRecord } from '../../base/guards.js';
import { compareTexts } from '../../base/order.js';
import { readProjectFile } from '../../files/disk.js';

/** Where cdktf writes, unless cdktf.json names another folder. */
export const DEFAULT_OUTPUT = 'cdktf.out';

/** What can be the name of a stack's folder: what cdktf allows, and nothing that leads elsewhere. */
const STACK = /^(?!\.\.?$)[^\s/\\\p{Cc}\p{Cf}]{1,128}$/u;

/** The folder that cdktf writes to, as cdktf.json names it; the usual one where it can't be read. */
export function outputOf(folder: string): string {
  const { text } = readProjectFile(folder, 'cdktf.json');
  try {
    return outputIn(JSON.parse(text ?? '{}')) ?? DEFAULT_OUTPUT;
  } catch {
    return DEFAULT_OUTPUT;
  }
}

/** The same of a cdktf.json that was parsed; undefined where it names no folder. */
export function outputIn(cdktf: unknown): string | undefined {
  const output = isRecord(cdktf) ? (cdktf['output'] ?? DEFAULT_OUTPUT) : undefined;
  return typeof output === 'string' ? output : undefined;
}

/** The whole path of that folder. */
export function outputFolder(folder: string): string {
  return resolve(folder, outputOf(folder));
}

/** The folder with a folder for each stack. */
export function stacksFolder(folder: string, output = outputOf(folder)): string {
  return resolve(folder, output, 'stacks');
}

/** Where a stack's plan is written as JSON: beside the stacks, wherever cdktf.json has them. */
export function planFile({
  name,
  folder,
}: {
  readonly name: string;
  readonly folder: string;
}): string {
  return join(folder, '..', '..', 'plans', `${name}.json`);
}

export function isStackName(name: string): boolean {
  return STACK.test(name);
}

/** Every stack that the last synthesis left something of, in order. */
export function synthesizedStacks(folder: string): readonly string[] {
  const stacks = stacksFolder(folder);
  return (existsSync(stacks) ? readdirSync(stacks) : []).filter(isStackName).sort(compareTexts);
}

/** A file of a stack as the last synthesis left it; undefined where there is none. */
export function stackFile(folder: string, stack: string, name: string): string | undefined {
  if (!isStackName(stack)) return undefined;
  const file = join(stacksFolder(folder), stack, name);
  return existsSync(file) ? file : undefined;
}
