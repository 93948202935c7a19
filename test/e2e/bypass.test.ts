import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tofu } from '../support/engines.js';
import { Scratch, seconds } from '../support/scratch.js';
import { story } from '../support/story.js';

const DECLARATION = `
  const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
  const billing = new Project(stack, 'billing');
  billing.addConfigMap('settings', { data: { A: '1' } });
`;
const SETTINGS = (period: string, planMaxAge = '10m') =>
  `version: 1\nreclamation: { period: ${period}, floor: 1s, planMaxAge: ${planMaxAge} }\n`;
/** As Terraform and OpenTofu say it. */
const REFUSED = /nstance cannot be destroyed/;

/** OpenTofu is tried too where it is. */
const TOFU = tofu();
const ENGINES = [
  ['Terraform', {}],
  ...(TOFU === undefined ? [] : [['OpenTofu', { TERRAFORM_BINARY_NAME: TOFU }] as const]),
] as const;

/** Applied by Terraform alone: cdktf adds nothing to these but time. */
class Bypass extends Scratch {
  planned(...args: readonly string[]) {
    return this.plan('sandbox', ...args);
  }

  addressOf(suffix: string): string {
    const found = this.state().find((it) => it.address.includes(suffix));
    return found?.address ?? `nothing in state has ${suffix}`;
  }

  tombstone() {
    const found = this.state().find((it) => Object(it.values['input']).kind === 'Tombstone');
    return Object(found?.values['input']);
  }
}

