import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { durationOf } from '../../lib/base/duration.js';
import { admissionPolicies } from '../../lib/cluster/admission-policies.js';
import { needsOf } from '../../lib/cluster/needs.js';
import { CLOCKED } from '../../lib/cluster/table/needs.js';
import { CREATIONS, UPDATES } from '../../lib/cluster/table/rows.js';
import { tableText } from './table-text.js';

const FILE = join(import.meta.dirname, '../../docs/cluster.md');
const MARKS = ['<!-- transitions: begin -->', '<!-- transitions: end -->'] as const;
const RULES = {
  clock: 'lease',
  floor: durationOf(3600),
  slack: durationOf(7200),
  pipelines: ['ci'],
  approvers: ['bob'],
} as const;

describe('the table of transitions', () => {
  it('is in docs/cluster.md as it is', () => {
    const text = readFileSync(FILE, 'utf8');
    const [before = '', rest = ''] = text.split(MARKS[0]);
    const after = rest.split(MARKS[1])[1] ?? '';
    const expected = [before, MARKS[0], '\n\n', tableText(), '\n\n', MARKS[1], after].join('');
    if (process.env['UPDATE'] === '1') writeFileSync(FILE, expected);
    expect(readFileSync(FILE, 'utf8')).toBe(expected);
  });

  it('has no need that no policy asks for', () => {
    const asked = needsOf(RULES);
    for (const { name, needs } of [...UPDATES, ...CREATIONS]) {
      const unknown = needs.filter(
        (need) => need !== 'who' && !CLOCKED.has(need) && asked[need] === undefined,
      );
      expect({ name, unknown }).toEqual({ name, unknown: [] });
    }
  });

  it('becomes one variable a row, of which one has to hold', () => {
    const policy = admissionPolicies(RULES).find(
      ({ kind, metadata }) =>
        kind === 'ValidatingAdmissionPolicy' && metadata.name === 'tampering.reprieve.dev',
    );
    const variables: { name: string; expression: string }[] = Object(policy?.spec).variables;
    const allowed = variables.find(({ name }) => name === 'allowed')?.expression ?? '';
    expect(allowed.split(' || ')).toHaveLength(UPDATES.length);
    for (const name of allowed.split(' || ')) {
      expect(variables.map((each) => `variables.${each.name}`)).toContain(name);
    }
  });
});
