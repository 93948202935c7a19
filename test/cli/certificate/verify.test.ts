import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { certificateOf, formatCertificate } from '../../../lib/certificate/certificate.js';
import type { Evidence } from '../../../lib/certificate/evidence.js';
import type { Facts } from '../../../lib/certificate/facts.js';
import { sha256, sha256Of } from '../../../lib/certificate/hash.js';
import { renderCertificate } from '../../../lib/certificate/html.js';
import { renderMarkdown } from '../../../lib/certificate/markdown.js';
import { runCli } from '../../support/cli.js';

const folder = mkdtempSync(join(tmpdir(), 'reprieve-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PLAN = '{"format_version":"1.2"}';
const input = { api_version: 'reprieve/v1', kind: 'Guard', target: 'billing' };
const evidence: Evidence = {
  ...{ schemaVersion: 1, stack: 'production', target: 'billing', takenBy: 'deploy' },
  ...{ takenAt: '2026-01-08T00:00:00Z', tool: '0.1.0', deletion: null, hardDeletion: null },
  request: {
    ...{ mode: 'soft', reason: 'Contract ended', requestedBy: 'ann@example.org', approvals: [] },
    requestedAt: '2026-01-01T00:00:00Z',
  },
  objects: [
    {
      ...{ address: 'kubernetes_secret_v1.db', target: 'billing', type: 'kubernetes_secret_v1' },
      ...{ object: { resource: 'secret', namespace: 'billing', name: 'db' }, uid: 'uid-1' },
      ...{ uidFrom: 'state', inState: true },
    },
  ],
  records: [
    {
      address: 'terraform_data.g',
      kind: 'Guard',
      target: 'billing',
      input,
      sha256: sha256Of(input),
    },
  ],
  ...{ images: [], configuration: null, state: null, unknown: [] },
  plan: { file: 'plan.json', sha256: sha256(PLAN), plannedAt: null, deletes: [] },
  cluster: { version: 'v1.34.4', id: 'c', revision: '100' },
};
const unseen = { kind: 'not checked', why: 'Nobody looked.' } as const;
const facts: Facts = {
  ...{ state: unseen, versions: unseen, cluster: unseen, etcd: unseen, etcdFiles: unseen },
  ...{ encryption: { stored: unseen, statement: null }, images: unseen },
};

const EVIDENCE = `${JSON.stringify(evidence, null, 2)}\n`;
const FILE = 'evidence/billing.json';
const made = certificateOf({ file: FILE, sha256: sha256(EVIDENCE), evidence }, facts, {
  ...{ checkedAt: '2026-01-09T00:00:00Z', tool: '0.1.0' },
});
const CERTIFICATE = formatCertificate(made);

const put = (name: string, content: string | Uint8Array, mode = 0o600) => {
  writeFileSync(join(folder, name), content);
  chmodSync(join(folder, name), mode);
  return name;
};
const reprieve = async (...args: readonly string[]) => {
  const env = { PATH: process.env['PATH'], HOME: folder };
  const done = await runCli(folder, ['reclamation', 'certificate', ...args], new Date(), env);
  expect(done.stderr).not.toMatch(/internal error|\n {4}at /);
  return done;
};
const verify = (...more: readonly string[]) => reprieve('verify', 'c.json', ...more);

beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  for (const name of ['evidence', 'certificates']) mkdirSync(join(folder, name));
  put('cdktf.json', '{}');
  put(FILE, EVIDENCE);
  put('c.json', CERTIFICATE);
  put('c.md', renderMarkdown(made));
  put('c.html', renderCertificate(made));
  put('plan.json', PLAN);
});

it('is what evidence and facts make', async () => {
  const { code, stdout } = await verify('--plan', 'plan.json');
  expect(stdout).not.toMatch(/differs/);
  expect(stdout).toMatch(/Its parts fit together\. .*Nobody signed it: whoever has the files/);
  expect(code).toBe(0);
});

const reordered = JSON.stringify(
  Object.fromEntries(Object.entries(JSON.parse(CERTIFICATE)).reverse()),
);
const CHANGES: Readonly<Record<string, string>> = {
  'another verdict': CERTIFICATE.replace('"unproven"', '"deleted"'),
  'another name': CERTIFICATE.replace('ann@', 'eve@'),
  'another time': CERTIFICATE.replace('"2026-01-09T', '"2026-01-10T'),
  'a check less': CERTIFICATE.replace(/ {4}\{\n {6}"id": "images"[\s\S]*?\n {4}\}\n/, ''),
  'a result': CERTIFICATE.replace('"not checked"', '"confirmed"'),
  'a fact': CERTIFICATE.replace('Nobody looked.', 'Everybody looked.'),
  'a hash of the plan': CERTIFICATE.replace(sha256(PLAN), sha256('other')),
  'a hash of a record': CERTIFICATE.replace(sha256Of(input), sha256('other')),
  'keys in another order': `${JSON.stringify(JSON.parse(reordered), null, 2)}\n`,
  'no indentation': JSON.stringify(JSON.parse(CERTIFICATE)),
  'a space at its end': `${CERTIFICATE} `,
  'a byte order mark': `\ufeff${CERTIFICATE}`,
  'more after its end': `${CERTIFICATE}{}`,
  'a key twice': CERTIFICATE.replace('{\n', '{\n  "verdict": "deleted",\n'),
  'half of it': CERTIFICATE.slice(0, 700),
  'no more than brackets': '['.repeat(100_000),
};

