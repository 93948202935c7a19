import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../support/cli.js';
import { ROOT } from '../../support/scratch.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-policy-'));
  mkdirSync(join(folder, 'policies'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PLAN = join(ROOT, 'test/fixtures/plans/live-no-change.json');
const NOW: string = JSON.parse(readFileSync(PLAN, 'utf8')).timestamp;

const NEXT = new Date(Date.parse(NOW) + 360 * 86_400_000).toISOString().slice(0, 10);

/** A job template's image in the shape that Terraform gives it. */
function policy(
  changes: object = {},
  image: object = { type: 'string', pattern: '@sha256:' },
): string {
  const list = (schema: object) => ({
    type: 'array',
    items: { type: 'object', properties: schema },
  });
  const one = (schema: object) => ({ type: 'object', properties: schema });
  const pod = list({ template: list({ spec: list({ container: list({ image }) }) }) });
  return JSON.stringify({
    id: 'image-by-digest',
    title: 'Images are named by their digests',
    category: 'supply-chain',
    why: 'A tag can be moved to another image.',
    remediation: 'Write image@sha256:….',
    target: 'kubernetes_cron_job_v1',
    schema: one({ spec: list({ job_template: list({ spec: pod }) }) }),
    ...changes,
  });
}

async function review(settings: string, ...args: readonly string[]) {
  writeFileSync(
    join(folder, 'reprieve.yaml'),
    `version: 1\npolicies: { paths: [policies]${settings}\n`,
  );
  const all = ['review', PLAN, '--policy', '--now', NOW, ...args];
  const { code, stdout, stderr } = await runCli(folder, all);
  return { code, output: stdout + stderr };
}

const SOFT = ', levels: { image-by-digest: soft-mandatory } }';

describe('reprieve review --policy', () => {
  it('tells findings, and stops for those that must be mended', async () => {
    writeFileSync(join(folder, 'policies/image.yaml'), policy());
    const advice = await review(' }');
    expect(advice).toMatchObject({ code: 0 });
    expect(advice.output).toContain('advisory, open  image-by-digest');
    const stopped = await review(SOFT);
    expect(stopped.code).toBe(1);
    expect(stopped.output).toContain('policy/image-by-digest');
    expect(stopped.output).toMatch(
      /must match pattern "@sha256:"\. It is `"registry\.example\/[^`]*"`\. Write image@sha256:…\./,
    );
  });

  it('honours a waiver until it is over, for its path alone, and not above soft-mandatory', async () => {
    writeFileSync(join(folder, 'policies/image.yaml'), policy());
    const waiver = (path: string, expires: string) =>
      `\nwaivers: [{ policy: image-by-digest, path: ${path}, reason: "Waits for the new registry", owner: ann@example.org, expires: ${expires} }]`;
    const path = 'live-no-change';
    expect(await review(`${SOFT}${waiver(path, NEXT)}`)).toMatchObject({ code: 0 });
    const over = await review(`${SOFT}${waiver(path, '2026-01-01')}`);
    expect(over.code).toBe(1);
    expect(over.output).toContain('waiver-over');
    const other = await review(`${SOFT}${waiver('live', NEXT)}`);
    expect(other.code).toBe(1);
    expect(other.output).toContain('waiver-unused');
    const hard = SOFT.replace('soft', 'hard');
    expect((await review(`${hard}${waiver(path, NEXT)}`)).code).toBe(1);
  });

  it('says that a policy was about nothing', async () => {
    writeFileSync(join(folder, 'policies/image.yaml'), policy({ target: 'kubernetes_cron_jobs' }));
    expect((await review(' }')).output).toContain('policy-unmatched');
  });

  it.each([
    ['id: [', 'policies/image.yaml:1'],
    [policy({ tilte: 'x' }), 'tilte'],
    [policy({}, { type: 'strin' }), 'image-by-digest'],
    ['a: &a [*a]', 'policies/image.yaml'],
  ])('ends with 2 where a policy can’t be used: %#', async (text, says) => {
    writeFileSync(join(folder, 'policies/image.yaml'), text);
    const done = await review(' }');
    expect(done.code).toBe(2);
    expect(done.output).toContain(says);
  });

  it('ends with 2 where two have one id, or the folder is not there', async () => {
    writeFileSync(join(folder, 'policies/a.yaml'), policy());
    writeFileSync(join(folder, 'policies/b.yaml'), policy());
    expect((await review(' }')).output).toContain('There are two policies "image-by-digest"');
    rmSync(join(folder, 'policies'), { recursive: true });
    expect(await review(' }')).toMatchObject({ code: 2 });
  });
});
