import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane } from '../support/control-plane.js';
import { CrashStory, newTally, PASSWORD, STORY_RULES } from '../support/crash-story.js';
import { enforce } from '../support/enforced.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { numbers } from '../support/mutations.js';
import { Scratch } from '../support/scratch.js';

const missing = controlPlaneMissing() ?? providerMissing();
/** Of four kills each; in all at least 40. */
const ROUNDS = Number(process.env['REPRIEVE_ROUNDS'] ?? 6);
const seed = Number(process.env['REPRIEVE_SEED'] ?? Date.now() % 1_000_000);
const rounds = Array.from({ length: ROUNDS }, (_, round) => ({
  round,
  backend: round % 2 === 0 ? ('kubernetes' as const) : ('local' as const),
}));

describe.skipIf(missing !== undefined).each([
  { where: 'on a bare cluster', enforced: false },
  { where: 'under the admission policies', enforced: true },
])('Terraform killed many times $where', ({ enforced }) => {
  let plane: ControlPlane;
  const tally = newTally();
  beforeAll(async () => {
    plane = await ControlPlane.start();
    if (enforced) await enforce(plane, STORY_RULES);
    console.log(`REPRIEVE_SEED=${seed}`);
  });
  afterAll(() => {
    plane?.stop();
    console.log(tally);
  });

  it.each(rounds)(
    'loses nothing: round $round, $backend state',
    { timeout: 900_000 },
    async ({ round, backend }) => {
      const scratch = new Scratch({
        ...providerEnvironment(),
        TF_VAR_token: PASSWORD,
      });
      const before = tally.kills;
      try {
        const options = { name: `r${round}x`, backend, cdktf: false, enforced };
        await new CrashStory(plane, scratch, numbers(seed + round), tally, options).run();
      } finally {
        scratch.remove();
      }
      expect(tally.kills).toBe(before + 4);
    },
  );
});
