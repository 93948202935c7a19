import { afterAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/built.js';
import { LONG_PERIOD, Scratch, SHORT_PERIOD, SHORT_SECONDS, seconds } from '../support/scratch.js';

const UNCHANGED = { code: 0, added: 0, changed: 0, destroyed: 0 };

/** An app with a resource of another library below a project. */
function declare(scratch: Scratch, ...lines: readonly string[]): void {
  scratch.write(
    scratch.main,
    [
      "import { TerraformResource } from 'cdktf';",
      `import { Project, ReprieveStack, synthesize, Target } from '${ROOT}/dist/index.js';`,
      'await synthesize((app) => {',
      "  const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });",
      "  const archive = (scope, id) => new TerraformResource(scope, id, { terraformResourceType: 'terraform_data' });",
      ...lines,
      '});',
    ].join('\n'),
  );
}

describe('a resource of another library below a project, through real Terraform', () => {
  const scratch = new Scratch();
  const project = "const billing = new Project(stack, 'billing');";
  const address = () => {
    const all = Object.keys(scratch.ids());
    return all.find((each) => /archive|vault/.test(each)) ?? 'none';
  };
  let id: unknown;
  afterAll(() => scratch.remove());

  it('is not destroyed by the removal of its line', { timeout: 60_000 }, () => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    declare(scratch, project, "archive(billing, 'archive');");
    expect(scratch.settle()).toMatchObject({ code: 0, destroyed: 0 });
    id = scratch.ids()[address()];
    const lock = scratch.read('projects.lock.yaml');

    declare(scratch, project);
    const refused = scratch.settle();
    expect(refused).toMatchObject({ added: 0, changed: 0, destroyed: 0 });
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(
      `\`billing\` also has \`${address()}\`, which is no longer declared`,
    );
    expect(scratch.read('projects.lock.yaml')).toBe(lock);
    expect(scratch.ids()[address()]).toBe(id);
  });

  it('can be renamed, and moved out of no project', { timeout: 60_000 }, () => {
    const former = address();
    declare(scratch, project, "archive(billing, 'vault');");
    expect(scratch.synth().output).toContain(`.moveFromId('${former}')`);
    declare(scratch, project, `archive(stack, 'vault').moveFromId('${former}');`);
    expect(scratch.synth().code).toBe(1);

    declare(scratch, project, `archive(billing, 'vault').moveFromId('${former}');`);
    expect(scratch.settle()).toMatchObject({ code: 0, added: 0, destroyed: 0 });
    expect(address()).toContain('vault');
    expect(scratch.ids()[address()]).toBe(id);
    declare(scratch, project, "archive(billing, 'vault');");
    expect(scratch.settle()).toMatchObject(UNCHANGED);
  });

  it('is kept with a project that is moved', { timeout: 60_000 }, () => {
    const moved =
      "const billing = new Project(stack, 'invoices', { namespace: 'billing', movedFrom: 'sandbox/billing' });";
    declare(scratch, moved);
    expect(scratch.synth().output).toContain(`\`invoices\` also has \`${address()}`);
    declare(scratch, moved, "archive(billing, 'vault');");
    expect(scratch.settle()).toMatchObject({ code: 0, added: 0, destroyed: 0 });
    expect(scratch.ids()[address()]).toBe(id);
  });

  it('is deleted with its project, which can then be closed', { timeout: 120_000 }, async () => {
    const invoices = "const invoices = new Project(stack, 'invoices', { namespace: 'billing' });";
    const complete = [invoices, "archive(invoices, 'vault');"];
    scratch.write('reprieve.yaml', SHORT_PERIOD);
    scratch.requestDeletions({ target: 'invoices' });
    declare(scratch, ...complete);
    expect(scratch.settle()).toMatchObject({ code: 0, destroyed: 0 });
    declare(scratch);
    expect(scratch.synth().output).toContain(
      'Keep its code until the deletion of invoices is over',
    );

    await seconds(SHORT_SECONDS);
    declare(scratch, ...complete);
    expect(scratch.settle().code).toBe(0);
    expect(address()).toBe('none');
    expect(scratch.reprieve('reclamation', 'close', 'invoices').output).toContain(
      'the code still declares it',
    );
    declare(scratch);
    const closed = scratch.reprieve('reclamation', 'close', 'invoices');
    expect(closed).toMatchObject({ code: 0 });
    expect(scratch.read('projects.lock.yaml')).not.toContain('invoices');
    expect(scratch.settle()).toMatchObject({ code: 0 });
    expect(scratch.ids()).toEqual({});
  });
});