describe.each(ENGINES)('attempts to end something early, against real %s', (name, env) => {
  const it = story();
  let scratch: Bypass;

  beforeAll(() => {
    scratch = new Bypass(env);
    scratch.write('reprieve.yaml', SETTINGS('1h'));
    scratch.declare(DECLARATION);
    scratch.settle();
  });
  afterAll(() => scratch.remove());

  it('refuses to destroy the stack, a member, or the guard while the project lives', () => {
    const member = scratch.addressOf('config-map');
    for (const args of [[], [`-target=${member}`], [`-target=${scratch.addressOf('guard')}`]]) {
      expect(scratch.planned('-destroy', ...args).output).toMatch(REFUSED);
    }
  });

  it('refuses to replace a member, by request or by taint', () => {
    const member = scratch.addressOf('config-map');
    expect(scratch.planned(`-replace=${member}`).output).toMatch(REFUSED);
    scratch.terraform('sandbox', 'taint', member);
    expect(scratch.planned().output).toMatch(REFUSED);
    scratch.terraform('sandbox', 'untaint', member);
    expect(scratch.planned().output).toContain('No changes');
  });

  it('refuses a change that would force a replacement', () => {
    scratch.declare(DECLARATION.replace("'billing')", "'billing', { namespace: 'invoices' })"));
    expect(scratch.synth().code).toBe(0);
    expect(scratch.planned().output).toMatch(REFUSED);
    scratch.declare(DECLARATION);
    expect(scratch.synth().code).toBe(0);
  });

  it('keeps everything while soft-deleted, whatever is destroyed by name', () => {
    scratch.requestDeletions({ target: 'billing' });
    expect(scratch.settle().output).toContain('0 destroyed');
    const member = scratch.addressOf('config-map');
    for (const args of [[], [`-target=${member}`], [`-target=${scratch.addressOf('tombstone')}`]]) {
      expect(scratch.planned('-destroy', ...args).output).toMatch(REFUSED);
    }
    expect(scratch.planned().output).toContain('No changes');
  });

  it('refuses to replace what is soft-deleted, by request, by taint, or under a tombstone', () => {
    const member = scratch.addressOf('config-map');
    expect(member).toContain('[0]');
    const refused = (...args: readonly string[]) => {
      const planned = scratch.planned(...args);
      expect(planned.flat).toContain('kept-while-soft-deleted');
      expect(planned.code).toBe(1);
    };
    refused(`-replace=${member}`);
    scratch.terraform('sandbox', 'taint', member);
    refused();
    scratch.terraform('sandbox', 'untaint', member);
    const file = 'cdktf.out/stacks/sandbox/cdk.tf.json';
    const text = scratch.read(file);
    scratch.write(file, text.replaceAll('"project"\n', '"moved"\n'));
    refused();
    scratch.write(file, text);
    expect(scratch.planned().output).toContain('No changes');
  });

  it('refuses code that would replace what is soft-deleted', () => {
    scratch.declare(DECLARATION.replace("'billing')", "'billing', { namespace: 'invoices' })"));
    const synthesized = scratch.synth();
    expect(synthesized.output).toContain("`billing` is being deleted, so it can't be changed");
    expect(synthesized.code).toBe(1);
    scratch.declare(DECLARATION);
    expect(scratch.synth().code).toBe(0);
  });

  it.runIf(name === 'OpenTofu')('spares what an excluded guard depends on', () => {
    const records = ['guard', 'tombstone', 'identity'].map((it) => scratch.addressOf(it));
    const excluded = [...records, 'terraform_data.reprieve-rules'].map((it) => `-exclude=${it}`);
    expect(scratch.planned('-destroy', ...excluded).output).toContain('No changes');
  });

  it('ignores a backdated request and a shorter period for a running clock', () => {
    // Longer ago than the shorter period.
    scratch.turnBackClocks(0.5);
    const before = scratch.tombstone();
    scratch.requestDeletions({ target: 'billing', requestedAt: '2020-01-01T00:00:00Z' });
    scratch.write('reprieve.yaml', SETTINGS('25m'));
    expect(scratch.settle().output).toContain('0 destroyed');
    expect(scratch.tombstone()).toEqual(before);
    expect(before.period).toBe('1h');
    scratch.write('reprieve.yaml', SETTINGS('1h'));
  });

  it('ignores an edited tombstone in the synthesized stack', () => {
    const before = scratch.tombstone();
    const file = join(scratch.folder, 'cdktf.out/stacks/sandbox/cdk.tf.json');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('"deleted_at": "${plantimestamp()}"');
    writeFileSync(file, text.replace('${plantimestamp()}"', '2020-01-01T00:00:00Z"'));
    expect(scratch.planned().output).not.toContain('destroy');
    scratch.synth();
    expect(scratch.tombstone()).toEqual(before);
  });

  it('restarts the clock when the request is withdrawn and made again', () => {
    const before = scratch.tombstone();
    scratch.write('deletions.yaml', 'version: 1\ndeletions: []\n');
    expect(scratch.settle().output).toContain('1 destroyed');
    scratch.requestDeletions({ target: 'billing' });
    scratch.settle();
    expect(Date.parse(scratch.tombstone().deleted_at)).toBeGreaterThan(
      Date.parse(before.deleted_at),
    );
    scratch.write('deletions.yaml', 'version: 1\ndeletions: []\n');
    scratch.settle();
  });

  it('refuses to apply a stale plan, before anything is marked', async () => {
    scratch.write('reprieve.yaml', SETTINGS('1h', '4s'));
    scratch.requestDeletions({ target: 'billing' });
    scratch.synth();
    expect(scratch.planned('-out=stale').output).toContain('1 to add');
    await seconds(5);
    const stale = scratch.terraform('sandbox', 'apply', '-input=false', 'stale');
    expect(stale.flat).toContain('This plan is older than 4s');
    expect(stale.code).not.toBe(0);
    const namespace = scratch.state().find((it) => it.address.includes('namespace'));
    expect(JSON.stringify(namespace?.values['input'])).toContain('"active"');
    scratch.write('deletions.yaml', 'version: 1\ndeletions: []\n');
    expect(scratch.settle().output).toContain('Apply complete!');
  });

  it('refuses code without the project, in CI too', () => {
    scratch.declare("new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });");
    expect(scratch.synth().code).toBe(1);
    expect(scratch.synth({ CI: 'true' }).code).toBe(1);
    scratch.declare(DECLARATION);
    expect(scratch.synth().code).toBe(0);
  });
});

describe('a deployment that is killed half-way', () => {
  const scratch = new Bypass();
  const withdraw = () => scratch.write('deletions.yaml', 'version: 1\ndeletions: []\n');
  afterAll(() => scratch.remove());

  it('converges with the next one, and never sets its clock back', async () => {
    scratch.write('reprieve.yaml', SETTINGS('1h'));
    scratch.declare(DECLARATION);
    scratch.settle();
    const first = scratch.ids();
    let interrupted = 0;
    for (const delay of [0.1, 0.2, 0.3]) {
      scratch.requestDeletions({ target: 'billing' });
      scratch.synth();
      const apply = scratch.startTerraform('sandbox', 'apply', '-auto-approve', '-input=false');
      const ended = new Promise<boolean>((done) =>
        apply.on('exit', (_code, signal) => done(signal === 'SIGKILL')),
      );
      await seconds(delay);
      apply.kill('SIGKILL');
      if (await ended) interrupted += 1;
      scratch.mendState();
      const before = scratch.tombstone().deleted_at;
      expect(scratch.settle().output).toContain(' 0 destroyed');
      const { deleted_at: after } = scratch.tombstone();
      if (before !== undefined) expect(after).toBe(before);
      expect(scratch.ids()).toMatchObject(first);
      withdraw();
      scratch.settle();
    }
    expect(interrupted).toBeGreaterThan(0);
  });
});
