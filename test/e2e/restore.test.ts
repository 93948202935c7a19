import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ControlPlane } from '../support/control-plane.js';
import { grantRights, inForce } from '../support/enforced.js';
import { EnforcedStack } from '../support/enforced-stack.js';
import { controlPlaneMissing, providerMissing } from '../support/engines.js';
import { DENIED, ForeignPolicy } from '../support/foreign-policy.js';
import { storedIn } from '../support/stored.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();

const SECRET = '/api/v1/namespaces/billing/secrets/db';
const MARK = 'reprieve.dev/reclaim-after';
const isTombstone = ({ values }: { readonly values: Readonly<Record<string, unknown>> }) =>
  Object(values['input']).kind === 'Tombstone';

describe.skipIf(missing !== undefined)(
  'a restore that does not get through at once',
  { timeout: 600_000 },
  () => {
    const it = story();
    let plane: ControlPlane;
    let stack: EnforcedStack;
    let policy: ForeignPolicy;
    let before: Awaited<ReturnType<typeof storedIn>>;

    const tombstones = () => stack.state('production').filter(isTombstone).length;
    const pending = () => stack.reprieve('reclamation', 'list', '--stack', 'production').output;
    const isMarked = async () =>
      MARK in (await plane.get<{ metadata: { annotations: object } }>(SECRET)).metadata.annotations;
    const softDelete = (...targets: readonly string[]) => {
      stack.requestDeletions(...targets.map((target) => ({ target })));
      stack.must(stack.settle());
    };
    const isAsBefore = async () => {
      expect(await storedIn(plane, 'billing')).toEqual(before);
      expect(tombstones()).toBe(0);
      expect(stack.plan('production', '-detailed-exitcode').code).toBe(0);
    };

    beforeAll(async () => {
      plane = await ControlPlane.start();
      grantRights(plane);
      stack = new EnforcedStack(plane);
      stack.settings('1h', '10m');
      stack.declareAll();
      stack.prepare('platform');
      stack.prepare('production');
      stack.must(stack.apply('platform'));
      await inForce(plane);
      stack.must(stack.settle());
      policy = new ForeignPolicy(plane, 'secrets', SECRET);
      before = await storedIn(plane, 'billing');
      expect(Object.keys(before)).toEqual(expect.arrayContaining(['namespace', 'secrets/db']));
    });
    afterAll(() => {
      stack?.remove();
      plane?.stop();
    });

    it('keeps its clock while a foreign policy denies it, and finishes once that is gone', async () => {
      softDelete('billing');
      await policy.deny();
      stack.restoreAll();
      for (const _attempt of ['first', 'again']) {
        expect(stack.settle().flat).toContain(DENIED);
        expect(await isMarked()).toBe(true);
        expect(tombstones()).toBe(1);
        expect(pending()).toMatch(/billing .*soft deleted/);
      }
      await policy.remove();
      stack.must(stack.settle());
      await isAsBefore();
      expect(pending()).not.toContain('soft deleted');
    });

    it('keeps an item’s clock beside its project’s, which is restored as a whole', async () => {
      softDelete('billing/secrets/db', 'billing');
      await policy.deny();
      stack.restoreAll();
      expect(stack.settle().flat).toContain(DENIED);
      expect(tombstones()).toBe(2);
      expect(await isMarked()).toBe(true);
      await policy.remove();
      stack.must(stack.settle());
      await isAsBefore();
    });

    it('that was killed half-way goes on with the next deploy', async () => {
      for (const events of [1, 9]) {
        softDelete('billing');
        stack.restoreAll();
        stack.must(stack.synth());
        const moment = { events, milliseconds: 0, withProvider: true };
        const apply = ['apply', '-auto-approve', '-input=false', '-no-color'];
        expect(await stack.killTerraform(moment, 'production', ...apply)).toBe(true);
        stack.mendState('production');
        expect(tombstones()).toBe(1);
        stack.must(stack.settle());
        await isAsBefore();
      }
    });

    it('finishes together with a change of code, and nothing else changes', async () => {
      softDelete('billing');
      stack.restoreAll();
      stack.declareAll(EnforcedStack.PROJECT.replace("MODE: 'full'", "MODE: 'half'"));
      stack.must(stack.settle());
      const { 'configmaps/settings': _changed, ...others } = await storedIn(plane, 'billing');
      const { 'configmaps/settings': _former, ...kept } = before;
      expect(others).toEqual(kept);
      stack.declareAll();
      stack.must(stack.settle());
      await isAsBefore();
    });

    it('is repaired by the next deploy where an earlier version lost the clock', async () => {
      softDelete('billing');
      const [tombstone] = stack.state('production').filter(isTombstone);
      stack.must(stack.terraform('production', 'state', 'rm', tombstone?.address ?? ''));
      stack.restoreAll();
      const doctor = stack.reprieve('doctor').flat;
      expect(doctor).toContain('soft-deleted by its label in the cluster');
      const reviewed = stack.must(stack.reprieve('plan', 'production'));
      expect(reviewed.code).toBe(0);
      expect(stack.reprieve('review', 'cdktf.out/plans/production.json').code).toBe(0);
      stack.must(stack.settle());
      await isAsBefore();
      expect(stack.reprieve('doctor').flat).not.toContain('soft-deleted by its label');
    });
  },
);
