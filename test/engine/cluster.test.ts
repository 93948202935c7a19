import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cluster, ClusterError } from '../../lib/engine/cluster.js';
import { writeKubeconfig } from '../support/kubeconfig.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprieve-cluster-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const TOKEN = 'canary-token-Qm4v';

/** A kubeconfig for a server that is not there. */
function kubeconfig(): string {
  return writeKubeconfig(folder, 'https://127.0.0.1:1', { user: { token: TOKEN } });
}

async function failure(access: object, env: NodeJS.ProcessEnv = process.env) {
  const asked = new Cluster(access, { cwd: folder, env }).get('/version');
  const error: unknown = await asked.catch((thrown: unknown) => thrown);
  if (!ClusterError.isClusterError(error)) throw new Error(`not a ClusterError: ${error}`);
  return error;
}

describe('a cluster that does not answer', () => {
  it('is told apart from a wrong kubeconfig and a missing kubectl', async () => {
    expect((await failure({ kubeconfig: kubeconfig() })).failure).toBe('unreachable');
    expect(await failure({ kubeconfig: join(folder, 'none') })).toMatchObject({
      failure: 'no-kubeconfig',
      isUsage: true,
    });
    const wrong = await failure({ kubeconfig: kubeconfig(), context: 'other' });
    expect(wrong.failure).toBe('no-kubeconfig');
    expect((await failure({}, { PATH: folder })).failure).toBe('no-kubectl');
  });

  it('is told without what a login program printed, and without a credential', async () => {
    const file = join(folder, 'kubectl');
    const said = `${TOKEN}\nerror: You must be logged in to the server (Unauthorized)\n${TOKEN}`;
    writeFileSync(file, `#!/bin/sh\ncat >&2 <<'X'\n${said}\nX\nexit 1\n`, { mode: 0o755 });
    const error = await failure({}, { PATH: `${folder}:${process.env['PATH']}` });
    expect(error.failure).toBe('unauthorized');
    expect(error.message).not.toContain(TOKEN);
  });

  it('is not believed when it answers with something else than JSON', async () => {
    writeFileSync(join(folder, 'kubectl'), '#!/bin/sh\necho "<html>"\n', { mode: 0o755 });
    const error = await failure({}, { PATH: `${folder}:${process.env['PATH']}` });
    expect(error.failure).toBe('unreadable');
  });
});
