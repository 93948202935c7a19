import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ApiProxy } from '../support/api-proxy.js';
import { ControlPlane } from '../support/control-plane.js';
import { grantRights, inForce } from '../support/enforced.js';
import { EnforcedStack } from '../support/enforced-stack.js';
import { controlPlaneMissing, providerMissing } from '../support/engines.js';
import { DENIED, ForeignPolicy } from '../support/foreign-policy.js';
import type { Scratch } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();

const SECRET = '/api/v1/namespaces/billing/secrets/db';
const REVISION = 'reprieve.dev/data-revision';
const DEPLOY = ['deploy', 'production', '--force', '--skip-provider-lock'] as const;
const PASSWORDS = ['', 'canary-one-Zk4', 'canary-two-Vb8', 'canary-three-Qw1', 'canary-four-Lp5'];

interface Secret {
  readonly metadata: {
    readonly uid: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly data: Readonly<Record<string, string>>;
}

describe.skipIf(missing !== undefined)(
  'a rotation that does not get through at once',
  { timeout: 600_000 },
  () => {
    const it = story();
    let plane: ControlPlane;
    let proxy: ApiProxy;
    let base: EnforcedStack;
    /** The same folder with the password of the revision. */
    let stack: Scratch;
    let policy: ForeignPolicy;
    let uid: string;

    /** What the secret holds, as it is stored, and which revision it says. */
    const held = async () => {
      const { metadata, data } = await plane.get<Secret>(SECRET);
      expect(metadata.uid).toBe(uid);
      const password = Buffer.from(data['password'] ?? '', 'base64').toString();
      return [metadata.annotations[REVISION], PASSWORDS.indexOf(password)];
    };
    const isNothingToDo = () => expect(stack.plan('production', '-detailed-exitcode').code).toBe(0);
    /** The code and the environment as they are for a revision, with its own password. */
    const rotateTo = (revision: number) => {
      base.declareAll(EnforcedStack.PROJECT.replace('revision: 1', `revision: ${revision}`));
      stack = base.with({ TF_VAR_token: PASSWORDS[revision] ?? '' });
      base.must(stack.synth());
    };
    const review = () => {
      base.must(stack.reprieve('plan', 'production'));
      return stack.reprieve('review', 'cdktf.out/plans/production.json');
    };

    beforeAll(async () => {
      plane = await ControlPlane.start();
      grantRights(plane);
      proxy = await ApiProxy.start(plane, 'deploy');
      base = new EnforcedStack(plane);
      base.kubeconfig = proxy.kubeconfig(base.folder);
      base.settings('1h', '10m');
      rotateTo(1);
      base.must(stack.init('platform'));
      base.must(stack.init('production'));
    });
    afterAll(async () => {
      base?.remove();
      await proxy?.stop();
      plane?.stop();
    });

    it('has a revision on the object, which an upgrade adds as an everyday plan', async () => {
      const file = join(base.folder, 'cdktf.out/stacks/production/cdk.tf.json');
      // As an earlier version wrote it.
      const earlier = JSON.parse(readFileSync(file, 'utf8'), (key, value) =>
        key === REVISION ? undefined : value,
      );
      writeFileSync(file, JSON.stringify(earlier));
      base.must(stack.apply('production'));
      const before = await plane.get<Secret>(SECRET);
      uid = before.metadata.uid;
      expect(before.metadata.annotations).not.toHaveProperty([REVISION]);
      base.must(stack.apply('platform'));
      await inForce(plane);
      expect(review().code).toBe(0);
      base.must(stack.settle('production'));
      expect(await held()).toEqual(['1', 1]);
      expect((await plane.get<Secret>(SECRET)).data).toEqual(before.data);
      isNothingToDo();
      policy = new ForeignPolicy(plane, 'secrets', SECRET);
    });

    it('that a policy refused is not lost: nothing writes the number alone', async () => {
      rotateTo(2);
      await policy.deny();
      expect(stack.settle('production').flat).toContain(DENIED);
      await policy.remove();
      expect(await held()).toEqual(['1', 1]);
      const reviewed = review();
      expect(reviewed.code).toBe(1);
      expect(reviewed.flat).toContain('npx reprieve recover production');
      // Whoever deploys without a review is refused by the cluster.
      const plain = stack.settle('production');
      expect(plain.code).not.toBe(0);
      expect(plain.flat).toMatch(/"db" holds revision 1, and this says revision 2/);
      expect(await held()).toEqual(['1', 1]);
      for (const command of [['doctor'], ['cluster', 'audit']]) {
        const { code, flat } = stack.reprieve(...command);
        expect(code).toBe(1);
        expect(flat).toMatch(/holds revision 1 of its content, and revision 2 by the state/);
      }
    });

    it('is carried out by the next deploy of ours, with the new value', async () => {
      const deployed = base.must(stack.reprieve(...DEPLOY));
      expect(deployed.output).toContain('holds revision 1 of its content');
      expect(await held()).toEqual(['2', 2]);
      isNothingToDo();
      expect(review().code).toBe(0);
      expect(stack.reprieve('cluster', 'audit').flat).not.toContain('of its content');
      expect(base.must(stack.reprieve(...DEPLOY)).output).not.toContain('of its content');
    });

    it('that a broken connection cut off is carried out after recover', async () => {
      rotateTo(3);
      await proxy.fail({ method: 'PATCH', path: '/secrets/' });
      expect(stack.settle('production').code).not.toBe(0);
      await proxy.fail();
      expect(await held()).toEqual(['2', 2]);
      base.must(stack.reprieve('recover', 'production', '--force'));
      expect(review().code).toBe(0);
      base.must(stack.settle('production'));
      expect(await held()).toEqual(['3', 3]);
      isNothingToDo();
    });

    it('of which only the answer was lost needs nothing more', async () => {
      rotateTo(4);
      await proxy.fail({ method: 'PATCH', path: '/secrets/', passedOn: true });
      expect(stack.settle('production').code).not.toBe(0);
      await proxy.fail();
      expect(await held()).toEqual(['4', 4]);
      expect(stack.reprieve('recover', 'production').output).toContain('knows every object');
      isNothingToDo();
    });

    it('that was refused before a soft delete is carried out with the restore', async () => {
      PASSWORDS.push('canary-five-Hn9');
      rotateTo(5);
      await policy.deny();
      expect(stack.settle('production').flat).toContain(DENIED);
      await policy.remove();
      base.requestDeletions({ target: 'billing' });
      base.must(stack.settle('production'));
      expect(await held()).toEqual(['4', 4]);
      base.restoreAll();
      const plain = stack.settle('production');
      expect(plain.flat).toMatch(/"db" holds revision 4, and this says revision 5/);
      expect(await held()).toEqual(['4', 4]);
      base.must(stack.reprieve('recover', 'production', '--force'));
      const reviewed = review();
      expect(reviewed.code, reviewed.output).toBe(0);
      base.must(stack.settle('production'));
      expect(await held()).toEqual(['5', 5]);
      isNothingToDo();
    });
  },
);
