import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane, controlPlaneMissing, providerMissing } from '../support/control-plane.js';
import { CrashStory, newTally, PASSWORD } from '../support/crash-story.js';
import { numbers } from '../support/mutations.js';
import { Scratch } from '../support/scratch.js';

const seed = Number(process.env['REPRIEVE_SEED'] ?? Date.now() % 1_000_000);

const missing = controlPlaneMissing() ?? providerMissing();

describe.skipIf(missing !== undefined)('Terraform killed in each of its applies', () => {
  let plane: ControlPlane;
  let scratch: Scratch;
  beforeAll(async () => {
    plane = await ControlPlane.start();
    scratch = new Scratch({
      TF_CLI_CONFIG_FILE: process.env['TF_CLI_CONFIG_FILE'] ?? '',
      TF_VAR_token: PASSWORD,
    });
  });
  afterAll(() => {
    scratch?.remove();
    plane?.stop();
  });

  it('loses nothing, and the next deploy goes on', { timeout: 600_000 }, async () => {
    const tally = newTally();
    const options = { name: 'a', backend: 'kubernetes', cdktf: true } as const;
    console.log(`REPRIEVE_SEED=${seed}`);
    await new CrashStory(plane, scratch, numbers(seed), tally, options).run();
    console.log(tally);
    expect(tally.kills).toBe(4);
  });
});
