import { afterAll, beforeAll, describe, expect } from 'vitest';
import { LONG_PERIOD, Scratch, SHORT_PERIOD, SHORT_SECONDS, seconds } from '../support/scratch.js';
import { story } from '../support/story.js';

const BILLING = `
  const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
  const billing = new Project(stack, 'billing');
  const hub = RegistrySecret.dockerHub(billing, 'dockerhub', {
    username: 'example', password: Credential.fromVariable('token', { revision: 1 }) });
  billing.addJobTemplate('nightly', { image: 'example/invoices:1.4.2', imageSecret: hub });
`;
const UNCHANGED = { code: 0, added: 0, changed: 0, destroyed: 0 };
const EMPTY = "new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });";

describe('the life of a project, through cdktf and real Terraform', () => {
  const it = story();
  const scratch = Scratch.inTypeScript();
  let first: Readonly<Record<string, unknown>>;
  let deletedAt = 0;

  beforeAll(() => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    scratch.declare(BILLING);
  });
  afterAll(() => scratch.remove());

  it('is deployed, guarded, and written to the lock', () => {
    expect(scratch.deploy()).toMatchObject({ code: 0, changed: 0, destroyed: 0 });
    first = scratch.ids();
    const guard = scratch.state().find((it) => input(it)['kind'] === 'Guard');
    expect(input(guard)).toMatchObject({ api_version: 'reprieve/v1', target: 'billing' });
    expect(scratch.read('projects.lock.yaml')).toContain('job-templates:');
  });

  it('can not be destroyed while it lives', () => {
    expect(scratch.cdktf('destroy', 'sandbox', '--auto-approve').code).not.toBe(0);
    expect(scratch.terraform('sandbox', 'plan', '-destroy').output).toContain(
      'Instance cannot be destroyed',
    );
    expect(scratch.ids()).toEqual(first);
  });

  it('is soft-deleted without destroying anything', () => {
    scratch.requestDeletions({ target: 'billing' });
    expect(scratch.deploy()).toMatchObject({ code: 0, added: 1, destroyed: 0 });
    const [reclamation, ...others] = scratch.reclamations();
    expect(others).toEqual([]);
    expect(reclamation).toMatchObject({
      target: 'billing',
      status: 'soft deleted',
      images: ['docker.io/example/invoices:1.4.2'],
    });
    expect(reclamation?.members).toHaveLength(Object.keys(first).length - 3);
    const [from = 0, until = 0] = [reclamation?.deletedAt, reclamation?.reclaimAfter].map((time) =>
      Date.parse(time ?? ''),
    );
    expect(until - from).toBe(3_600_000);
    expect(scratch.ids()).toMatchObject(first);
  });

  it('stays as it is when deployed again', () => {
    expect(scratch.settle()).toMatchObject(UNCHANGED);
  });

  it('is restored with the same objects', () => {
    const restored = scratch.reprieve('reclamation', 'restore', 'billing');
    expect(restored.output).toContain("Restoring project 'billing'...");
    expect(restored.code).toBe(0);
    expect(scratch.deploy()).toMatchObject({ code: 0, added: 0, destroyed: 1 });
    expect(scratch.ids()).toEqual(first);
  });

  it('survives the removal of its code while its second deletion runs', () => {
    scratch.declare(EMPTY);
    const refused = scratch.synth();
    expect(refused.output).toContain('`billing` is no longer declared, and nobody asked');
    expect(refused.code).toBe(1);

    scratch.write('reprieve.yaml', SHORT_PERIOD);
    scratch.requestDeletions({ target: 'billing' });
    expect(scratch.settle()).toMatchObject({ code: 0, added: 1, destroyed: 0 });
    deletedAt = Date.now();
    expect(scratch.ids()).toMatchObject(first);
    const tooEarly = scratch.reprieve('reclamation', 'close', 'billing');
    expect(tooEarly.code).toBe(1);
    expect(scratch.read('deletions.yaml')).toContain('billing');
  });

  it('is reclaimed by the unedited configuration once the period is over', async () => {
    await seconds(Math.max(0, SHORT_SECONDS - (Date.now() - deletedAt) / 1000));
    const members = Object.keys(first).length - 3;
    expect(scratch.deploy()).toMatchObject({ code: 0, added: 0, changed: 0, destroyed: members });
    expect(scratch.reclamations()).toMatchObject([{ target: 'billing', status: 'hard deleted' }]);
    const kinds = scratch.state().map((it) => input(it)['kind']);
    expect(kinds.sort()).toEqual(['Guard', 'Identity', 'Rules', 'Tombstone']);
    expect(scratch.settle()).toMatchObject(UNCHANGED);
  });

  it('tells a restore that it comes too late', () => {
    const late = scratch.reprieve('reclamation', 'restore', 'billing');
    expect(late.output).toMatch(/too late/i);
    expect(late.code).toBe(1);
    expect(scratch.read('deletions.yaml')).toContain('billing');
  });

  it('frees its name once the request is closed', () => {
    const closed = scratch.reprieve('reclamation', 'close', 'billing');
    expect(closed.output).toContain('OK');
    expect(closed.code).toBe(0);
    expect(scratch.read('deletions.yaml')).not.toContain('billing');
    expect(scratch.settle()).toMatchObject({ code: 0, added: 0, destroyed: 4 });
    expect(scratch.state()).toEqual([]);

    scratch.declare(BILLING);
    expect(scratch.settle()).toMatchObject({ code: 0, changed: 0, destroyed: 0 });
    expect(Object.keys(scratch.ids())).toEqual(Object.keys(first));
  });
});

function input(resource: { readonly values: Readonly<Record<string, unknown>> } | undefined) {
  return Object(resource?.values['input']);
}
