import type { Settings } from '../../files/settings.js';
import type { ClusterOptions } from '../cluster/access.js';
import { declaredKey, encryptionStanding } from '../encryption/declared-use.js';
import type { Io } from '../terminal/io.js';
import type { Stack, Workspace } from '../workspace/workspace.js';
import { type Check, checker } from './check.js';

const NAME = 'encryption at rest';

/**
 * What stacks declare of their clusters’ encryption, held against the API servers’ counters. Where
 * only the older words say something, or nobody does, it is one check for all.
 */
export async function checkEncryption(
  io: Io,
  options: ClusterOptions,
  workspace: Workspace,
  stacks: readonly Stack[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const undeclared: Stack[] = [];
  for (const stack of stacks) {
    const { ok, warning, error, failed } = checker(NAME, stack.name);
    try {
      const key = declaredKey(workspace, stack.name);
      if (key === undefined) {
        undeclared.push(stack);
        continue;
      }
      const { level, message, remedy } = await encryptionStanding(io, options, key, stack);
      if (level === 'ok') checks.push(ok(message));
      else checks.push(level === 'unknown' ? warning(message, remedy) : error(message, remedy));
    } catch (reason) {
      checks.push(failed(reason));
    }
  }
  return undeclared.length === 0 ? checks : [...checks, inOlderWords(workspace.settings())];
}

/** A cluster doesn’t tell its users whether secrets are encrypted in etcd: whoever knows says it. */
function inOlderWords({ cluster: { encryptionAtRest } }: Settings): Check {
  const { ok, warning } = checker(NAME);
  if (encryptionAtRest === 'kms') return ok('declared: by a key management service');
  if (encryptionAtRest === 'local') return ok('declared: by a key on the API server’s own disk');
  return warning(
    encryptionAtRest === 'none'
      ? 'Declared: none. Whoever reads etcd or a backup of it reads the credentials.'
      : 'Nobody has said whether the cluster encrypts secrets in etcd.',
    'Write encryption: { provider: kms, key: NAME, endpoint: … } into reprieve.yaml (docs/encryption.md says what managed clusters call it), then: npx reprieve encryption config --out encryption.yaml',
  );
}
