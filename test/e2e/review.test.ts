import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane } from '../support/control-plane.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { LONG_PERIOD, Scratch, SHORT_SECONDS, seconds } from '../support/scratch.js';
import { story } from '../support/story.js';

interface Told {
  readonly verdict: string;
  readonly why: readonly { readonly code: string; readonly address: string }[];
  readonly deletions: readonly {
    readonly kind: string;
    readonly cause: string;
    readonly images: readonly string[];
  }[];
  readonly reclamations: readonly { readonly kind: string; readonly target: string }[];
}

/** Plans by the command, and says what the review says: the exit code, and each thing once. */
function reviewed(scratch: Scratch, stack: string) {
  const planned = scratch.reprieve('plan', stack);
  if (planned.code !== 0) throw new Error(planned.output);
  return told(scratch, stack);
}

function told(scratch: Scratch, stack: string) {
  const { code, stdout } = scratch.reprieve(
    'review',
    `cdktf.out/plans/${stack}.json`,
    '--format',
    'json',
  );
  const review: Told = JSON.parse(stdout);
  return {
    code,
    why: [...new Set(review.why.map((each) => each.code))],
    kinds: [...new Set(review.deletions.map(({ kind, cause }) => `${kind}: ${cause}`))],
    images: [...new Set(review.deletions.flatMap(({ images }) => images))],
    events: review.reclamations.map(({ kind, target }) => `${kind} ${target}`),
  };
}

const NOTHING = { code: 0, why: [], kinds: [], images: [], events: [] };

describe('the review of a sandbox, from plan to report', () => {
  const scratch = Scratch.inTypeScript();
  afterAll(() => scratch.remove());
  const declare = (name: string) =>
    scratch.declare(
      [
        "const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });",
        "const billing = new Project(stack, 'billing');",
        `billing.addJobTemplate('${name}', { image: 'example/report:2' });`,
      ].join('\n'),
    );

  it('names the line of code, and blocks what an edited configuration would end', () => {
    scratch.write('reprieve.yaml', LONG_PERIOD);
    declare('nightly');
    expect(reviewed(scratch, 'sandbox')).toEqual(NOTHING);
    scratch.settle();
    expect(reviewed(scratch, 'sandbox')).toEqual(NOTHING);
    const file = 'cdktf.out/stacks/sandbox/cdk.tf.json';
    const edited = scratch
      .read(file)
      .replaceAll('"prevent_destroy":true', '"prevent_destroy":false')
      .replaceAll('"prevent_destroy": true', '"prevent_destroy": false')
      .replaceAll('"nightly"', '"nightly2"');
    scratch.write(file, edited);
    scratch.terraform('sandbox', 'plan', '-out=x.tfplan');
    scratch.write('x.json', scratch.terraform('sandbox', 'show', '-json', 'x.tfplan').stdout);
    const text = scratch.reprieve('review', 'x.json', '--stack', 'sandbox');
    expect(text.code).toBe(1);
    expect(text.output).toMatch(
      /blocked {2}terraform_data\.billing_nightly\S+\n {4}delete, create: /,
    );
    expect(text.output).toContain('at main.ts:5 (sandbox/billing/nightly');
  });
});

const missing = controlPlaneMissing() ?? providerMissing();

describe.skipIf(missing !== undefined)('the review on a real control plane', () => {
  const it = story();
  let plane: ControlPlane;
  let scratch: Scratch;

  const declare = (...items: readonly string[]) =>
    scratch.declare(
      [
        `const stack = new ReprieveStack(app, 'production', { target: Target.kubernetes({ configPath: '${plane.kubeconfig}' }) });`,
        ...items,
      ].join('\n'),
    );
  const BILLING = [
    "const billing = new Project(stack, 'billing');",
    "billing.addSecret('db', { format: 'basic_auth', username: 'app', password: Credential.fromVariable('token', { revision: 1 }) });",
    "billing.addJobTemplate('nightly', { image: 'example/report:2' });",
  ];
  /** Its end is waited for: a clock that is turned back in the state would not be believed. */
  const BRIEF = [
    `const brief = new Project(stack, 'brief', { reclamationPeriod: '${SHORT_SECONDS - 1}s' });`,
    "brief.addJobTemplate('hourly', { image: 'example/brief:1' });",
  ];
  const deploy = () => scratch.settle('production');

  beforeAll(async () => {
    plane = await ControlPlane.start();
    scratch = new Scratch({
      ...providerEnvironment(),
      TF_VAR_token: 'canary-Wq7',
    });
    scratch.write(
      'reprieve.yaml',
      'version: 1\nreclamation: { period: 1h, floor: 1s, planMaxAge: 40s }\n',
    );
    declare(...BILLING, ...BRIEF);
    expect(deploy().code).toBe(0);
  });
  afterAll(async () => {
    scratch?.remove();
    await plane?.stop();
  });

  it('finds nothing where nothing changes, and says what was lost outside of Terraform', () => {
    expect(reviewed(scratch, 'production')).toEqual(NOTHING);
    plane.kubectl('delete', 'secret', 'db', '-n', 'billing');
    expect(reviewed(scratch, 'production')).toMatchObject({
      code: 1,
      why: ['lost-outside'],
      kinds: ['blocked: drift'],
    });
    expect(deploy().code).toBe(0);
    expect(scratch.filesHolding('canary-Wq7')).toEqual([]);
  });

  it('follows a deletion to its end, and blocks a shorter way', async () => {
    declare();
    scratch.requestDeletions({ target: 'billing' }, { target: 'brief' });
    expect(reviewed(scratch, 'production')).toEqual({
      ...NOTHING,
      events: ['soft-delete billing', 'soft-delete brief'],
    });
    expect(deploy().code).toBe(0);
    const deletedAt = Date.now();

    const file = 'cdktf.out/stacks/production/cdk.tf.json';
    const { resource, output, locals, moved, ...bare } = JSON.parse(scratch.read(file));
    expect(
      [resource, output, locals].every((each) => each !== undefined),
      moved,
    ).toBe(true);
    scratch.write(file, JSON.stringify(bare));
    scratch.terraform('production', 'plan', '-out=x.tfplan');
    scratch.write(
      'cdktf.out/plans/production.json',
      scratch.terraform('production', 'show', '-json', 'x.tfplan').stdout,
    );
    // What is said of the brief one depends on how long that took.
    expect(told(scratch, 'production')).toMatchObject({
      code: 1,
      why: ['guard-removed', 'before-deadline'],
      kinds: expect.arrayContaining(['protection-removed: block-removed']),
      images: expect.arrayContaining(['docker.io/example/report:2']),
    });

    await seconds(Math.max(0, SHORT_SECONDS - (Date.now() - deletedAt) / 1000));
    expect(reviewed(scratch, 'production')).toEqual({
      ...NOTHING,
      kinds: ['reclaim: period-over'],
      images: ['docker.io/example/brief:1'],
      events: ['pending billing'],
    });
  });
});
