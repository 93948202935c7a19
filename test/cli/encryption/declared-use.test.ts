import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encryptionStanding } from '../../../lib/cli/encryption/declared-use.js';
import type { Stack } from '../../../lib/cli/workspace/workspace.js';
import type { DeclaredKey } from '../../../lib/encryption/declared-use.js';
import { FakeApiServer } from '../../support/fake-api-server.js';
import { writeKubeconfig } from '../../support/kubeconfig.js';
import { freePorts } from '../../support/ports.js';

const BOX = 'k8s:enc:secretbox:v1:';
const KEY_2 = { provider: 'secretbox', name: 'key-2' } as const;
const ARN = `arn:aws:kms:eu-central-1:111122223333:key/${'1234abcd-'.repeat(8)}`;
const SERVICE = { provider: 'kms', name: ARN, managed: true } as const;

let server: FakeApiServer;
const folder = mkdtempSync(join(tmpdir(), 'reprieve-use-'));
beforeAll(async () => {
  writeFileSync(join(folder, 'cdk.tf.json'), '{}');
  server = await FakeApiServer.start();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** What doctor and `cluster audit` say where the API server has counted these. */
const standing = async (declared: DeclaredKey, prefixes: readonly string[], at = server.url) => {
  server.counts(...prefixes);
  const io = {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder },
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    stdin: new PassThrough(),
    now: () => new Date(0),
  };
  const stack: Stack = {
    ...{ name: 'eu', folder, target: 'kubernetes' },
    ...{ declared: [], rehydrated: [], dependencies: [] },
  };
  return encryptionStanding(io, { kubeconfig: writeKubeconfig(folder, at) }, declared, stack);
};

it('is right where Kubernetes counts a key under two labels', async () => {
  const found = await standing(KEY_2, [BOX, 'key-2:']);
  expect(found).toMatchObject({ level: 'ok' });
  expect(found.message).toBe('declared: secretbox key-2; the API server writes so');
  const older = await standing(KEY_2, [BOX]);
  expect(older).toMatchObject({ level: 'ok' });
  expect(older.message).toContain('by which key it doesn’t show');
});

it('is wrong by another key alone, and not known after a rotation', async () => {
  const other = await standing(KEY_2, [BOX, 'key-1:']);
  expect(other).toMatchObject({ level: 'wrong' });
  expect(other.message).toContain(`by ${BOX}key-1:.`);
  const both = await standing(KEY_2, [BOX, 'key-1:', 'key-2:']);
  expect(both).toMatchObject({ level: 'unknown' });
  expect(both.remedy).toContain('After a rotation');
  expect(await standing(KEY_2, [])).toMatchObject({ level: 'wrong' });
});

it('is the service’s on a managed cluster, whatever it shows, except another way', async () => {
  const shown = await standing(SERVICE, ['k8s:enc:kms:v2:aws:']);
  expect(shown).toMatchObject({ level: 'ok' });
  expect(shown.message).toBe(`declared: kms ${ARN}, managed; the API server writes so`);
  expect(await standing(SERVICE, [])).toMatchObject({ level: 'ok' });
  expect(await standing(SERVICE, [''])).toMatchObject({ level: 'wrong' });
  const [port = 0] = await freePorts(1);
  const nowhere = `http://127.0.0.1:${port}`;
  expect(await standing(SERVICE, [], nowhere)).toMatchObject({ level: 'ok' });
  const silent = await standing(KEY_2, [], nowhere);
  expect(silent).toMatchObject({ level: 'unknown' });
  expect(silent.message).toContain('The API server can’t be reached');
});
