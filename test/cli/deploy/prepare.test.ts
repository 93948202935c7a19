import { describe, expect, it } from 'vitest';
import { prepareDeployment } from '../../../lib/cli/deploy/prepare.js';
import type { Io } from '../../../lib/cli/terminal/io.js';
import type { Stack, Workspace } from '../../../lib/cli/workspace/workspace.js';

/** Prepares a deployment whose steps only say that they were taken. */
async function prepare(done: string[], isProven: boolean): Promise<void> {
  const step = (name: string) => async () => void done.push(name);
  const steps = {
    requireProofs: async (_: Io, __: Workspace, [stack]: readonly string[], rules?: string) => {
      done.push(`proofs of ${stack} by ${rules}`);
      if (!isProven) throw new Error('unproven');
    },
    requireClock: step('clock'),
    putRotationsBack: async () => {
      done.push('state written');
      return true;
    },
  };
  const [io, workspace] = [{} as Io, {} as Workspace];
  await prepareDeployment(io, workspace, { name: 'production' } as Stack, { rules: 'main' }, steps);
}

describe('what comes before a deployment', () => {
  it('writes the state after whatever may refuse', async () => {
    const done: string[] = [];
    await prepare(done, true);
    expect(done).toEqual(['proofs of production by main', 'clock', 'state written']);
  });

  it('writes nothing where a hard deletion isn’t proven', async () => {
    const done: string[] = [];
    await expect(prepare(done, false)).rejects.toThrow('unproven');
    expect(done).toEqual(['proofs of production by main']);
  });
});
