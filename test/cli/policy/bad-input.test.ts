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
  // What it has in common with another file is told once, with both places.
  ['unlike-a-policy', 'id: a\n', '1:1', /remediation/],
  ['keyword', policy('keyword', '{ type: object, proprties: {} }'), '7:25', /proprties/],
  ['operand', policy('operand', '{ type: object, required: image }'), '7:25', /must be array/],
  ['kind', policy('kind', '{ type: strin }'), '7:11', /string/],
  ['cycle', policy('cycle', '{ $ref: "#" }'), '7:9', /refers to itself without an end/],
  [
    'round',
    policy('round', '{ $ref: "#/$defs/a", $defs: { a: { allOf: [{ $ref: "#/$defs/a" }] } } }'),
    '7:9',
    /refers to itself without an end/,
  ],
  ['nowhere', policy('nowhere', '{ $ref: "#/$defs/a" }'), '7:11', /is nothing in the policy/],
  ['reference', policy('reference', '{ type: string, pattern: "(a)\\\\1" }'), '7:25', /escape/],
  ['look-around', policy('look-around', '{ type: string, pattern: "(?=a)" }'), '7:25', /Perl/],
];

/** One file with many faults of all sorts. */
const SEVERAL = `id: Several
title: Several
remediaton: None.
category: bad
why: Bad.
target: container
parameters:
  most: { type: integer, default: many }
schema:
  type: object
  properties:
    a: { typ: string, maximum: ten }
    b:
      if: { required: [x] }
when:
  type: object
  requires: [a]
  pattern: "(?=a)"
`;

let folder: string;
let told: { readonly code: number | null; readonly stdout: string; readonly stderr: string };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-bad-'));
  mkdirSync(join(folder, 'policies'));
  cpSync(join(ROOT, 'policies/supply-chain'), join(folder, 'policies/good'), { recursive: true });
  copyFileSync(join(ROOT, 'test/fixtures/plans', PLAN), join(folder, PLAN));
  writeFileSync(join(folder, 'reprieve.yaml'), 'version: 1\npolicies: { paths: [policies] }\n');
  for (const [name, text] of BAD) writeFileSync(join(folder, `policies/${name}.yaml`), text);
  writeFileSync(join(folder, 'policies/several.yaml'), SEVERAL);
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

/** What is said of a file. */
function toldOf(name: string) {
  const pattern = new RegExp(
    `error: ([^\\n]*)\\n[^\\n]*policies/${name}\\.yaml:(\\d+:\\d+)\\n\\s+([^\\n]*)`,
    'g',
  );
  return [...told.stderr.matchAll(pattern)].map(([, message = '', place = '', remedy = '']) => ({
    message,
    place,
    remedy,
  }));
}

describe('policies that can’t be used', () => {
  it.each(BAD)('are told with file, line and column: %s', (name, _text, place, fault) => {
    const [, after = ''] = told.stderr.split(`policies/${name}.yaml:`);
    const [before = ''] = told.stderr.split(`policies/${name}.yaml:`);
    expect(after.slice(0, place.length)).toBe(place);
    expect(before.slice(before.lastIndexOf('error: '))).toMatch(fault);
  });

  it('are told with everything that is wrong, each at its place and with a remedy', () => {
    const several = toldOf('several');
    expect(several.map(({ place }) => place).sort()).toEqual([
      ...['12:10', '12:23', '12:5', '17:3', '18:3', '1:1', '1:5', '3:1', '8:9', '8:9'],
    ]);
    const said = several.map(({ message }) => message).join('\n');
    for (const each of ['"remediaton"', 'Did you mean', 'no keyword', 'must be number', 'strict'])
      expect(said).toContain(each);
    expect(several.every(({ remedy }) => remedy.length > 5)).toBe(true);
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
