import { type AuditFinding, finding, note } from '../../cluster/audit/finding.js';
import { declaredKey, encryptionStanding } from '../encryption/declared-use.js';
import type { Io } from '../terminal/io.js';
import type { Stack, Workspace } from '../workspace/workspace.js';
import type { ClusterOptions } from './access.js';

const CODE = 'cluster/encryption';

/** What stacks declare of encryption at rest, held against what their API server counts. */
export async function auditEncryption(
  io: Io,
  options: ClusterOptions,
  workspace: Workspace,
  stacks: readonly Stack[],
): Promise<readonly AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (const stack of stacks) {
    const key = declaredKey(workspace, stack.name);
    if (key === undefined) continue;
    const { level, message, remedy } = await encryptionStanding(io, options, key, stack);
    const at = [CODE, stack.name, message, remedy] as const;
    if (level !== 'ok') findings.push(level === 'wrong' ? finding(...at) : note(...at));
  }
  return findings;
}