it.each(Object.entries(CHANGES))('with %s, it is not verified', async (_, text) => {
  expect(text).not.toBe(CERTIFICATE);
  put('c.json', text);
  const { code, stdout } = await verify();
  expect(code).toBeGreaterThan(0);
  expect(stdout).not.toMatch(/^Verified|^Its parts fit/m);
});

it.each([
  ['evidence of another time', FILE, EVIDENCE.replace('2026-01-08', '2026-01-07')],
  [
    'a changed record',
    FILE,
    EVIDENCE.replace('"Guard",\n      "target"', '"Guard2",\n      "target"'),
  ],
  ['another Markdown', 'c.md', 'Deleted.'],
  ['another HTML', 'c.html', '<h1>Deleted</h1>'],
  ['another plan', 'plan.json', '{}'],
])('with %s, it is not verified', async (_, name, text) => {
  put(name, text);
  expect(await verify('--plan', 'plan.json')).toMatchObject({ code: 1 });
});

it('is not verified where the evidence is not here, or a plan is given that it has none of', async () => {
  rmSync(join(folder, FILE));
  expect(await verify()).toMatchObject({ code: 1 });
  const alone = { ...evidence, plan: null };
  const text = JSON.stringify(alone);
  const of = { file: FILE, sha256: sha256(text), evidence: alone };
  put(FILE, text);
  put('c.json', formatCertificate(certificateOf(of, facts, made)));
  for (const name of ['c.md', 'c.html']) rmSync(join(folder, name));
  expect(await verify()).toMatchObject({ code: 0 });
  expect(await verify('--plan', 'plan.json')).toMatchObject({ code: 1 });
});

it('finds evidence that was handed over beside the certificate, and none of another hash', async () => {
  put('billing.json', EVIDENCE);
  rmSync(join(folder, FILE));
  expect(await verify()).toMatchObject({ code: 0 });
  // What is where the certificate says may be about something else.
  put(FILE, EVIDENCE.replace('2026-01-08', '2026-01-07'));
  expect(await verify()).toMatchObject({ code: 0 });
  put('billing.json', EVIDENCE.replace('2026-01-08', '2026-01-06'));
  expect(await verify()).toMatchObject({ code: 1 });
});

it('is verified by whoever has nothing but what was handed over', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  put('billing.json', EVIDENCE);
  put('c.json.sig', sign(null, Buffer.from(CERTIFICATE), privateKey));
  put('key.pub', String(publicKey.export({ type: 'spki', format: 'pem' })));
  for (const name of ['evidence', 'certificates', 'cdktf.json', 'plan.json']) {
    rmSync(join(folder, name), { recursive: true });
  }
  const { code, stdout } = await verify('--key', 'key.pub');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^Verified, and signed/m)]);
});

it('names the file that is wrong, and not another', async () => {
  put('other.json', EVIDENCE.replace('2026-01-08', '2026-01-07'));
  const other = await verify('--evidence', 'other.json');
  expect(other.stdout).toContain('`other.json` is not the evidence');
  expect(other.code).toBe(1);
  put('empty.json', '');
  for (const name of ['empty.json', 'plan.json', 'missing.json', '.', 'c.json']) {
    const done = await verify('--evidence', name);
    expect([name, done.code, done.stderr]).toEqual([
      name,
      2,
      expect.stringContaining(`\`${name}\``),
    ]);
  }
  for (const name of ['.', 'missing.json']) {
    const done = await reprieve('verify', name);
    expect([done.code, done.stderr]).toEqual([2, expect.stringContaining(`\`${name}\``)]);
  }
});

