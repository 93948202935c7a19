import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Certificate } from '../../lib/certificate/certificate.js';
import type { Evidence } from '../../lib/certificate/evidence.js';
import { ControlPlane } from '../support/control-plane.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const SETTINGS = `version: 1
reclamation: { period: 1h, floor: 1s, planMaxAge: 10m }
evidence: required
`;
const DEPLOY = ['deploy', 'production', '--force', '--skip-provider-lock'] as const;
const HELD = { name: 'held', namespace: 'billing', finalizers: ['example.org/hold'] };

describe.skipIf(missing !== undefined)('a certificate of a deletion that was killed', () => {
  const it = story();
  let plane: ControlPlane;
  let scratch: Scratch;
  let made = 0;

  const filesIn = (folder: string) =>
    scratch.exists(folder)
      ? readdirSync(join(scratch.folder, folder)).filter((name) => name.endsWith('.json'))
      : [];
  const certify = () => {
    const folder = `c${++made}`;
    const asked = ['reclamation', 'certificate', 'billing', '--no-registries', '--out', folder];
    const done = scratch.reprieve(...asked);
    const [file] = filesIn(folder);
    if (file === undefined) expect.fail(done.output);
    const certificate: Certificate = JSON.parse(scratch.read(`${folder}/${file}`));
    const of = (id: string) => certificate.checks.find((each) => each.id === id);
    const evidence: Evidence = JSON.parse(scratch.read(certificate.hashes.evidence.file));
    return { code: done.code, certificate, of, evidence, file: `${folder}/${file}` };
  };
  /** How many of the objects, by uid, are still there. */
  const left = ({ of }: ReturnType<typeof certify>) =>
    (of('objects')?.found ?? []).filter(({ result }) => result === 'left').length;
  const isTerminating = () =>
    plane.kubectl('get', 'namespace', 'billing', '-o', 'jsonpath={.status.phase}') ===
    'Terminating';
  const inState = () => Object.keys(scratch.ids('production')).length;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    scratch = new Scratch(providerEnvironment());
    scratch.write('reprieve.yaml', SETTINGS);
    scratch.declare(`
      const stack = new ReprieveStack(app, 'production', {
        target: Target.kubernetes({ configPath: '${plane.kubeconfig}' }) });
      const billing = new Project(stack, 'billing');
      billing.addConfigMap('settings', { data: { greeting: 'hello' } });
      new JobTemplate(billing, 'nightly', { image: 'registry.invalid/team/report:1.4' });
    `);
    expect(scratch.settle('production')).toMatchObject({ code: 0 });
    const held = { apiVersion: 'v1', kind: 'ConfigMap', metadata: HELD, data: { a: 'b' } };
    plane.apply([held]);
    scratch.requestDeletions({ target: 'billing' });
    expect(scratch.settle('production')).toMatchObject({ code: 0 });
    scratch.letTimePass(2, 'production');
  }, 240_000);
  afterAll(() => {
    scratch?.remove();
    plane?.stop();
  });

  it('between evidence and apply: all of it is still there', { timeout: 300_000 }, async () => {
    const script = `#!/bin/sh\nif [ "$1" = apply ]; then touch '${scratch.folder}/applying'; exec sleep 600; fi\nexec terraform "$@"\n`;
    scratch.write('waiting-terraform', script);
    const binary = join(scratch.folder, 'waiting-terraform');
    chmodSync(binary, 0o700);
    const before = inState();
    const waiting = scratch.with({ TERRAFORM_BINARY_NAME: binary });
    await waiting.killReprieve(() => scratch.exists('applying'), ...DEPLOY);
    expect(filesIn('evidence')).toHaveLength(1);
    const done = certify();
    expect(done.code).toBe(1);
    expect(done.certificate.verdict).toBe('incomplete');
    expect(done.of('state/current')).toMatchObject({ result: 'left' });
    expect(left(done)).toBe(
      done.certificate.objects.filter(({ object }) => object !== null).length,
    );
    expect(inState()).toBe(before);
  });

  it('halfway through the apply: what is gone is gone, the rest is named', {
    timeout: 300_000,
  }, async () => {
    const before = inState();
    // What is held keeps the namespace from going, and the apply waiting for it.
    await scratch.killReprieve(isTerminating, ...DEPLOY);
    expect(filesIn('evidence')).toHaveLength(2);
    expect(isTerminating()).toBe(true);
    expect(inState()).toBeLessThan(before);
    const done = certify();
    expect(done.code).toBe(1);
    expect(done.certificate.verdict).toBe('incomplete');
    const found = done.of('objects')?.found ?? [];
    const named = (what: string) => found.find((each) => each.what === what)?.result;
    expect(named('namespace billing')).toBe('left');
    expect(named('configmap billing/held')).toBe('left');
    expect(named('configmap billing/settings')).toBe('confirmed');
    expect(left(done)).toBeLessThan(found.length);
  });

  it('resumed: it is made of the evidence from before, and says deleted', {
    timeout: 300_000,
  }, () => {
    const patch = ['--type=merge', '-p', '{"metadata":{"finalizers":null}}'];
    plane.kubectl('patch', 'configmap', 'held', '-n', 'billing', ...patch);
    // So that only the state has it still: the engine calls a plan that drops it from there empty.
    plane.kubectl('wait', '--for=delete', 'namespace/billing', '--timeout=120s');
    // The apply has put the deadline of the object itself, which is yet to come, into the state again.
    scratch.turnBackDeadlines(2, 'production');
    const resumed = scratch.reprieve(...DEPLOY);
    expect(resumed, resumed.output).toMatchObject({ code: 0 });
    const done = certify();
    expect(done.code, JSON.stringify(done.certificate.checks)).toBe(0);
    expect(done.certificate.verdict).toBe('deleted');
    expect(left(done)).toBe(0);
    // The last one, from when half of it was gone, knows less.
    const declared = done.evidence.objects.filter(({ address }) => address !== null);
    expect(declared.every((each) => each.inState && each.uid !== null)).toBe(true);
    expect(done.certificate.deletedBetween[0]).toBe(done.evidence.takenAt);
    const verified = scratch.reprieve('reclamation', 'certificate', 'verify', done.file);
    expect(verified, verified.output).toMatchObject({ code: 0 });
  });

  it('can be closed by it, and is still verified afterwards', { timeout: 300_000 }, () => {
    scratch.declare(`
      new ReprieveStack(app, 'production', {
        target: Target.kubernetes({ configPath: '${plane.kubeconfig}' }) });
    `);
    const closed = scratch.reprieve('reclamation', 'close', 'billing');
    expect(closed, closed.output).toMatchObject({ code: 0 });
    const [file] = filesIn(`c${made}`);
    const again = scratch.reprieve('reclamation', 'certificate', 'verify', `c${made}/${file}`);
    expect(again, again.output).toMatchObject({ code: 0 });
  });
});
