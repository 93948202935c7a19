import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LONG_PERIOD, Scratch, SHORT_PERIOD, SHORT_SECONDS, seconds } from '../support/scratch.js';

const BILLING = `
  const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
  const billing = new Project(stack, 'billing');
  const hub = billing.addRegistrySecret('dockerhub', RegistrySecret.dockerHub({
    username: 'example', password: Credential.fromVariable('token', { revision: 1 }) }));
  billing.addJobTemplate('nightly', { image: 'example/invoices:1.4.2', imageSecret: hub });
`;
const EMPTY = "new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });";

describe('the life of a project, through cdktf and real Terraform', () => {
  const scratch = new Scratch();
  let first: Readonly<Record<string, unknown>>;
  let deletedAt = 0;

  beforeAll(() => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    scratch.declare(BILLING);
  });
  afterAll(() => scratch.remove());

  it('is deployed, guarded, and written to the lock', { timeout: 60_000 }, () => {
    const deployed = scratch.deploy();
    expect(deployed.output).toContain('Apply complete!');
    expect(deployed.code).toBe(0);
    first = scratch.ids();
    const guard = scratch.state().find((it) => input(it)['kind'] === 'Guard');
    expect(input(guard)).toMatchObject({ api_version: 'reprieve/v1', target: 'billing' });
    expect(scratch.read('projects.lock.yaml')).toContain('job-templates:');
  });

  it('can not be destroyed while it lives', { timeout: 60_000 }, () => {
    const destroyed = scratch.cdktf('destroy', 'sandbox', '--auto-approve');
    expect(destroyed.output).toContain('Instance cannot be destroyed');
    expect(destroyed.code).not.toBe(0);
    expect(scratch.ids()).toEqual(first);
  });

  it('is soft-deleted without destroying anything', { timeout: 60_000 }, () => {
    scratch.requestDeletions({ target: 'billing' });
    const deleted = scratch.deploy();
    expect(deleted.output).toMatch(/Plan: 1 to add, \d+ to change, 0 to destroy/);
    expect(deleted.output).toContain('"status" = "soft deleted"');
    expect(deleted.output).toContain('"docker.io/example/invoices:1.4.2"');
    expect(scratch.ids()).toMatchObject(first);
  });

  it('stays as it is when deployed again', { timeout: 60_000 }, () => {
    expect(scratch.deploy().output).toContain('No changes');
  });

  it('is restored with the same objects', { timeout: 60_000 }, () => {
    const restored = scratch.reprieve('reclamation', 'restore', 'billing');
    expect(restored.output).toContain("Restoring project 'billing'...");
    expect(restored.code).toBe(0);
    const deployed = scratch.deploy();
    expect(deployed.output).toMatch(/0 to add, \d+ to change, 1 to destroy/);
    expect(scratch.ids()).toEqual(first);
  });

  it('survives the removal of its code while its second deletion runs', { timeout: 90_000 }, () => {
    scratch.declare(EMPTY);
    const refused = scratch.synth();
    expect(refused.output).toContain('billing is no longer declared, and nobody asked');
    expect(refused.code).toBe(1);

    scratch.write('reprieve.yaml', SHORT_PERIOD);
    scratch.requestDeletions({ target: 'billing' });
    const deleted = scratch.deploy();
    deletedAt = Date.now();
    expect(deleted.output).toMatch(/Plan: 1 to add, \d+ to change, 0 to destroy/);
    expect(scratch.ids()).toMatchObject(first);
    const tooEarly = scratch.reprieve('reclamation', 'close', 'billing');
    expect(tooEarly.code).toBe(1);
    expect(scratch.read('deletions.yaml')).toContain('billing');
  });

  it('is reclaimed by the unedited configuration once the period is over', {
    timeout: 150_000,
  }, async () => {
    await seconds(Math.max(0, SHORT_SECONDS - (Date.now() - deletedAt) / 1000));
    const members = Object.keys(first).length - 2;
    const reclaimed = scratch.deploy();
    expect(reclaimed.output).toContain(`0 to add, 0 to change, ${members} to destroy`);
    expect(reclaimed.output).toContain('"status" = "hard deleted"');
    const kinds = scratch.state().map((it) => input(it)['kind']);
    expect(kinds.sort()).toEqual(['Guard', 'Identity', 'Tombstone']);
    expect(scratch.deploy().output).toContain('No changes');
  });

  it('tells a restore that it comes too late', { timeout: 60_000 }, () => {
    const late = scratch.reprieve('reclamation', 'restore', 'billing');
    expect(late.output).toMatch(/too late/i);
    expect(late.code).toBe(1);
    expect(scratch.read('deletions.yaml')).toContain('billing');
  });

  it('frees its name once the request is closed', { timeout: 150_000 }, () => {
    const closed = scratch.reprieve('reclamation', 'close', 'billing');
    expect(closed.output).toContain('OK');
    expect(closed.code).toBe(0);
    expect(scratch.read('deletions.yaml')).not.toContain('billing');
    expect(scratch.deploy().output).toContain('Apply complete!');
    expect(scratch.state()).toEqual([]);

    scratch.declare(BILLING);
    expect(scratch.deploy().output).toContain('0 to change, 0 to destroy');
    expect(Object.keys(scratch.ids())).toEqual(Object.keys(first));
  });
});

function input(resource: { readonly values: Readonly<Record<string, unknown>> } | undefined) {
  return Object(resource?.values['input']);
}
