import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const UNCHANGED = { code: 0, added: 0, changed: 0, destroyed: 0 };
const STACK = "const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });";
const WEEKLY = "billing.addJobTemplate('weekly', { image: 'example/report:3' });";
const declaration = (...items: readonly string[]) =>
  [STACK, "const billing = new Project(stack, 'billing');", ...items].join('\n');

describe('the deletion of one item, through real Terraform', () => {
  const it = story();
  const scratch = new Scratch();
  const nightly = "billing.addJobTemplate('nightly', { image: 'example/report:2' });";
  let first: Readonly<Record<string, unknown>>;

  beforeAll(() => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    scratch.declare(declaration(nightly, WEEKLY));
    scratch.settle();
    first = scratch.ids();
  });
  afterAll(() => scratch.remove());

  it('keeps the item, and the rest of the project stays protected', () => {
    scratch.declare(declaration(WEEKLY));
    expect(scratch.synth().output).toContain(
      '`billing/job-templates/nightly` is no longer declared',
    );
    scratch.requestDeletions({ target: 'billing/job-templates/nightly' });
    expect(scratch.settle()).toMatchObject({ code: 0, added: 1, changed: 2, destroyed: 0 });
    expect(scratch.ids()).toMatchObject(first);
    expect(scratch.terraform('sandbox', 'plan', '-destroy').output).toContain(
      'Instance cannot be destroyed',
    );
  });

  it('ends the item alone once its period is over, and closes', () => {
    scratch.turnBackClocks(1);
    expect(scratch.settle()).toMatchObject({ code: 0, added: 0, changed: 0, destroyed: 1 });
    const late = scratch.reprieve('reclamation', 'restore', 'billing/job-templates/nightly');
    expect(late.code).toBe(1);
    const closed = scratch.reprieve('reclamation', 'close', 'billing/job-templates/nightly');
    expect(closed.output).toContain('OK');
    expect(scratch.settle()).toMatchObject({ code: 0, added: 0, destroyed: 1 });
    expect(Object.keys(scratch.ids())).toHaveLength(Object.keys(first).length - 1);
    expect(scratch.settle()).toMatchObject(UNCHANGED);
  });
});

describe('a hard deletion', () => {
  const scratch = new Scratch();
  const hard = (uid: string, changes: Readonly<Record<string, unknown>> = {}) => ({
    target: 'billing',
    mode: 'hard',
    confirm: 'billing',
    approvals: [approval(uid)],
    ...changes,
  });
  const approval = (uid: string, hours = 24) => ({
    by: 'bob@example.org',
    at: '2026-01-01T00:00:00Z',
    expires: new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d+/, ''),
    uid,
  });
  let uid: string;

  beforeAll(() => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    scratch.declare(declaration(WEEKLY));
    scratch.settle();
    const identity = scratch.state().find((it) => Object(it.values['input']).kind === 'Identity');
    uid = Object(identity?.values['input']).objects.billing;
  });
  afterAll(() => scratch.remove());

  /** Deploys, which has to fail without effect, and says why Terraform refused the plan. */
  const refusal = () => {
    const { code, ...effect } = scratch.settle();
    expect(code).not.toBe(0);
    expect(effect).toMatchObject({ added: 0, changed: 0, destroyed: 0 });
    return scratch.terraform('sandbox', 'plan', '-input=false').flat;
  };
  /** Requested before it is approved. */
  const recent = (request: Readonly<Record<string, unknown>>) => {
    const requestedAt = new Date(Date.now() - 3_600_000).toISOString().replace(/\.\d+/, '');
    scratch.requestDeletions({ requestedAt, ...request });
  };

  it('needs the target repeated and another person', () => {
    scratch.requestDeletions(hard(uid, { confirm: 'other', approvals: [] }));
    const refused = scratch.synth();
    expect(refused.output).toContain('confirm');
    expect(refused.output).toContain('approv');
    expect(refused.code).toBe(2);
    scratch.requestDeletions(hard(uid, { requestedBy: 'Bob@example.org' }));
    expect(scratch.synth().code).toBe(2);
  });

  it('is refused by the plan when the approval names another object', () => {
    recent(hard('another-uid', { approvals: [soon('another-uid')] }));
    expect(refusal()).toContain(`does not name the object that is there`);
    expect(refusal()).toContain(uid);
  });

  it('is refused by the plan when the approval has expired', () => {
    scratch.requestDeletions(
      hard(uid, {
        requestedAt: '2026-01-01T00:00:00Z',
        approvals: [{ ...approval(uid), expires: '2026-01-02T00:00:00Z' }],
      }),
    );
    expect(refusal()).toContain('expired at 2026-01-02T00:00:00Z');
  });

  it('takes effect at once when approved, and stays', () => {
    recent(hard(uid, { approvals: [soon(uid)] }));
    expect(scratch.settle()).toMatchObject({ code: 0, added: 2, changed: 1, destroyed: 12 });
    expect(scratch.reclamations()).toMatchObject([{ target: 'billing', status: 'hard deleted' }]);
    expect(scratch.settle()).toMatchObject(UNCHANGED);
  });

  function soon(id: string) {
    return { ...approval(id), at: new Date().toISOString().replace(/\.\d+/, '') };
  }
});
