import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../base/guards.js';
import { quote } from '../../base/inert.js';
import { type Checked, type Problem, Problems } from '../../base/problem.js';
import { faultInJson } from '../../plan/json/json-fault.js';
import { isStackName } from '../workspace/output-folder.js';

/** What is taken of a stack from a folder that somebody else wrote. */
export interface SynthesizedStack {
  readonly name: string;
  readonly configuration: Readonly<Record<string, unknown>>;
  /** What reprieve.json says: the code that each address comes from. */
  readonly sources?: Readonly<Record<string, unknown>>;
}

const CONFIGURATION = 'cdk.tf.json';
const SOURCES = 'reprieve.json';
/** What synthesis writes besides; it isn't read. */
const KNOWN: ReadonlySet<string> = new Set([CONFIGURATION, SOURCES, 'targets.json']);

const MAX_STACKS = 500;
const MAX_FILE = 64 * 2 ** 20;
const MAX_TOTAL = 256 * 2 ** 20;

/**
 * Reads a folder with a folder for each stack, as an artifact from another job: nothing in it is
 * trusted. Only plain files of known names are read, none through a link, up to a size; what else is
 * there is a problem, since no synthesis has written it.
 */
export function readSynthesizedFolder(folder: string): Checked<readonly SynthesizedStack[]> {
  const problems = new Problems();
  const stacks = foldersIn(folder, problems);
  let left = MAX_TOTAL;
  const read = (file: string): unknown => {
    const { value, problem } = readJson(file, Math.min(MAX_FILE, left));
    if (problem !== undefined) problems.add(problem);
    left -= value?.size ?? 0;
    return value?.json;
  };
  const found = stacks.flatMap((name) => {
    const files = filesIn(join(folder, name), problems);
    const configuration = read(join(folder, name, CONFIGURATION));
    const sources = files.includes(SOURCES) ? read(join(folder, name, SOURCES)) : undefined;
    if (!isRecord(configuration)) return [];
    return [{ name, configuration, ...(isRecord(sources) ? { sources } : {}) }];
  });
  return problems.result(found);
}

function foldersIn(folder: string, problems: Problems): readonly string[] {
  const entries = listed(folder, problems);
  if (entries === undefined) return [];
  if (entries.length > MAX_STACKS) {
    problems.add(unfit(folder, `it has more than ${MAX_STACKS} entries`));
    return [];
  }
  const isStack = (entry: Dirent) => entry.isDirectory() && isStackName(entry.name);
  for (const entry of entries.filter((each) => !isStack(each))) {
    problems.add(unfit(join(folder, entry.name), 'it is no folder of a stack'));
  }
  if (entries.length === 0) problems.add(unfit(folder, 'it has no stack'));
  return entries
    .filter(isStack)
    .map(({ name }) => name)
    .sort();
}

function filesIn(folder: string, problems: Problems): readonly string[] {
  const entries = listed(folder, problems) ?? [];
  for (const { name } of entries.filter((each) => !each.isFile() || !KNOWN.has(each.name))) {
    problems.add(unfit(join(folder, name), 'no synthesis writes this'));
  }
  return entries.map(({ name }) => name);
}

function listed(folder: string, problems: Problems): readonly Dirent[] | undefined {
  try {
    if (!lstatSync(folder).isDirectory()) throw new Error('it is not a folder');
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    problems.add(unfit(folder, reasonOf(error)));
    return undefined;
  }
}

interface Read {
  readonly value?: { readonly json: unknown; readonly size: number };
  readonly problem?: Problem;
}

function readJson(file: string, limit: number): Read {
  try {
    const bytes = readPlainFile(file, limit);
    const fault = faultInJson(bytes);
    if (fault !== undefined) return { problem: unfit(file, fault.message) };
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (!isRecord(json)) return { problem: unfit(file, 'it is not a JSON object') };
    return { value: { json, size: bytes.length } };
  } catch (error) {
    return { problem: unfit(file, reasonOf(error)) };
  }
}

/** What is there is looked at through the open file: nobody can swap it in between. */
function readPlainFile(file: string, limit: number): Uint8Array {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const descriptor = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const about = fstatSync(descriptor);
    if (!about.isFile()) throw new Error('it is not a plain file');
    if (about.size > limit) throw new Error('it is too large');
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === 'ENOENT') return 'it is not there';
  if (code === 'ELOOP') return 'it is a symbolic link';
  return error instanceof Error ? error.message : 'it failed';
}

function unfit(file: string, why: string): Problem {
  return {
    code: 'synthesized/file',
    message: `${quote(file)} isn't taken over: ${why}.`,
    remedy:
      'Give a folder with STACK/cdk.tf.json for each stack and nothing of Terraform’s, as `cdktf synth` writes cdktf.out/stacks in a fresh checkout.',
  };
}
