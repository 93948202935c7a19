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
      'encryption/old-key': 'not known',
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
    const done = scratch.reprieve('reclamation', 'certificate', 'verify', file, '--plan', plan);
    expect(done, done.output).toMatchObject({ code: 0 });
    expect(done.stdout).not.toContain('differs');
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
});
