import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import {
  guardInput,
  hardDeletionInput,
  identityInput,
  tombstoneInput,
} from '../../lib/state/clock.js';
import { type Data, Expression, render } from '../../lib/state/expression.js';
import { readRecord } from '../../lib/state/records.js';
import { ROOT } from '../support/built.js';
import { HCL_ENGINES, HclFolder } from '../support/hcl.js';

describe.each(HCL_ENGINES)('the modules’ own tests on %s', (_name, program) => {
  it.skipIf(program === undefined).each(['clock', 'guard'])('pass for %s', (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'reprieve-module-'));
    try {
      cpSync(join(ROOT, 'modules', name), folder, { recursive: true });
      const run = (...args: readonly string[]) => {
        const { TF_CLI_CONFIG_FILE: _config, ...env } = process.env;
        const options = { cwd: folder, encoding: 'utf8', timeout: 180_000 } as const;
        return spawnSync(program ?? '', args, {
          ...options,
          env: { ...env, CHECKPOINT_DISABLE: '1', NO_COLOR: '1' },
        });
      };
      run('init', '-input=false');
      const { stdout, stderr } = run('test', '-no-color');
      expect(`${stdout}${stderr}`).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const TARGETS = /```hcl\n(output "reclamations" \{[\s\S]*?)```/;

describe.each(HCL_ENGINES)('the output of docs/hcl.md on %s', (_name, program) => {
  it.skipIf(program === undefined)('lists every target with its status and its deadline', () => {
    const [, output = ''] = TARGETS.exec(readFileSync(join(ROOT, 'docs/hcl.md'), 'utf8')) ?? [];
    const clock = (name: string, request = '') => `
module "${name}_clock" {
  source = "./modules/clock"
  name   = "${name}"
  period = "168h"
  ${request}
}
`;
    const request =
      'request = { reason = "Moved to the new cluster", requested_by = "ann@example.org" }';
    const hcl = new HclFolder(program ?? '', clock('orders', request) + clock('files') + output);
    try {
      expect(hcl.engine('apply', '-auto-approve', '-no-color', '-input=false')).toMatchObject({
        code: 0,
      });
      const listed = JSON.parse(hcl.engine('output', '-json', 'reclamations').stdout);
      expect(listed).toEqual({
        orders: { status: 'soft deleted', reclaim_after: expect.stringMatching(/^\d{4}-.*Z$/) },
        files: { status: 'active', reclaim_after: null },
      });
      expect(hcl.engine('plan', '-input=false', '-detailed-exitcode').code).toBe(0);
    } finally {
      hcl.remove();
    }
  });
});

describe('the records that the modules write', () => {
  const hcl = new HclFolder('terraform');
  afterAll(() => hcl.remove());

  /** What a construct writes, with the time that Terraform has put in. */
  const written = (input: Data, time = ''): unknown => {
    const plan = JSON.stringify(render(new Expression('plantimestamp()')));
    return JSON.parse(JSON.stringify(render(input)).replaceAll(plan, JSON.stringify(time)));
  };

  it('are those of the constructs', () => {
    hcl.plan();
    hcl.apply();
    const uid = String(hcl.values()['terraform_data.orders[0]']?.['id']);
    const expires = '2999-01-01T00:00:00Z';
    const [requestedBy, approvedBy] = ['ann@example.org', 'bob@example.org'];
    const approvedAt = '2998-12-31T00:00:00Z';
    const approval = { by: approvedBy, at: approvedAt, expires, uid };
    const reason = 'A duty to erase';
    hcl.plan({ request: { reason, requested_by: requestedBy, approval } });
    hcl.apply();

    const records = hcl.values();
    const input = (address: string) => records[address]?.['input'];
    const tombstone = 'module.orders_clock.terraform_data.tombstone[0]';
    const members = [{ address: 'terraform_data.orders', target: 'orders' }];
    const guard = guardInput('orders', '168h', members, { orders: tombstone });
    expect(input('module.orders_guard.terraform_data.guard')).toEqual(written(guard));

    const begun = readRecord(input(tombstone));
    if (begun?.kind !== 'Tombstone') throw new Error('no tombstone');
    const time = begun.deletedAt.toISOString().replace('.000', '');
    expect(input(tombstone)).toEqual(written(tombstoneInput('orders', '168h'), time));

    const identity = 'module.orders_guard.terraform_data.identity["terraform_data.orders"]';
    const gone = identityInput('orders', { orders: null });
    expect(input(identity)).toEqual(written(gone));

    const hard = { target: 'orders', requestedBy, approvedBy, approvedAt, expires, uid };
    const deletion = input('module.orders_clock.terraform_data.hard_deletion[0]');
    expect(deletion).toEqual(written(hardDeletionInput(hard), time));
  });

  it('lack nothing that the gate reads', () => {
    const found = Object.values(hcl.values()).map(({ input }) => readRecord(input)?.kind);
    const kinds = found.filter((kind) => kind !== undefined);
    expect(kinds.sort()).toEqual(['Guard', 'HardDeletion', 'Identity', 'Tombstone']);
  });
});
