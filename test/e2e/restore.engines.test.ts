import { afterAll, describe, expect, it } from 'vitest';
import { findVersion } from '../../scripts/engines/cache.mjs';
import { ROOT } from '../support/built.js';
import { tofu } from '../support/engines.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';

const VERSIONS = ['1.11.4', '1.14.3', '1.16.0'];
const ENGINES = [
  ['OpenTofu 1.12.6', tofu()],
  ...VERSIONS.map(
    (it) => [`Terraform ${it}`, findVersion('terraform', `terraform-${it}`)] as const,
  ),
] as const;

/** Changed in every apply, so that it fails in the apply and not in the plan. */
const DENIED = `archive.addOverride('input', '\${plantimestamp()}');
  archive.addOverride('lifecycle.postcondition', [
    { condition: '\${self.output == ""}', error_message: 'denied for a test' } ]);`;

describe.each(ENGINES)('a restore of which a part fails, by %s', (_name, program) => {
  const scratch = new Scratch({ TERRAFORM_BINARY_NAME: program ?? '' });
  afterAll(() => scratch.remove());

  const declare = (more = '') =>
    scratch.write(
      scratch.main,
      `import { TerraformResource } from 'cdktf';
import { Project, ReprieveStack, synthesize, Target } from '${ROOT}/dist/index.js';
await synthesize((app) => {
  const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
  const billing = new Project(stack, 'billing');
  const archive = new TerraformResource(billing, 'archive', { terraformResourceType: 'terraform_data' });
  ${more}
});
`,
    );
  const tombstones = () =>
    scratch.state().filter(({ values }) => Object(values['input']).kind === 'Tombstone').length;

  it.skipIf(program === undefined)('keeps the tombstone, in every attempt', () => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    declare();
    expect(scratch.settle().code).toBe(0);
    const before = scratch.ids();
    scratch.requestDeletions({ target: 'billing' });
    expect(scratch.settle().code).toBe(0);
    scratch.write('deletions.yaml', 'version: 1\ndeletions: []\n');
    declare(DENIED);
    for (const _attempt of [1, 2, 3]) {
      const { code, flat } = scratch.settle();
      expect(code).not.toBe(0);
      expect(flat).toMatch(/archive\S*: Modif.*denied for a test/);
      expect(tombstones()).toBe(1);
    }
    declare();
    expect(scratch.settle()).toMatchObject({ code: 0, destroyed: 1 });
    expect(scratch.ids()).toEqual(before);
    expect(scratch.plan('sandbox', '-detailed-exitcode').code).toBe(0);
  });
});
