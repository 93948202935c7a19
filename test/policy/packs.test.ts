import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYamlFile } from '../../lib/files/yaml-file.js';
import type { PolicyDocument } from '../../lib/model/policy-document.js';
import { impossibleIn } from '../../lib/policy/impossible.js';
import { compilePolicy } from '../../lib/policy/policy.js';
import { judgementsOf, runPolicyTests } from '../../lib/policy/tests.js';
import { targetFields } from '../../lib/validation/target-fields.js';
import { ROOT } from '../support/scratch.js';

const FOLDER = join(ROOT, 'policies');
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort();

function read(name: string): PolicyDocument {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const { value, problems } = parseYamlFile(name, text, 'policy');
  if (value === undefined) throw new Error(JSON.stringify(problems, undefined, 1));
  return value.value;
}

describe('the profiles of reprieve.yaml', () => {
  it('are the folders of the policies, but for those of pods', () => {
    const schema = readFileSync(join(ROOT, 'lib/schemas/reprieve.schema.json'), 'utf8');
    const { profiles } = JSON.parse(schema).properties.policies.properties;
    const folders = new Set(FILES.map((name) => dirname(name)));
    folders.delete('pod-security');
    expect(profiles.items.enum).toEqual([...folders]);
  });
});

describe('the policies of this repository', () => {
  it.each(FILES)('%s keeps its own tests', (name) => {
    const { results, unproven } = runPolicyTests([read(name)]);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(unproven).toEqual([]);
  });

  it.each(FILES)('%s says what is wrong without the words of JSON Schema', (name) => {
    const document = read(name);
    const messages = (document.tests ?? []).flatMap((test) => {
      const { value: policy } = compilePolicy(document, test.parameters);
      const judgements = policy === undefined ? [] : judgementsOf(policy, test);
      return judgements.flatMap(({ faults }) => faults.map(({ message }) => message));
    });
    expect(messages).not.toEqual([]);
    for (const each of messages)
      expect(each).not.toMatch(/NOT|\bschema\b|valid|allowed values|property|properties|constant/);
  });

  it.each(FILES)('%s asks for nothing that its target can’t have', (name) => {
    const { value } = compilePolicy(read(name));
    expect(value && impossibleIn(value, targetFields())).toEqual([]);
  });

  it.each(FILES)('%s is named after its id and category, and says where to read on', (name) => {
    const { id, category, url } = read(name);
    expect([basename(name, '.yaml'), dirname(name)]).toEqual([id, category]);
    expect(url).toBeDefined();
  });
});
