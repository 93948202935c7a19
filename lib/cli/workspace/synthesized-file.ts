import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseExactly } from '../../base/exact-json.js';
import { isRecord } from '../../base/guards.js';
import { quote } from '../../base/inert.js';
import type { Checked, Problem, Source } from '../../base/problem.js';
import { faultInJson } from '../../plan/json/json-fault.js';
import type { PlannedResource } from '../../policy/resource.js';
import { synthesizedResources } from '../../policy/synthesized.js';

const MAX_SYNTHESIZED = 256 * 2 ** 20;

/** Whether a file is called like what `cdktf synth` writes, rather than like a plan. */
export function isSynthesized(file: string): boolean {
  return file.endsWith('.tf.json');
}

/** Reads the resources of a stack as it was synthesized. */
export function readSynthesized(folder: string, file: string): Checked<readonly PlannedResource[]> {
  try {
    const path = resolve(folder, file);
    const about = statSync(path);
    if (!about.isFile()) throw new Error('it is no file');
    if (about.size > MAX_SYNTHESIZED) throw new Error('it is larger than 256 MiB');
    return resourcesIn(file, withoutMark(readFileSync(path)));
  } catch (error) {
    return {
      problems: [unreadable({ file }, error instanceof Error ? error.message : 'it failed')],
    };
  }
}

function resourcesIn(file: string, bytes: Uint8Array): Checked<readonly PlannedResource[]> {
  const fault = faultInJson(bytes);
  if (fault !== undefined) {
    const { message, line, column } = fault;
    return { problems: [unreadable({ file, line, column }, message)] };
  }
  const json: unknown = parseExactly(Buffer.from(bytes).toString('utf8'));
  return isConfiguration(json)
    ? { value: synthesizedResources(json), problems: [] }
    : {
        problems: [unreadable({ file }, 'it is no configuration: `resource` has types and names')],
      };
}

/** Anything else would be taken for a stack without resources, in which nothing is found. */
function isConfiguration(json: unknown): boolean {
  if (!isRecord(json)) return false;
  const { terraform, resource = {} } = json;
  if (terraform === undefined && json['resource'] === undefined) return false;
  return isRecord(resource) && Object.values(resource).every(isMapOfRecords);
}

function isMapOfRecords(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isRecord);
}

/** Some editors put a byte order mark before UTF-8. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return [0xef, 0xbb, 0xbf].every((each, at) => bytes[at] === each) ? bytes.subarray(3) : bytes;
}

function unreadable(source: Source, why: string): Problem {
  return {
    code: 'cli/synthesized-unreadable',
    message: `The stack ${quote(source.file)} can't be read: ${why}.`,
    remedy: 'Give cdktf.out/stacks/STACK/cdk.tf.json as `cdktf synth` wrote it, or a plan.',
    source,
  };
}
