import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { schemaCompiler, schemaOf } from '../../lib/files/schema.js';
import { ROOT } from '../support/scratch.js';

const DELETIONS = `
version: 1
deletions:
  - target: billing/secrets/db
    stack: production
    mode: hard
    reason: No longer needed by anyone
    requestedBy: ann@example.org
    requestedAt: '2026-01-01T00:00:00Z'
    confirm: db
    approvals: [{ by: bob@example.org, at: '2026-01-01T00:00:00Z', expires: '2026-01-02T00:00:00Z', uid: u-1 }]
`;
const SETTINGS = `
version: 1
reclamation: { period: 7d, floor: 24h, planMaxAge: 1h }
stacks: { production: { period: 14d } }
approvers: [{ id: bob@example.org, github: bob, kubernetesUser: bob }]
gate: { clockTolerance: 10m }
encryption: { provider: kms, managed: true }
cluster: { clock: tick, pipelines: [deploy] }
policies: { paths: [policies], levels: { a-b: advisory }, parameters: { a-b: { c: 1 } } }
waivers: [{ policy: a-b, path: production/billing, reason: Not ours to change, owner: ann@example.org, expires: '2026-06-01' }]
`;
const POLICY = readFileSync(join(ROOT, 'policies/supply-chain/image-by-digest.yaml'), 'utf8');
const LOCK = readFileSync(join(ROOT, 'projects.lock.yaml'), 'utf8');

const OTHERS: readonly unknown[] = [null, '', 'x', '2026-13-01', -1, [], {}, { x: 1 }, true];

/** A document, and everything that comes of it when one value is another, gone, or one too many. */
function variants(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((each, at) => variants(each).map((other) => value.with(at, other)));
    return [value, ...OTHERS, [...value, ...value], ...inner];
  }
  if (typeof value !== 'object' || value === null) return [value, ...OTHERS];
  const entries = Object.entries(value);
  const inner = entries.flatMap(([key, each]) => [
    Object.fromEntries(entries.filter(([other]) => other !== key)),
    ...variants(each).map((other) => ({ ...value, [key]: other })),
  ]);
  return [value, ...OTHERS, { ...value, extra: 1 }, ...inner];
}

describe('the checks that the build prepares', () => {
  it.each([
    ['deletions', DELETIONS],
    ['reprieve', SETTINGS],
    ['policy', POLICY],
    ['projects.lock', LOCK],
  ] as const)('say the same as those that are compiled: %s', async (name, text) => {
    const file = join(ROOT, 'dist/files/schema.js');
    const { validatorOf }: { validatorOf: (name: string) => ValidateFunction } = await import(file);
    const [prepared, compiled] = [
      validatorOf(name),
      schemaCompiler('first').compile(schemaOf(name)),
    ];
    // What ajv has compiled at run time carries its schema's surroundings.
    expect(['schemaEnv' in prepared, 'schemaEnv' in compiled]).toEqual([false, true]);
    const said = { true: 0, false: 0 };
    for (const document of variants(parse(text))) {
      const isValid = prepared(document);
      expect(isValid, JSON.stringify(document)).toBe(compiled(document));
      expect(prepared.errors).toEqual(compiled.errors);
      said[`${isValid === true}`] += 1;
    }
    expect(said.true).toBeGreaterThan(0);
    expect(said.false).toBeGreaterThan(50);
  });
});
