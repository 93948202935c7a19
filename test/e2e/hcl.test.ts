import { afterAll, describe, expect, it as plain } from 'vitest';
import { rfc3339 } from '../../lib/base/timestamp.js';
import { HCL_ENGINES, HclFolder } from '../support/hcl.js';
import { story } from '../support/story.js';

const REQUEST = { reason: 'No longer needed by anyone', requested_by: 'ann@example.org' };
const DELETED = { request: REQUEST };
const CLOCK = /# clock[\s\S]*?(?=# database)/;
const DATABASE = /# database[\s\S]*?(?=# guard)/;
const GUARD = /# guard[\s\S]*?(?=# outputs)/;
const OUTPUTS = /# outputs[\s\S]*/;
const REFUSED = /[Ii]nstance cannot be destroyed/;

describe.each(HCL_ENGINES)('a plain HCL configuration on %s', (_name, program) => {
  if (program === undefined) {
    plain.skip('is not here: npm run engines');
    return;
  }
  const it = story();
  const hcl = new HclFolder(program);
  afterAll(() => hcl.remove());

  /** Tries a plan of another code, and puts the code back. */
  const tried = (edits: readonly (readonly [RegExp | string, string])[], variables = {}) => {
    for (const [from, to] of edits) hcl.edit('main.tf', from, to);
    hcl.engine('init', '-input=false');
    const planned = hcl.plan(variables);
    hcl.write('main.tf', hcl.source);
    return planned;
  };

  it('takes what was there before under its guard, and leaves it as it is', () => {
    hcl.edit('main.tf', CLOCK, '');
    hcl.edit('main.tf', GUARD, '');
    hcl.edit('main.tf', OUTPUTS, '');
    hcl.edit('main.tf', 'count = module.orders_clock.count', '');
    hcl.engine('apply', '-auto-approve', '-input=false');
    const id = hcl.values()['terraform_data.orders']?.['id'];
    hcl.write('main.tf', hcl.source);
    hcl.engine('init', '-input=false');
    expect(hcl.plan()).toMatchObject({ code: 0, verdict: 'pass', deletions: [] });
    expect(hcl.apply().code).toBe(0);
    expect(hcl.values()['terraform_data.orders[0]']?.['id']).toBe(id);
    expect(hcl.has('orders.db')).toBe(true);
    expect(hcl.engine('plan', '-input=false', '-detailed-exitcode').code).toBe(0);
  });

  it('refuses by the engine alone what would end the database', () => {
    const attempts = [
      ['destroy', '-auto-approve'],
      ['destroy', '-auto-approve', '-target=terraform_data.orders'],
      ['destroy', '-auto-approve', '-target=terraform_data.orders[0]'],
      ['destroy', '-auto-approve', '-target=module.orders_guard'],
      ['apply', '-auto-approve', '-replace=terraform_data.orders[0]'],
      ['apply', '-auto-approve', '-var=engine=17'],
    ];
    for (const attempt of attempts) {
      const refused = hcl.engine(...attempt, '-no-color', '-input=false');
      expect(refused.code, attempt.join(' ')).toBe(1);
      expect(refused.flat).toMatch(REFUSED);
    }
    const count = tried([['count = module.orders_clock.count', 'count = 0']]);
    expect(count).toMatchObject({ code: 1, verdict: 'no plan' });
    expect(count.flat).toContain('A member of orders would be deleted');
    const forgotten = tried([
      [DATABASE, ''],
      [/members .*/, 'members = { "terraform_data.other" = "1" }'],
    ]);
    expect(forgotten).toMatchObject({ code: 1, verdict: 'no plan' });
    expect(forgotten.flat).toMatch(REFUSED);
    expect(hcl.has('orders.db')).toBe(true);
  });

  it('can be changed in place', () => {
    expect(hcl.plan({ rows: 'b' })).toMatchObject({ code: 0, verdict: 'pass', deletions: [] });
    expect(hcl.apply().code).toBe(0);
  });

  it('is soft-deleted by a request, and stays', () => {
    const begun = hcl.plan({ ...DELETED, rows: 'b' });
    expect(begun).toMatchObject({ verdict: 'pass', events: ['soft-delete orders'], deletions: [] });
    expect(hcl.apply().code).toBe(0);
    expect(hcl.plan({ ...DELETED, rows: 'b' })).toMatchObject({
      verdict: 'pass',
      events: ['pending orders'],
    });
    expect(hcl.has('orders.db')).toBe(true);
  });

  it('is blocked by the review where it would end early, or be less protected', () => {
    const soft = { ...DELETED, rows: 'b' };
    const early = () => {
      hcl.edit('modules/clock/outputs.tf', 'local.is_gone ? 0 : 1', '0');
      const planned = hcl.plan(soft);
      hcl.edit('modules/clock/outputs.tf', /value {7}= 0/, 'value       = local.is_gone ? 0 : 1');
      return planned;
    };
    expect(early()).toMatchObject({
      code: 1,
      codes: ['before-deadline'],
      deletions: ['blocked terraform_data.orders[0]'],
    });
    const alone = tried([[/# clock[\s\S]*/, '']]);
    expect(alone).toMatchObject({ code: 1, verdict: 'blocked' });
    expect(alone.deletions).toContain('protection-removed terraform_data.orders[0]');
    const unguarded = tried([[GUARD, '']], soft);
    expect(unguarded).toMatchObject({ code: 1, codes: ['guard-removed'] });
    const retargeted = tried([['"orders"', '"others"']], soft);
    expect(retargeted).toMatchObject({ code: 1, verdict: 'blocked' });
    expect(retargeted.codes).toContain('retargeted');
    const elsewhere = tried([['"module.orders_clock"', '"module.other_clock"']], soft);
    expect(elsewhere.codes).toContain('clock-ignored');
    const shorter = hcl.plan({ ...soft, period: '48h' });
    expect(shorter).toMatchObject({ code: 1, codes: ['period-shortened'] });
    const changed = hcl.plan({ ...soft, rows: '' });
    expect(changed).toMatchObject({ code: 1, codes: ['content-changed'] });
  });

  it('is restored by taking the request back', () => {
    expect(hcl.plan({ rows: 'b' })).toMatchObject({ verdict: 'pass', events: ['restore orders'] });
    expect(hcl.apply().code).toBe(0);
    expect(hcl.has('orders.db')).toBe(true);
    expect(hcl.plan({ rows: 'b', period: '48h' })).toMatchObject({ codes: ['period-shortened'] });
  });

  it('is reclaimed once its period is over, and not before', () => {
    const soft = { ...DELETED, rows: 'b' };
    hcl.plan(soft);
    expect(hcl.apply().code).toBe(0);
    hcl.turnBackClock(167);
    expect(hcl.plan(soft)).toMatchObject({ events: ['pending orders'], deletions: [] });
    expect(hcl.engine('destroy', '-auto-approve', '-no-color').flat).toMatch(REFUSED);
    hcl.turnBackClock(1);
    expect(hcl.plan(soft)).toMatchObject({
      code: 0,
      verdict: 'pass',
      deletions: ['reclaim terraform_data.orders[0]'],
    });
    expect(hcl.has('orders.db')).toBe(true);
    expect(hcl.apply().code).toBe(0);
    expect(hcl.has('orders.db')).toBe(false);
  });

  it('can’t be restored afterwards, and is closed by taking its code away', () => {
    const late = hcl.plan({ rows: 'b' });
    expect(late).toMatchObject({ code: 1, verdict: 'no plan' });
    expect(late.flat).toMatch(REFUSED);
    hcl.write('main.tf', '');
    expect(hcl.plan()).toMatchObject({ code: 0, verdict: 'pass', deletions: [] });
    expect(hcl.apply().code).toBe(0);
    expect(hcl.state()).toEqual([]);
  });

  it('is deleted at once where another person approved this object', () => {
    hcl.write('main.tf', hcl.source);
    hcl.write(
      'reprieve.yaml',
      'version: 1\napprovers: [{ id: bob@example.org }]\ngate: { approvals: file }\n',
    );
    hcl.engine('init', '-input=false');
    hcl.plan();
    expect(hcl.apply().code).toBe(0);
    const [at, expires] = [0, 3_600_000].map((later) => rfc3339(new Date(Date.now() + later)));
    const approved = (uid: unknown) => ({
      request: {
        ...REQUEST,
        approval: { by: 'bob@example.org', at, expires, uid },
      },
    });
    const id = hcl.values()['terraform_data.orders[0]']?.['id'];
    expect(hcl.plan(approved('another'))).toMatchObject({ code: 1, codes: ['approval-uid'] });
    expect(hcl.plan(approved(id))).toMatchObject({
      verdict: 'pass',
      deletions: ['hard-delete terraform_data.orders[0]'],
    });
    expect(hcl.apply().code).toBe(0);
    expect(hcl.has('orders.db')).toBe(false);
  });
});
