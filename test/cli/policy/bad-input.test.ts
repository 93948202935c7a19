import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/scratch.js';

const PLAN = 'live-no-change.json';

function policy(id: string, schema: string): string {
  return [
    `id: ${id}`,
    'title: Bad',
    'category: bad',
    'why: Bad.',
    'remediation: None.',
    'target: container',
    `schema: ${schema}`,
    '',
  ].join('\n');
}

/** Each file, and the place and the fault that have to be told of it. */
const BAD: readonly (readonly [name: string, text: string, place: string, fault: RegExp])[] = [
  ['not-yaml', 'id: [a\nb: {', '2:', /bracket or brace is not closed/],
  ['bomb', 'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n', '1:', /Anchors/],
  ['deep', `id: ${'['.repeat(10_000)}`, '1:', /more than 32 deep/],
  ['unlike-a-policy', 'id: a\n', '1:1', /title/],
  ['keyword', policy('keyword', '{ type: object, proprties: {} }'), '7:9', /proprties/],
  ['operand', policy('operand', '{ type: object, required: image }'), '7:9', /required/],
  ['kind', policy('kind', '{ type: strin }'), '7:9', /type/],
  ['cycle', policy('cycle', '{ $ref: "#" }'), '7:9', /refers to itself without an end/],
  [
    'round',
    policy('round', '{ $ref: "#/$defs/a", $defs: { a: { allOf: [{ $ref: "#/$defs/a" }] } } }'),
    '7:9',
    /refers to itself without an end/,
  ],
  ['nowhere', policy('nowhere', '{ $ref: "#/$defs/a" }'), '7:9', /resolve/],
  ['reference', policy('reference', '{ type: string, pattern: "(a)\\\\1" }'), '7:9', /escape/],
  ['look-around', policy('look-around', '{ type: string, pattern: "(?=a)" }'), '7:9', /Perl/],
];

let folder: string;
let told: { readonly code: number | null; readonly stdout: string; readonly stderr: string };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-bad-'));
  mkdirSync(join(folder, 'policies'));
  cpSync(join(ROOT, 'policies/supply-chain'), join(folder, 'policies/good'), { recursive: true });
  copyFileSync(join(ROOT, 'test/fixtures/plans', PLAN), join(folder, PLAN));
  writeFileSync(join(folder, 'reprieve.yaml'), 'version: 1\npolicies: { paths: [policies] }\n');
  for (const [name, text] of BAD) writeFileSync(join(folder, `policies/${name}.yaml`), text);
  const large = join(folder, 'policies/large.yaml');
  writeFileSync(large, 'id: large\n');
  truncateSync(large, 100 * 2 ** 20);
  // By itself it is refused by no one, and takes for ever where patterns are tried one way after another.
  const slow = policy('slow', '{ type: object, properties: { name: { pattern: "^(a|a?)+$" } } }');
  writeFileSync(
    join(folder, 'policies/slow.yaml'),
    slow.replace('{ pattern', '{ type: string, pattern'),
  );
  const bin = join(ROOT, 'bin/reprieve.js');
  const done = spawnSync(process.execPath, [bin, 'validate', PLAN, '--format', 'json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  told = { code: done.status, stdout: done.stdout, stderr: done.stderr };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('policies that can’t be used', () => {
  it.each(BAD)('are told with file, line and column: %s', (name, _text, place, fault) => {
    const [, after = ''] = told.stderr.split(`policies/${name}.yaml:`);
    const [before = ''] = told.stderr.split(`policies/${name}.yaml:`);
    expect(after.slice(0, place.length)).toBe(place);
    expect(before.split('\n').slice(-2).join('\n')).toMatch(fault);
  });

  it('may be of any size', () => {
    expect(told.stderr).toMatch(/larger than 16 MiB[^\n]*\n[^\n]*policies\/large\.yaml:1:1/);
  });

  it('end the command with 2, and keep no other policy from being evaluated', () => {
    expect(told.code).toBe(2);
    const findings: readonly { policy: string }[] = JSON.parse(told.stdout).findings;
    const found = new Set(findings.map((each) => each.policy));
    expect(found).toContain('image-by-digest');
    expect(found).toContain('slow');
  });
});
