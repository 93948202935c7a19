import type { ClusterOptions } from '../cluster/access.js';
import { declaredKey, encryptionStanding } from '../encryption/declared-use.js';
import type { Io } from '../terminal/io.js';
import type { Stack, Workspace } from '../workspace/workspace.js';
import { type Check, checker } from './check.js';

const NAME = 'encryption at rest';

/**
 * What stacks declare of their clusters’ encryption, held against the API servers’ counters. Where
 * nobody does, it is one check for all.
 */
export async function checkEncryption(
  io: Io,
  options: ClusterOptions,
  workspace: Workspace,
  stacks: readonly Stack[],
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  let isComplete = true;
  for (const stack of stacks) {
    const { ok, warning, error, failed } = checker(NAME, stack.name);
    try {
      const key = declaredKey(workspace, stack.name);
      if (key === undefined) {
        isComplete = false;
        continue;
      }
      const { level, message, remedy } = await encryptionStanding(io, options, key, stack);
      if (level === 'ok') checks.push(ok(message));
      else checks.push(level === 'unknown' ? warning(message, remedy) : error(message, remedy));
    } catch (reason) {
      checks.push(failed(reason));
    }
  }
  return isComplete ? checks : [...checks, undeclared()];
}

/** A cluster doesn’t show its users whether secrets are encrypted in etcd: who knows declares it. */
function undeclared(): Check {
  return checker(NAME).warning(
    'Not declared: nobody has said whether the cluster encrypts secrets in etcd.',
    'Where you run the API server, write encryption: { provider: secretbox, key: key-1 } into reprieve.yaml, then: npx reprieve encryption config --out encryption.yaml. On a managed cluster, write encryption: { provider: kms, managed: true } (docs/encryption.md says what each service calls it).',
  );
}
