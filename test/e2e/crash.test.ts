import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlPlane } from '../support/control-plane.js';
import { CrashStory, newTally, PASSWORD, STORY_RULES } from '../support/crash-story.js';
import { enforce } from '../support/enforced.js';
import { controlPlaneMissing, providerEnvironment, providerMissing } from '../support/engines.js';
import { kubernetesBackend } from '../support/kubernetes-backend.js';
import { numbers } from '../support/mutations.js';
import { Scratch } from '../support/scratch.js';

const seed = Number(process.env['REPRIEVE_SEED'] ?? Date.now() % 1_000_000);

const missing = controlPlaneMissing() ?? providerMissing();

const environment = () => ({
  ...providerEnvironment(),
  TF_VAR_token: PASSWORD,
});

describe.skipIf(missing !== undefined)('Terraform killed in each of its applies', () => {
  let plane: ControlPlane;
  let scratch: Scratch;
  beforeAll(async () => {
    plane = await ControlPlane.start();
    await enforce(plane, STORY_RULES);
    scratch = new Scratch(environment());
  });
  afterAll(() => {
    scratch?.remove();
    plane?.stop();
  });

  it('loses nothing, and the next deploy goes on', { timeout: 900_000 }, async () => {
    const tally = newTally();
    const options = { name: 'a', backend: 'kubernetes', cdktf: true, enforced: true } as const;
    console.log(`REPRIEVE_SEED=${seed}`);
    await new CrashStory(plane, scratch, numbers(seed), tally, options).run();
    console.log(tally);
    expect(tally.kills).toBe(4);
  });

  it('a second deploy is refused while one is at work', async () => {
    const own = new Scratch(environment());
    try {
      own.declare(`
        const stack = new ReprieveStack(app, 'production', {
          target: Target.kubernetes({ configPath: '${plane.kubeconfigOf('deploy')}' }) });
        ${kubernetesBackend(plane.kubeconfigOf('deploy'), "'twice'")}
        new Project(stack, 'twice').addConfigMap('settings', { data: { MODE: 'full' } });
      `);
      expect(own.synth().code).toBe(0);
      expect(own.terraform('production', 'init').code).toBe(0);
      const answer = await own.heldApply('production');
      const second = own.cdktf('deploy', 'production', '--auto-approve', '--skip-provider-lock');
      expect(second.code).not.toBe(0);
      // What cdktf can lose under load.
      expect(own.apply('production').flat).toContain('Error acquiring the state lock');
      const told = own.reprieve('plan', 'production');
      expect(told.code).toBe(3);
      expect(told.output).toMatch(
        /is locked by \S+ since [\s\S]*wait for it[\s\S]*force-unlock \S+/,
      );
      expect(await plane.status('/api/v1/namespaces/twice')).toBe(404);
      expect(await answer('yes')).toBe(0);
      const config = await plane.get<{ data: unknown }>(
        '/api/v1/namespaces/twice/configmaps/settings',
      );
      expect(config.data).toEqual({ MODE: 'full' });
      expect(own.terraform('production', 'plan', '-detailed-exitcode').code).toBe(0);
    } finally {
      own.remove();
    }
  });
});
