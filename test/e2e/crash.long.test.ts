import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, controlPlaneMissing, providerMissing } from '../support/control-plane.js';
import { CrashStory, newTally, PASSWORD } from '../support/crash-story.js';
import { numbers } from '../support/mutations.js';
import { Scratch } from '../support/scratch.js';

const ROUNDS = Number(process.env['REPRIEVE_ROUNDS'] ?? 10);
const seed = Number(process.env['REPRIEVE_SEED'] ?? Date.now() % 1_000_000);

const missing = controlPlaneMissing() ?? providerMissing();

describe.skipIf(missing !== undefined)('Terraform killed many times', () => {
  let plane: ControlPlane;
  const tally = newTally();
  beforeAll(async () => {
    plane = await ControlPlane.start();
    console.log(`REPRIEVE_SEED=${seed}`);
  });
  afterAll(() => {
    plane?.stop();
    console.log(tally);
  });

  const rounds = Array.from({ length: ROUNDS }, (_, round) => ({
    round,
    backend: round % 2 === 0 ? ('kubernetes' as const) : ('local' as const),
  }));

  it.each(rounds)(
    'loses nothing: round $round, $backend state',
    { timeout: 900_000 },
    async ({ round, backend }) => {
      const scratch = new Scratch({
        TF_CLI_CONFIG_FILE: process.env['TF_CLI_CONFIG_FILE'] ?? '',
        TF_VAR_token: PASSWORD,
      });
      try {
        const options = { name: `r${round}x`, backend, cdktf: false, enforced: false };
        const below = numbers(seed + round);
        await new CrashStory(plane, scratch, below, tally, options).run();
      } finally {
        scratch.remove();
      }
      expect(tally.kills).toBe(4 * (round + 1));
    },
  );
});
