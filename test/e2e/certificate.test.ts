import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Certificate } from '../../lib/certificate/certificate.js';
import type { Evidence } from '../../lib/certificate/evidence.js';
import { Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const SETTINGS = `version: 1
reclamation: { period: 1h, floor: 1s, planMaxAge: 10m }
evidence: required
`;

const APP = `
  const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
  const billing = new Project(stack, 'billing');
  new JobTemplate(billing, 'nightly', { image: 'registry.invalid/team/report:1.4' });
  new ConfigMap(billing, 'settings', { data: { greeting: 'hello' } });
`;

describe('a certificate of a project on the sandbox', () => {
  const it = story();
  let scratch: Scratch;
  let ids: ReadonlySet<unknown>;

  beforeAll(() => {
    scratch = new Scratch();
    scratch.write('reprieve.yaml', SETTINGS);
    scratch.declare(APP);
  });
  afterAll(() => scratch?.remove());

  const files = (folder: string, ending: string) =>
    scratch.exists(folder)
      ? readdirSync(join(scratch.folder, folder))
          .filter((name) => name.endsWith(ending))
          .map((name) => `${folder}/${name}`)
      : [];
  const evidence = (): Evidence => JSON.parse(scratch.read(files('evidence', '.json')[0] ?? ''));
  const certificates = () => files('certificates', '.json');
  const latest = (): Certificate => JSON.parse(scratch.read(certificates().at(-1) ?? ''));
  const results = () => Object.fromEntries(latest().checks.map(({ id, result }) => [id, result]));

  /** Declares a project, deploys it, and begins its deletion. */
  const beginDeletion = () => {
    scratch.declare(`
      const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
      const billing = new Project(stack, 'billing');
      new ConfigMap(billing, 'settings', { data: { greeting: 'hello' } });
    `);
    expect(scratch.settle()).toMatchObject({ code: 0 });
    scratch.requestDeletions({ target: 'billing' });
    expect(scratch.settle()).toMatchObject({ code: 0 });
  };

  it('has no evidence as long as nothing is about to be deleted for good', () => {
    expect(scratch.settle()).toMatchObject({ code: 0 });
    ids = new Set(Object.values(scratch.ids()));
    scratch.requestDeletions({ target: 'billing' });
    const deployed = scratch.reprieve('deploy', 'sandbox', '--force');
    expect(deployed, deployed.output).toMatchObject({ code: 0 });
    expect(files('evidence', '.json')).toEqual([]);
  });

  it('has it from the deployment that reclaims, taken before', () => {
    scratch.letTimePass(2);
    const deployed = scratch.reprieve('deploy', 'sandbox', '--force');
    expect(deployed, deployed.output).toMatchObject({ code: 0 });
    expect(files('evidence', '.json')).toHaveLength(1);
    const { objects, request, deletion, images, plan, takenBy, unknown } = evidence();
    expect({ takenBy, unknown }).toEqual({ takenBy: 'deploy', unknown: [] });
    expect(request).toMatchObject({ mode: 'soft', requestedBy: 'ann@example.org' });
    expect(deletion?.deletedAt).toMatch(/^20/);
    expect(objects.length).toBeGreaterThan(3);
    expect(objects.every(({ uid, inState }) => inState && ids.has(uid))).toBe(true);
    expect(plan?.deletes).toEqual(objects.map(({ address }) => address));
    expect(images.map(({ image }) => image)).toEqual(['registry.invalid/team/report:1.4']);
  });

  it('states what is true: the objects are gone, the state’s older version has them', () => {
    const done = scratch.reprieve('reclamation', 'certificate', 'billing', '--no-registries');
    expect(done, done.output).toMatchObject({ code: 0 });
    expect(results()).toEqual({
      'state/current': 'confirmed',
      objects: 'not applicable',
      'etcd/current': 'not applicable',
      'etcd/history': 'not applicable',
      'etcd/files': 'not applicable',
      'state/versions': 'left',
      'encryption/rotated': 'not applicable',
      'encryption/old-key': 'not applicable',
      images: 'not checked',
    });
    expect(latest()).toMatchObject({ verdict: 'deleted', target: 'billing', stack: 'sandbox' });
    expect(files('certificates', '.md')).toHaveLength(1);
    expect(files('certificates', '.html')).toHaveLength(1);
  });

  it('is checked against its evidence later, after the deletion is closed', () => {
    const [file = ''] = certificates();
    scratch.declare("new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });");
    const [kept = ''] = files('evidence', '.json');
    const text = scratch.read(kept);
    scratch.removeFile(kept);
    const refused = scratch.reprieve('reclamation', 'close', 'billing');
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.flat).toContain('won’t know');
    expect(scratch.read('deletions.yaml')).toContain('billing');
    scratch.write(kept, text);
    const closed = scratch.reprieve('reclamation', 'close', 'billing');
    expect(closed, closed.output).toMatchObject({ code: 0 });
    const plan = evidence().plan?.file ?? '';
    scratch.write('first-plan.json', scratch.read(plan));
    const done = scratch.reprieve('reclamation', 'certificate', 'verify', file, '--plan', plan);
    expect(done, done.output).toMatchObject({ code: 0 });
    expect(done.stdout).not.toContain('differs');
    // The same bytes come out anywhere.
    const elsewhere = scratch.with({
      TZ: 'Asia/Kolkata',
      LC_ALL: 'tr_TR.UTF-8',
      LANG: 'ar_EG.UTF-8',
    });
    const there = elsewhere.reprieve('reclamation', 'certificate', 'verify', file, '--plan', plan);
    expect(there, there.output).toMatchObject({ code: 0 });
  });

  it('is known to be changed where a word of it was', () => {
    const [file = ''] = certificates();
    const text = scratch.read(file);
    scratch.write(file, text.replace('"requestedBy": "ann@', '"requestedBy": "eve@'));
    expect(scratch.reprieve('reclamation', 'certificate', 'verify', file)).toMatchObject({
      code: 1,
    });
    scratch.write(file, text);
    const [kept = ''] = files('evidence', '.json');
    const original = scratch.read(kept);
    scratch.write(kept, original.replace('ann@', 'eve@'));
    const done = scratch.reprieve('reclamation', 'certificate', 'verify', file);
    expect(done.stdout).toMatch(/differs +evidence/);
    scratch.write(kept, original);
  });

  it('is signed, and OpenSSL finds the signature sound, too', () => {
    const key = join(scratch.folder, 'key.pem');
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', key]);
    execFileSync('chmod', ['600', key]);
    const pub = join(scratch.folder, 'key.pub');
    execFileSync('openssl', ['pkey', '-in', key, '-pubout', '-out', pub]);
    const args = ['reclamation', 'certificate', 'billing', '--no-registries', '--out', 'signed'];
    const made = scratch.reprieve(...args, '--sign-key', key);
    expect(made, made.output).toMatchObject({ code: 0 });
    const [file = ''] = files('signed', '.json');
    const verified = scratch.reprieve('reclamation', 'certificate', 'verify', file, '--key', pub);
    expect(verified, verified.output).toMatchObject({ code: 0 });
    const path = join(scratch.folder, file);
    const check = ['-verify', '-pubin', '-inkey', pub, '-rawin', '-in', path];
    execFileSync('openssl', ['pkeyutl', ...check, '-sigfile', `${path}.sig`]);
    scratch.write(`${file}.sig`, 'x'.repeat(64));
    const forged = scratch.reprieve('reclamation', 'certificate', 'verify', file, '--key', pub);
    expect(forged.stdout).toMatch(/differs +signature/);
    expect(forged.code).toBe(1);
  });

  it('isn’t made of an earlier deletion’s evidence, and that closes no later one', () => {
    beginDeletion();
    scratch.letTimePass(2);
    const wrapper = join(scratch.folder, 'terraform-without-state');
    scratch.write(
      'terraform-without-state',
      '#!/bin/sh\n[ "$1" = show ] && [ $# -le 3 ] && { echo "no state" >&2; exit 1; }\nexec terraform "$@"\n',
    );
    execFileSync('chmod', ['700', wrapper]);
    const blind = scratch.with({ TERRAFORM_BINARY_NAME: wrapper });
    const refused = blind.reprieve('deploy', 'sandbox', '--force');
    expect(refused, refused.output).toMatchObject({ code: 3 });
    expect(refused.flat).toContain('no evidence of it can be written');
    expect(scratch.members('sandbox', 'billing')).toBeGreaterThan(0);
    scratch.reprieve('plan', 'sandbox');
    scratch.write('kept-plan.json', scratch.read('cdktf.out/plans/sandbox.json'));
    // As whoever uses plain cdktf does: it leaves no evidence.
    const before = files('evidence', '.json');
    expect(scratch.settle()).toMatchObject({ code: 0 });
    expect(files('evidence', '.json')).toEqual(before);
    const made = scratch.reprieve('reclamation', 'certificate', 'billing', '--no-registries');
    expect(made, made.output).toMatchObject({ code: 1 });
    expect(made.flat).toContain('is about an earlier one');
    scratch.declare("new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });");
    const closed = scratch.reprieve('reclamation', 'close', 'billing');
    expect(closed.flat).toContain('about another deletion of that name');
    expect(closed.code).toBe(1);
  });

  it('is made of what is gathered later, and of the earlier evidence only by its name', () => {
    const [first = ''] = files('evidence', '.json');
    const gather = (plan: string) =>
      scratch.reprieve('reclamation', 'evidence', 'billing', '--plan', plan);
    const foreign = gather('first-plan.json');
    expect(foreign, foreign.output).toMatchObject({ code: 2 });
    expect(foreign.flat).toContain('deletes other objects');
    const gathered = gather('kept-plan.json');
    expect(gathered, gathered.output).toMatchObject({ code: 0 });
    const [, second = ''] = files('evidence', '.json');
    const known: Evidence = JSON.parse(scratch.read(second));
    expect(known.objects.every(({ uid, uidFrom }) => uid !== null && uidFrom === 'plan')).toBe(
      true,
    );
    const certify = (...more: readonly string[]) => {
      const out = ['--no-registries', '--out', `later${more.length}`];
      const made = scratch.reprieve('reclamation', 'certificate', 'billing', ...out, ...more);
      expect(made, made.output).toMatchObject({ code: 0 });
      const [file = ''] = files(`later${more.length}`, '.json');
      const { hashes, objects }: Certificate = JSON.parse(scratch.read(file));
      return { from: hashes.evidence.file, count: objects.length };
    };
    const { objects }: Evidence = JSON.parse(scratch.read(first));
    const later = certify();
    expect(later.from).toBe(second);
    expect(later.count).toBeLessThan(objects.length);
    expect(certify('--evidence', first)).toEqual({ from: first, count: objects.length });
    const closed = scratch.reprieve('reclamation', 'close', 'billing');
    expect(closed, closed.output).toMatchObject({ code: 0 });
  });

  it('says that all is there where the deployment that it was taken for never came', () => {
    scratch.write(
      'reprieve.yaml',
      `${SETTINGS}approvers: [{ id: bob@example.org }]\ngate: { approvals: file }\n`,
    );
    beginDeletion();
    const gathered = scratch.reprieve('reclamation', 'evidence', 'billing');
    expect(gathered, gathered.output).toMatchObject({ code: 0 });
    const verdict = (out: string) => {
      const asked = ['--no-registries', '--out', out];
      const made = scratch.reprieve('reclamation', 'certificate', 'billing', ...asked);
      expect(made, made.output).toMatchObject({ code: 1 });
      return JSON.parse(scratch.read(files(out, '.json')[0] ?? '')).verdict;
    };
    expect(verdict('never1')).toBe('incomplete');
    scratch.requestDeletions();
    expect(scratch.settle()).toMatchObject({ code: 0 });
    expect(verdict('never2')).toBe('incomplete');
  });

  it('is made of a hard deletion by the uid that was approved, which closes it, too', () => {
    const identity = scratch.state().find((it) => Object(it.values['input']).kind === 'Identity');
    const uid = Object(identity?.values['input']).objects.billing;
    const [requestedAt, at, expires] = [-2, -1, 1].map((hours) =>
      new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d+/, ''),
    );
    const approvals = [{ by: 'bob@example.org', at, expires, uid }];
    const hard = { target: 'billing', mode: 'hard', confirm: 'billing', requestedAt, approvals };
    scratch.requestDeletions(hard);
    const before = files('evidence', '.json').length;
    const deployed = scratch.reprieve('deploy', 'sandbox', '--force');
    expect(deployed, deployed.output).toMatchObject({ code: 0 });
    expect(files('evidence', '.json')).toHaveLength(before + 1);
    const made = scratch.reprieve(
      ...['reclamation', 'certificate', 'billing', '--no-registries', '--out', 'hard'],
    );
    expect(made, made.output).toMatchObject({ code: 0 });
    const certificate: Certificate = JSON.parse(scratch.read(files('hard', '.json')[0] ?? ''));
    expect(certificate).toMatchObject({
      deletion: null,
      request: { mode: 'hard', approvals: [{ uid }] },
    });
    expect(certificate.objects.map((each) => each.uid)).toContain(uid);
    scratch.declare("new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });");
    const closed = scratch.reprieve('reclamation', 'close', 'billing');
    expect(closed, closed.output).toMatchObject({ code: 0 });
  });
});
