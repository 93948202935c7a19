import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tofu } from '../support/engines.js';
import { ObjectStore, objectStoreMissing } from '../support/object-store.js';
import { LONG_PERIOD, Scratch, SHORT_PERIOD, SHORT_SECONDS, seconds } from '../support/scratch.js';

const TOFU = tofu();
const ENGINES = [
  ['Terraform', {}],
  ...(TOFU === undefined ? [] : [['OpenTofu', { TERRAFORM_BINARY_NAME: TOFU }] as const]),
] as const;
const APPLY = ['apply', '-auto-approve', '-input=false', '-no-color'];

describe.skipIf(objectStoreMissing() !== undefined).each(ENGINES)(
  'a state in an object store, by %s',
  (_name, env) => {
    let store: ObjectStore;
    beforeAll(async () => {
      store = await ObjectStore.start();
    });
    afterAll(() => store?.stop());

    /** A project whose state is in the store, prepared for the engine. */
    function declared(name: string, settings: string): Scratch {
      const scratch = new Scratch({ ...env, ...ObjectStore.environment });
      scratch.write('reprieve.yaml', settings);
      scratch.declare(`
        const stack = new ReprieveStack(app, 'sandbox', { target: Target.sandbox() });
        ${store.backend(`${name}.tfstate`)}
        const billing = new Project(stack, 'billing');
        billing.addConfigMap('settings', { data: { MODE: 'full' } });
      `);
      succeeded(scratch.synth());
      succeeded(scratch.init());
      return scratch;
    }

    /** Synthesizes and applies. */
    function deploy(scratch: Scratch) {
      succeeded(scratch.synth());
      return succeeded(scratch.apply());
    }

    it('soft-deletes, restores and reclaims, and the review reads it', async () => {
      const scratch = declared('life', SHORT_PERIOD);
      deploy(scratch);
      const ids = scratch.ids();
      scratch.requestDeletions({ target: 'billing' });
      deploy(scratch);
      expect(scratch.ids()).toMatchObject(ids);
      expect(scratch.reclamations()).toMatchObject([{ target: 'billing', status: 'soft deleted' }]);
      scratch.requestDeletions();
      deploy(scratch);
      expect(scratch.ids()).toEqual(ids);

      scratch.requestDeletions({ target: 'billing' });
      deploy(scratch);
      succeeded(scratch.reprieve('plan', 'sandbox'));
      const review = succeeded(scratch.reprieve('review', 'cdktf.out/plans/sandbox.json'));
      expect(review.output).toContain('billing');
      await seconds(SHORT_SECONDS);
      deploy(scratch);
      expect(scratch.reclamations()).toMatchObject([{ target: 'billing', status: 'hard deleted' }]);
      expect(scratch.filesHolding(ObjectStore.environment.AWS_SECRET_ACCESS_KEY)).toEqual([]);
      scratch.remove();
    });

    it('keeps its lock when the engine is killed, and says how to take it away', async () => {
      const scratch = declared('killed', LONG_PERIOD);
      deploy(scratch);
      const ids = scratch.ids();
      scratch.requestDeletions({ target: 'billing' });
      succeeded(scratch.synth());
      const moment = { events: 1, milliseconds: 0, withProvider: true };
      expect(await scratch.killTerraform(moment, 'sandbox', ...APPLY)).toBe(true);

      const held = scratch.reprieve('plan', 'sandbox');
      expect(held).toMatchObject({ code: 3 });
      const command = held.output.split('\n').find((line) => line.includes(' force-unlock ')) ?? '';
      const unlocked = spawnSync('sh', ['-c', command], {
        cwd: scratch.folder,
        env: { ...process.env, ...ObjectStore.environment, CHECKPOINT_DISABLE: '1' },
        input: 'yes\n',
        encoding: 'utf8',
      });
      expect(unlocked, unlocked.stderr).toMatchObject({ status: 0 });

      deploy(scratch);
      expect(scratch.ids()).toMatchObject(ids);
      expect(scratch.reclamations()).toMatchObject([{ target: 'billing', status: 'soft deleted' }]);
      scratch.remove();
    });
  },
);

function succeeded<T extends { readonly code: number; readonly output: string }>(outcome: T): T {
  expect(outcome, outcome.output).toMatchObject({ code: 0 });
  return outcome;
}
