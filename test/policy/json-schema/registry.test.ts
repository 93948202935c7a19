import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { isRecord } from '../../../lib/base/guards.js';
import { Compiler } from '../../../lib/policy/json-schema/compiler.js';
import { Matcher } from '../../../lib/policy/json-schema/matcher.js';
import { Outline } from '../../../lib/policy/json-schema/outline.js';
import { PartialEvaluator } from '../../../lib/policy/json-schema/partial-evaluator.js';
import { KEYWORDS } from '../../../lib/policy/json-schema/registry.js';
import { ROOT } from '../../support/scratch.js';

const FOLDER = join(ROOT, 'lib/policy/json-schema/keywords');

/** The names of all keywords that some file exports, one by one or in a list. */
async function namesInFiles(): Promise<readonly string[]> {
  const files = readdirSync(FOLDER);
  const modules = await Promise.all(
    files.map((file): Promise<Readonly<Record<string, unknown>>> => import(join(FOLDER, file))),
  );
  return modules
    .flatMap((each) => Object.values(each).flat())
    .flatMap((each) => (isRecord(each) ? [String(each['name'])] : []));
}

describe('the registry of keywords', () => {
  it('has every keyword of every file, each once', async () => {
    expect((await namesInFiles()).toSorted()).toEqual([...KEYWORDS.keys()].toSorted());
  });

  it('lacks only keywords of earlier drafts, and those that a policy can’t have', () => {
    const known = Object.keys(new Ajv2020().RULES.keywords);
    expect(known.filter((each) => !KEYWORDS.has(each)).toSorted()).toEqual([
      ...['$async', '$id', '$recursiveAnchor', '$recursiveRef', '$vocabulary'],
      ...['dependencies', 'id', 'nullable'],
    ]);
  });
});

describe('a keyword that isn’t in the registry', () => {
  const schema = { type: 'object', dependencies: { a: ['b'] } };
  const outline = new Outline(schema);
  const evaluator = new PartialEvaluator(outline, new Compiler(false).compile(schema));

  it('is left to the validator where every part is known', () => {
    expect(new Matcher(outline).at('')).toBeUndefined();
    expect(evaluator.judge({ a: 1, b: 1 }, undefined).verdict).toBe('pass');
    expect(evaluator.judge({ a: 1 }, undefined).verdict).toBe('fail');
  });

  it('is not decided where some part isn’t', () => {
    expect(evaluator.judge({ a: 1 }, { c: true }).verdict).toBe('undecided');
    expect(evaluator.judge([1], [true]).verdict).toBe('fail');
  });
});
