import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FORMATS } from '../../lib/report/reporters.js';
import { runCli } from '../support/cli.js';
import { editedPlan, planText } from '../support/plans.js';
import { ROOT } from '../support/scratch.js';

const PLAN = 'cdktf.out/plans/production.json';
const REASON = 'Waits for the registry';
const LIVE = planText('live-no-change');
const NEXT = new Date(Date.parse(JSON.parse(LIVE).timestamp) + 360 * 86_400_000)
  .toISOString()
  .slice(0, 10);
const COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ['validate', ['validate', PLAN]],
  ['review --policy', ['review', PLAN, '--policy']],
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-findings-'));
  mkdirSync(join(folder, 'cdktf.out/plans'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command that writes every format at once, and gives what each has. */
async function everywhere(command: readonly string[], plan: string) {
  writeFileSync(join(folder, PLAN), plan);
  const now: string = JSON.parse(plan).timestamp;
  const outputs = FORMATS.flatMap((format) => ['--format', `${format}=${format}.out`]);
  const { code, stdout, stderr } = await runCli(folder, [...command, '--now', now, ...outputs]);
  const texts = FORMATS.map(
    (format) => [format, readFileSync(join(folder, `${format}.out`), 'utf8')] as const,
  );
  return { code, said: stdout + stderr, texts };
}

function settings(...lines: readonly string[]): void {
  const first = ['version: 1', 'policies:', '  paths: [policies]'];
  writeFileSync(join(folder, 'reprieve.yaml'), `${[...first, ...lines].join('\n')}\n`);
}

/** A plan with a pod that has credentials in clear, and one value that is marked. */
function withCredentials(): string {
  const container = {
    image: 'registry.example/team/report:2',
    env: [{ name: 'DB_PASSWORD', value: 'CANARY-literal' }],
    args: ['--token=CANARY-argument'],
    working_dir: 'CANARY-marked',
  };
  const metadata = [{ name: 'pod', annotations: { note: 'CANARY-annotation' } }];
  const type = 'kubernetes_pod_v1';
  return editedPlan('sensitive', (plan) => {
    const changes: unknown = plan['resource_changes'];
    if (!Array.isArray(changes)) throw new Error('no changes');
    changes.push({
      address: `${type}.pod`,
      mode: 'managed',
      type,
      name: 'pod',
      change: {
        actions: ['create'],
        before: null,
        after: { metadata, spec: [{ container: [container] }] },
        after_unknown: {},
        after_sensitive: { spec: [{ container: [{ working_dir: true }] }] },
      },
    });
  });
}

describe.each(COMMANDS)('%s', (_name, command) => {
  const waiver = (changes: string, expires: string) =>
    `waivers: [{ policy: image-by-digest, path: production, reason: ${REASON}, owner: ann@example.org, expires: ${expires}${changes} }]`;

  it.each([
    ['that holds', waiver('', NEXT), undefined],
    ['past its expiry', waiver('', '2020-01-01'), 'waiver-over'],
    ['for longer than a year', waiver('', '2999-01-01'), 'waiver-too-long'],
    ['that ends right now', waiver('', '"NOW"'), 'waiver-over'],
    ['with a day that there is not', waiver('', '2999-02-30'), 'waiver-unusable'],
    ['with no date', waiver('', 'never'), 'waiver-unusable'],
    ['with a number for a date', waiver('', '29990101'), 'waiver-unusable'],
    ['without an owner', waiver('', NEXT).replace('owner', 'ower'), 'waiver-unusable'],
    ['with too short a reason', waiver('', NEXT).replace(REASON, 'why'), 'waiver-unusable'],
    ['for a hard-mandatory policy', waiver('', NEXT), 'waiver-refused'],
    ['for another place', waiver('', NEXT).replace('production', 'prod'), 'waiver-unused'],
  ])('honours a waiver in all formats or in none: one %s', async (_, line, notice) => {
    cpSync(join(ROOT, 'policies/supply-chain'), join(folder, 'policies'), { recursive: true });
    const level = notice === 'waiver-refused' ? 'hard-mandatory' : 'soft-mandatory';
    const now: string = JSON.parse(LIVE).timestamp;
    settings(`  levels: { image-by-digest: ${level} }`, line.replace('NOW', now));
    const { code, texts } = await everywhere(command, LIVE);
    const holds = notice === undefined;
    expect(code).toBe(holds ? 0 : 1);
    for (const [format, text] of texts) {
      expect([format, text.includes(REASON)]).toEqual([format, holds]);
    }
    const text = texts.find(([format]) => format === 'text')?.[1];
    if (notice !== undefined) expect(text).toContain(notice);
    else expect(text).not.toContain('waiver-');
  });

  it('shows no sensitive value in any format', async () => {
    mkdirSync(join(folder, 'policies'));
    const inner = { $ref: '#/$defs/inner' };
    const refusing = { type: ['object', 'array', 'null', 'boolean'], items: inner };
    const schema = {
      type: 'object',
      additionalProperties: inner,
      $defs: { inner: { ...refusing, additionalProperties: inner } },
    };
    for (const target of ['resource', 'manifest', 'container']) {
      const about = { title: 'Nothing is text', category: 'x', why: 'x', remediation: 'x' };
      writeFileSync(
        join(folder, `policies/${target}.yaml`),
        JSON.stringify({ id: target, ...about, target, schema }),
      );
    }
    settings();
    const { said, texts } = await everywhere(command, withCredentials());
    for (const text of [said, ...texts.map(([, each]) => each)]) {
      expect(text).not.toContain('CANARY');
    }
    const json = texts.find(([format]) => format === 'json')?.[1] ?? '{}';
    expect(JSON.parse(json).findings.length).toBeGreaterThan(3);
    expect(json).toMatch(/"value": "[^n]/);
  });
});
