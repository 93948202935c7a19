import { afterAll, describe, expect, it } from 'vitest';
import { Scratch } from '../support/scratch.js';

const STACK = "const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });";
const ITEMS = `
  project.addConfigMap('settings', { data: { A: '1' } });
  RegistrySecret.dockerHub(project, 'hub', {
    username: 'x', password: Credential.fromVariable('token', { revision: 1 }) });
  project.addJobTemplate('nightly', { image: 'x:1', imageSecret: 'hub' });
`;

describe('renaming and moving a project, against real Terraform', () => {
  const scratch = new Scratch({ TF_VAR_token: 'canary-Qw7zT2' });
  const deploy = () => {
    expect(scratch.synth().output).toBe('');
    scratch.init();
    return scratch.apply();
  };
  afterAll(() => scratch.remove());

  it('keeps every object with movedFrom, forgets it, and writes no credential', () => {
    scratch.declare(`${STACK}\nconst project = new Project(stack, 'billing');${ITEMS}`);
    deploy();
    const before = Object.values(scratch.ids()).sort();
    const moved = (more: string) =>
      scratch.declare(`${STACK}
        const project = new Project(stack, 'invoices', { namespace: 'billing'${more} });${ITEMS}`);
    moved('');
    expect(scratch.synth().output).toContain('`billing` is no longer declared');
    moved(", movedFrom: 'sandbox/billing'");
    expect(deploy().output).toMatch(/0 added, \d+ changed, 0 destroyed/);
    expect(Object.values(scratch.ids()).sort()).toEqual(before);
    moved('');
    expect(deploy().output).toContain('0 added, 0 changed, 0 destroyed');
    expect(scratch.read('projects.lock.yaml')).toContain('invoices:');
    expect(scratch.read('projects.lock.yaml')).not.toContain('billing:');
    expect(scratch.filesHolding('canary-Qw7zT2')).toEqual([]);
  });
});