describe('its signature', () => {
  const pem = (type: 'ed25519') => {
    const { privateKey, publicKey } = generateKeyPairSync(type);
    return { privateKey, publicPem: String(publicKey.export({ type: 'spki', format: 'pem' })) };
  };

  it('is of these bytes, by this key, and not by another or missing', async () => {
    const [own, other] = [pem('ed25519'), pem('ed25519')];
    put('own.pub', own.publicPem);
    put('other.pub', other.publicPem);
    put('c.json.sig', sign(null, Buffer.from(CERTIFICATE), own.privateKey));
    const signed = await verify('--key', 'own.pub');
    expect(signed).toMatchObject({ code: 0 });
    expect(signed.stdout).toMatch(/^Verified, and signed by the owner of this key/m);
    expect(await verify('--key', 'other.pub')).toMatchObject({ code: 1 });
    for (const wrong of [
      sign(null, Buffer.from(`${CERTIFICATE} `), own.privateKey),
      Buffer.alloc(64),
      Buffer.alloc(0),
      Buffer.alloc(100_000),
    ]) {
      put('c.json.sig', wrong);
      expect(await verify('--key', 'own.pub')).toMatchObject({ code: 1 });
    }
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const pkcs8 = String(own.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    put('own.pem', pkcs8);
    const faults = {
      ...{ pipe: /not a file/, missing: /`missing` can't be read: it is not there/ },
      ...{ '.': /EISDIR|not a file/, 'c.json': /not an Ed25519 key/ },
      'own.pem': /is a private key. A signature is checked with the public one/,
    };
    for (const [key, fault] of Object.entries(faults)) {
      const done = await verify('--key', key);
      expect([key, done.code]).toEqual([key, 2]);
      expect(done.stderr.replaceAll(/\s+/g, ' ')).toMatch(fault);
      expect(done.stderr).not.toContain(pkcs8.split('\n')[1]);
    }
    rmSync(join(folder, 'c.json.sig'));
    expect(await verify('--key', 'own.pub')).toMatchObject({ code: 1 });
  });

  it('that is there and was not checked proves nothing, however well a forgery fits together', async () => {
    put('c.json.sig', sign(null, Buffer.from(CERTIFICATE), pem('ed25519').privateKey));
    const forged = EVIDENCE.replaceAll('ann@', 'eve@');
    const of = { ...evidence, request: Object(JSON.parse(forged)).request };
    put(FILE, forged);
    const from = { file: FILE, sha256: sha256(forged), evidence: of };
    const other = certificateOf(from, facts, made);
    put('c.json', formatCertificate(other));
    put('c.md', renderMarkdown(other));
    put('c.html', renderCertificate(other));
    const { code, stdout } = await verify();
    expect(stdout).not.toMatch(/differs/);
    expect(stdout.trim().split('\n').at(-1)).toMatch(
      /^Not verified: the signature was not checked/,
    );
    expect(code).toBe(1);
  });

  it('is made by no key that others can read or that isn’t Ed25519, and then nothing is written', async () => {
    const keys = join(folder, 'keys');
    mkdirSync(keys);
    const openssl = (...args: readonly string[]) =>
      execFileSync('openssl', args, { stdio: 'pipe' });
    const make = (name: string, ...args: readonly string[]) => {
      openssl('genpkey', ...args, '-out', join(keys, name));
      chmodSync(join(keys, name), 0o600);
    };
    make('rsa', '-algorithm', 'rsa', '-pkeyopt', 'rsa_keygen_bits:2048');
    make('x25519', '-algorithm', 'x25519');
    make('ed448', '-algorithm', 'ed448');
    make('open', '-algorithm', 'ed25519');
    chmodSync(join(keys, 'open'), 0o640);
    make('encrypted', '-algorithm', 'ed25519', '-aes256', '-pass', 'pass:canary-Jd82kq');
    openssl('pkey', '-in', join(keys, 'x25519'), '-pubout', '-out', join(keys, 'public'));
    chmodSync(join(keys, 'public'), 0o600);
    put('keys/garbage', '-----BEGIN PRIVATE KEY-----\ncanary-Jd82kq\n-----END PRIVATE KEY-----\n');
    execFileSync('mkfifo', [join(keys, 'pipe')]);
    for (const name of [...readdirSync(keys), 'missing', '.']) {
      const done = await reprieve('billing', '--sign-key', join('keys', name));
      expect([name, done.code, done.stderr]).toEqual([name, 2, expect.stringContaining('key')]);
      expect(done.stderr).not.toMatch(/canary|PRIVATE KEY/);
      expect(readdirSync(join(folder, 'certificates'))).toEqual([]);
    }
  });
});

it.each([
  [['--old-key', 'aesgcm:v1:old']],
  [['--old-key', '', '--key-destroyed-by', 'Ann', '--key-destroyed-at', '2026-01-01T00:00:00Z']],
  [['--old-key', 'old', '--key-destroyed-by', 'Ann', '--key-destroyed-at', '2026-01-01T00:00:00Z']],
  [
    [
      '--old-key',
      'aesgcm:v1:o',
      '--key-destroyed-by',
      ' ',
      '--key-destroyed-at',
      '2026-01-01T00:00:00Z',
    ],
  ],
  [
    [
      '--old-key',
      'aesgcm:v1:o',
      '--key-destroyed-by',
      'Ann',
      '--key-destroyed-at',
      '2999-01-01T00:00:00Z',
    ],
  ],
  [['--old-key', 'aesgcm:v1:o', '--key-destroyed-by', 'Ann', '--key-destroyed-at', 'yesterday']],
])('states nothing by half, of no key, by nobody or of a time to come: %j', async (args) => {
  const { code, stderr } = await reprieve('billing', ...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(/A statement that|is not a key as etcd stores it|that is yet to come/);
});
