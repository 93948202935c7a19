import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, DataResource, TerraformStack } from 'cdktf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reclamation } from '../../lib/exports/reclamation.js';
import type { DeletionRequest } from '../../lib/files/deletions.js';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'reprieve-reclamation-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

const request = (target: string): DeletionRequest => ({
  target,
  project: 'archive',
  mode: 'soft',
  reason: 'No longer needed by anyone',
  requestedBy: 'ann@example.org',
  requestedAt: '2026-01-01T00:00:00Z',
  approvals: [],
  source: { file: 'deletions.yaml' },
  index: 0,
});

const FILE = '${file("/etc/hostname")}';

/** A hard deletion whose every text is one that Terraform would evaluate. */
const hostile = (target: string): DeletionRequest => ({
  ...request(target),
  mode: 'hard',
  reason: FILE,
  requestedBy: FILE,
  approvals: [{ by: `bob ${FILE}`, at: '2026-01-01T00:00:00Z', uid: FILE, expires: FILE }],
});

/** A plain stack of cdktf's, with two resources that are not Kubernetes'. */
function synthesize(...targets: readonly string[]) {
  return synthesizeWith(targets, request);
}

function synthesizeWith(targets: readonly string[], request: (target: string) => DeletionRequest) {
  const stack = new TerraformStack(new App({ outdir }), 'plain');
  const reclamation = new Reclamation(stack, 'reclamation', {
    target: 'archive',
    period: '168h',
    planMaxAge: '1h',
    requestOf: (target) => (targets.includes(target) ? request(target) : undefined),
  });
  reclamation.protect('archive', new DataResource(stack, 'bucket'));
  reclamation.protect('archive/items/index', new DataResource(stack, 'index'));
  reclamation.seal();
  stack.prepareStack();
  const json = JSON.parse(JSON.stringify(stack.toTerraform()));
  return { data: json.resource.terraform_data, locals: json.locals, reclamation };
}

const OVER = (tombstone: string) =>
  `(timecmp(plantimestamp(), timeadd(terraform_data.${tombstone}.input.deleted_at, terraform_data.${tombstone}.input.period)) >= 0)`;

describe('a reclamation of any Terraform resources', () => {
  it('protects what lives, and records what belongs together', () => {
    const { data, locals } = synthesize();
    expect(data.bucket.lifecycle).toEqual({ prevent_destroy: true });
    expect(data.bucket).not.toHaveProperty('count');
    const guard = Object.entries<{ input: object }>(data).find(([id]) => id.includes('guard'))?.[1];
    expect(guard).toMatchObject({
      depends_on: ['terraform_data.bucket', 'terraform_data.index'],
      lifecycle: { prevent_destroy: true },
      input: {
        kind: 'Guard',
        members: [
          { address: 'terraform_data.bucket', target: 'archive' },
          { address: 'terraform_data.index', target: 'archive/items/index' },
        ],
      },
    });
    expect(locals).toBeUndefined();
  });

  it('gives everything that goes with the whole the same clock', () => {
    const { data, locals, reclamation } = synthesize('archive');
    const tombstone = Object.keys(data).find((id) => id.includes('tombstone')) ?? '';
    expect(locals).toEqual({ reprieve_planned_at: '${plantimestamp()}' });
    expect(data[tombstone].lifecycle).toMatchObject({
      create_before_destroy: true,
      ignore_changes: ['input'],
      prevent_destroy: true,
    });
    for (const member of [data.bucket, data.index]) {
      expect(member.count).toBe(`\${${OVER(tombstone)} ? 0 : 1}`);
      expect(member).not.toHaveProperty('lifecycle');
    }
    expect(reclamation.summaries()).toMatchObject([
      { target: 'archive', members: ['terraform_data.bucket', 'terraform_data.index'] },
    ]);
  });

  it('lets one go alone, and by the earlier of two clocks', () => {
    const alone = synthesize('archive/items/index');
    expect(alone.data.bucket.lifecycle).toEqual({ prevent_destroy: true });
    expect(alone.data.index.count).toContain('tombstone-items-index');
    rmSync(outdir, { recursive: true, force: true });
    const both = synthesize('archive', 'archive/items/index');
    expect(both.data.index.count.match(/timecmp/g)).toHaveLength(2);
    expect(both.data.bucket.count.match(/timecmp/g)).toHaveLength(1);
  });
});

describe('what keeps a clock until all is restored', () => {
  const identityIn = (data: Readonly<Record<string, unknown>>) =>
    Object.entries(data).find(([id]) => id.includes('identity'))?.[1];

  it('refers to each clock, waits for what lives, and keeps the uids', () => {
    expect(identityIn(synthesize().data)).toMatchObject({
      depends_on: ['terraform_data.bucket', 'terraform_data.index'],
      lifecycle: { prevent_destroy: true },
    });
    rmSync(outdir, { recursive: true, force: true });
    const item = identityIn(synthesize('archive/items/index').data);
    expect(item).toMatchObject({
      depends_on: ['terraform_data.bucket'],
      lifecycle: { ignore_changes: ['input.objects'], prevent_destroy: true },
    });
    const { deleting } = Object(item).input;
    expect(Object.keys(deleting)).toEqual(['archive/items/index']);
    expect(deleting['archive/items/index']).toMatch(
      /^\$\{terraform_data\..*tombstone.*\.target\}$/,
    );
    rmSync(outdir, { recursive: true, force: true });
    const whole = identityIn(synthesize('archive').data);
    expect(Object.keys(Object(whole).input.deleting)).toEqual(['archive']);
    expect(whole).not.toHaveProperty('depends_on');
  });

  it('waits for nothing where a hard deletion refers to the uids', () => {
    const { data } = synthesizeWith(['archive/items/index'], hostile);
    expect(identityIn(data)).not.toHaveProperty('depends_on');
  });

  it('says nothing while nothing is being deleted, as before', () => {
    expect(Object(identityIn(synthesize().data)).input).not.toHaveProperty('deleting');
  });
});

it('evaluates nothing that a user has written into a request', () => {
  const { data } = synthesizeWith(['archive'], hostile);
  const records = JSON.stringify(data);
  expect(records).toContain('$${file(');
  expect(records.replaceAll('$${', '')).not.toContain('${file(');
});
