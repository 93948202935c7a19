import { DataResource } from 'cdktf';
import { describe, expect, it } from 'vitest';
import { Reclaimable, Reclamation, type ReprieveApp, ReprieveStack } from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';

const FILE = '${file("/etc/hostname")}';

/** A hard deletion whose every text is one that Terraform would evaluate. */
const hostile = (target: string) =>
  JSON.stringify({
    version: 1,
    deletions: [
      {
        target,
        mode: 'hard',
        reason: FILE,
        requestedBy: FILE,
        requestedAt: '2026-01-01T00:00:00Z',
        confirm: target,
        approvals: [
          {
            by: 'bob${file("/etc/hostname")}',
            at: '2026-01-01T00:00:00Z',
            uid: '${file("/etc/hostname")}',
            expires: '2026-01-02T00:00:00Z',
          },
        ],
      },
    ],
  });

/** A stack without a project, with two resources that are not Kubernetes'. */
function declare(app: ReprieveApp): void {
  const stack = new ReprieveStack(app, 'plain');
  const archive = new Reclaimable(stack, 'archive');
  new DataResource(archive, 'bucket').overrideLogicalId('bucket');
  const index = new DataResource(archive, 'index');
  index.overrideLogicalId('index');
  Reclamation.protect(index, { name: 'index' });
}

function synthesize(...targets: readonly string[]) {
  const deletions = softDeletions(...targets);
  const { json, codes } = synthesizeApp(declare, { deletions });
  expect(codes).toEqual([]);
  const { resource, locals, output } = Object(json('stacks/plain/cdk.tf.json'));
  return { data: resource.terraform_data, locals, output };
}

function synthesizeHostile(target: string) {
  const settings = 'version: 1\napprovers: [{ id: \'bob${file("/etc/hostname")}\' }]\n';
  const { json, codes } = synthesizeApp(declare, { deletions: hostile(target), settings });
  expect(codes).toEqual([]);
  return { data: Object(json('stacks/plain/cdk.tf.json')['resource']).terraform_data };
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
        subject: 'resources',
        members: [
          { address: 'terraform_data.bucket', target: 'archive' },
          { address: 'terraform_data.index', target: 'archive/resources/index' },
        ],
      },
    });
    expect(locals).toBeUndefined();
  });

  it('gives everything that goes with the whole the same clock', () => {
    const { data, locals, output } = synthesize('archive');
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
    expect(output.reclamations.value).toMatchObject([
      { target: 'archive', members: ['terraform_data.bucket', 'terraform_data.index'] },
    ]);
  });

  it('lets one go alone, and by the earlier of two clocks', () => {
    const alone = synthesize('archive/resources/index');
    expect(alone.data.bucket.lifecycle).toEqual({ prevent_destroy: true });
    expect(alone.data.index.count).toContain('tombstone-resources-index');
    const both = synthesize('archive', 'archive/resources/index');
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
    const item = identityIn(synthesize('archive/resources/index').data);
    expect(item).toMatchObject({
      depends_on: ['terraform_data.bucket'],
      lifecycle: { ignore_changes: ['input.objects'], prevent_destroy: true },
    });
    const { deleting } = Object(item).input;
    expect(Object.keys(deleting)).toEqual(['archive/resources/index']);
    expect(deleting['archive/resources/index']).toMatch(
      /^\$\{terraform_data\..*tombstone.*\.target\}$/,
    );
    const whole = identityIn(synthesize('archive').data);
    expect(Object.keys(Object(whole).input.deleting)).toEqual(['archive']);
    expect(whole).not.toHaveProperty('depends_on');
  });

  it('waits for nothing where a hard deletion refers to the uids', () => {
    const { data } = synthesizeHostile('archive/resources/index');
    expect(identityIn(data)).not.toHaveProperty('depends_on');
  });

  it('says nothing while nothing is being deleted, as before', () => {
    expect(Object(identityIn(synthesize().data)).input).not.toHaveProperty('deleting');
  });
});

it('evaluates nothing that a user has written into a request', () => {
  const records = JSON.stringify(synthesizeHostile('archive').data);
  expect(records).toContain('$${file(');
  expect(records.replaceAll('$${', '')).not.toContain('${file(');
});
