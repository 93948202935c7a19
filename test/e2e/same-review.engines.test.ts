import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reviewPlans } from '../../lib/gate/review-plans.js';
import { FORMATS, reporterOf } from '../../lib/report/reporters.js';
import { findVersion } from '../../scripts/engines/cache.mjs';
import { ControlPlane } from '../support/control-plane.js';
import { EnforcedStack, PASSWORD } from '../support/enforced-stack.js';
import {
  controlPlaneMissing,
  providerEnvironment,
  providerMissing,
  tofu,
} from '../support/engines.js';
import { contextAt, planOf } from '../support/plans.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';

const ENGINES = [
  ['OpenTofu 1.12.6', tofu()],
  ['Terraform 1.14.3', findVersion('terraform', 'terraform-1.14.3')],
] as const;
const missing = controlPlaneMissing() ?? providerMissing();

/**
 * Write-only attributes made OpenTofu print plans that differ from run to run, and Terraform writes
 * the plan of a creation as JSON that does.
 *
 * @see https://github.com/opentofu/opentofu/pull/3667
 */
describe.each(ENGINES)('plans of one configuration by %s', (_name, program) => {
  describe.skipIf(missing !== undefined || program === undefined)(
    'with write-only attributes',
    () => {
      let plane: ControlPlane;
      let scratch: Scratch;
      beforeAll(async () => {
        plane = await ControlPlane.start();
        scratch = new Scratch({
          ...providerEnvironment(),
          TERRAFORM_BINARY_NAME: program ?? '',
          TF_VAR_token: PASSWORD,
        });
        scratch.write('reprieve.yaml', LONG_PERIOD);
      });
      afterAll(() => {
        scratch?.remove();
        plane?.stop();
      });

      const declare = (revision: number) =>
        scratch.declare(`
        const stack = new ReprieveStack(app, 'production', {
          target: Target.kubernetes({ configPath: '${plane.kubeconfig}' }) });
        ${EnforcedStack.PROJECT.replace('revision: 1', `revision: ${revision}`)}`);

      /** Plans anew, as if at the same time as before: times are the one thing that may differ. */
      function plan(at?: string): { readonly text: string; readonly at: string } {
        expect(scratch.reprieve('plan', 'production')).toMatchObject({ code: 0 });
        const text = scratch.read('cdktf.out/plans/production.json');
        const { timestamp }: { timestamp: string } = JSON.parse(text);
        if (at === undefined) return { text, at: timestamp };
        const moments = [0, 3600].map((more) => [later(timestamp, more), later(at, more)] as const);
        return { text: moments.reduce((all, [is, was]) => all.replaceAll(is, was), text), at };
      }

      async function reviews(text: string, now: string): Promise<readonly string[]> {
        const review = reviewPlans([await planOf(text, 'production')], contextAt(new Date(now)));
        return Promise.all(FORMATS.map(async (format) => (await reporterOf(format))(review, {})));
      }

      async function expectSame(): Promise<void> {
        const first = plan();
        const said = await reviews(first.text, first.at);
        for (const _ of [1, 2]) expect(await reviews(plan(first.at).text, first.at)).toEqual(said);
      }

      it('are reviewed the same: a creation, a rotation, a soft delete', {
        timeout: 600_000,
      }, async () => {
        declare(1);
        await expectSame();
        expect(scratch.settle('production').code).toBe(0);
        declare(2);
        await expectSame();
        expect(scratch.settle('production').code).toBe(0);
        scratch.requestDeletions({ target: 'billing' });
        await expectSame();
        expect(scratch.settle('production').code).toBe(0);
        await expectSame();
      });
    },
  );
});

function later(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString().replace('.000Z', 'Z');
}
