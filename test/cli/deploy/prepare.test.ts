import { beforeEach, describe, expect, it, vi } from 'vitest';
import { prepareDeployment } from '../../../lib/cli/deploy/prepare.js';
import type { Io } from '../../../lib/cli/terminal/io.js';
import type { Stack, Workspace } from '../../../lib/cli/workspace/workspace.js';

const steps = vi.hoisted(() => ({ done: [] as string[], isProven: true }));
vi.mock('../../../lib/cli/rules/proofs.js', () => ({
  requireProofs: (_io: unknown, _workspace: unknown, [stack]: string[], rules: string) => {
    steps.done.push(`proofs of ${stack} by ${rules}`);
    return steps.isProven ? Promise.resolve() : Promise.reject(new Error('unproven'));
  },
}));
vi.mock('../../../lib/cli/deploy/clock.js', () => ({
  requireClock: async () => steps.done.push('clock'),
}));
vi.mock('../../../lib/cli/deploy/rotations.js', () => ({
  putRotationsBack: async () => steps.done.push('state written'),
}));

const prepare = () =>
  prepareDeployment({} as Io, {} as Workspace, { name: 'production' } as Stack, { rules: 'main' });

describe('what comes before a deployment', () => {
  beforeEach(() => {
    steps.done.length = 0;
    steps.isProven = true;
  });

  it('writes the state last', async () => {
    await prepare();
    expect(steps.done).toEqual(['proofs of production by main', 'clock', 'state written']);
  });

  it('writes nothing where a hard deletion isn’t proven', async () => {
    steps.isProven = false;
    await expect(prepare()).rejects.toThrow('unproven');
    expect(steps.done).toEqual(['proofs of production by main']);
  });
});
