import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ControlPlane } from '../support/control-plane.js';
import { eventually, grantRights, inForce } from '../support/enforced.js';
import { EnforcedStack, PASSWORD } from '../support/enforced-stack.js';
import { controlPlaneMissing, providerMissing } from '../support/engines.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();

const NAMESPACE = '/api/v1/namespaces/billing';
const SECRET = `${NAMESPACE}/secrets/db`;
/** Longer than a machine under load lets a plan wait. */
const PLAN_MAX_AGE = 40;
const SLACK = 2 * PLAN_MAX_AGE;
/** Longer than the slack by more than the API server's clock stands still. */
const PERIOD = SLACK + 12;
const ROTATED = EnforcedStack.PROJECT.replace('revision: 1', 'revision: 2');

describe.skipIf(missing !== undefined)(
  'deployments under admission policies',
  { timeout: 600_000 },
  () => {
    const it = story();
    let plane: ControlPlane;
    let stack: EnforcedStack;
    const read = (path: string) => plane.get<{ metadata: Metadata; data?: object }>(path);

    beforeAll(async () => {
      plane = await ControlPlane.start();
      grantRights(plane);
      stack = new EnforcedStack(plane);
      stack.settings(`${PERIOD}s`, `${PLAN_MAX_AGE}s`);
      stack.declareAll();
      stack.prepare('platform');
      stack.prepare('production');
    });
    afterAll(async () => {
      stack?.remove();
      await plane?.stop();
    });

    it('begin with the policies, which a second look leaves alone and no destroy takes away', async () => {
      stack.must(stack.apply('platform'));
      const again = stack.plan('platform', '-detailed-exitcode');
      expect(again.output).toContain('No changes');
      const destroy = stack.plan('platform', '-destroy');
      expect(destroy.output).toContain('Instance cannot be destroyed');
      await inForce(plane);
    });

    it('create the project, and only as the pipeline that reprieve.yaml names', () => {
      stack.must(stack.settle());
      expect(stack.plan('production', '-detailed-exitcode').code).toBe(0);
    });

    it('write a credential anew', async () => {
      const before = (await read(SECRET)).data;
      stack.declareAll(ROTATED);
      stack.must(stack.synth());
      const rotated = stack.with({ TF_VAR_token: `${PASSWORD}2` });
      stack.must(rotated.apply('production'));
      expect((await read(SECRET)).data).not.toEqual(before);
    });

    it('soft-delete an item and a project, and restore both as they were', async () => {
      const before = await read(SECRET);
      stack.requestDeletions({ target: 'billing/secrets/db' });
      stack.must(stack.settle());
      const marked = (await read(SECRET)).metadata;
      expect(marked.annotations['reprieve.dev/reclaim-after']).toMatch(/Z$/);
      stack.requestDeletions({ target: 'billing/secrets/db' }, { target: 'billing' });
      stack.must(stack.settle());
      stack.restoreAll();
      stack.must(stack.settle());
      const after = await read(SECRET);
      expect(after.metadata.uid).toBe(before.metadata.uid);
      expect(after.data).toEqual(before.data);
      expect(after.metadata.annotations).not.toHaveProperty(['reprieve.dev/reclaim-after']);
    });

    it('restore with a change of code in the same deployment', async () => {
      const settings = `${NAMESPACE}/configmaps/settings`;
      const { uid } = (await read(settings)).metadata;
      stack.requestDeletions({ target: 'billing' });
      stack.must(stack.settle());
      stack.restoreAll();
      stack.declareAll(ROTATED.replace("MODE: 'full'", "MODE: 'half'"));
      stack.must(stack.settle());
      const after = await read(settings);
      expect(after.metadata.uid).toBe(uid);
      expect(after.data).toEqual({ MODE: 'half' });
      expect(after.metadata.labels['reprieve.dev/state']).toBe('active');
      expect(after.metadata.annotations).not.toHaveProperty(['reprieve.dev/reclaim-after']);
      expect(stack.state('production').some(isTombstone)).toBe(false);
      stack.declareAll(ROTATED);
      stack.must(stack.settle());
    });

    it('go on after a soft delete that the cluster denied half-way, if soon', async () => {
      await freeze();
      stack.requestDeletions({ target: 'billing' });
      expect(stack.settle().flat).toContain('frozen for a test');
      expect(stack.state('production').some(isTombstone)).toBe(true);
      await thaw();
      stack.must(stack.apply());
      expect((await read(SECRET)).metadata.labels['reprieve.dev/state']).toBe('soft-deleted');
      stack.restoreAll();
      stack.must(stack.settle());
    });

    it('are told to begin again where the retry comes too late', async () => {
      await freeze();
      stack.requestDeletions({ target: 'billing' });
      expect(stack.settle().flat).toContain('frozen for a test');
      await thaw();
      // As if the retry came so late. The policies' clock, a lease, is up to ten seconds behind.
      stack.turnBackClocks((SLACK + 20) / 3600, 'production');
      const late = stack.apply();
      expect(late.code).toBe(1);
      expect(late.flat).toMatch(/restore it and request it again|is not soft-deleted/);
      expect((await read(SECRET)).metadata.labels['reprieve.dev/state']).toBe('active');
      stack.restoreAll();
      stack.must(stack.settle());
    });

    it('delete hard only what another person approved in the cluster too', async () => {
      const { uid } = (await read(SECRET)).metadata;
      const at = (hours: number) =>
        new Date(Date.now() + hours * 3_600_000).toISOString().replace(/\.\d{3}Z/, 'Z');
      const approvals = [{ by: 'bob@example.org', at: at(-1), expires: at(2), uid }];
      const confirm = 'billing/secrets/db';
      stack.requestDeletions({
        target: confirm,
        mode: 'hard',
        confirm,
        approvals,
        requestedAt: at(-2),
      });
      const denied = stack.settle();
      expect(denied.flat).toContain('request its deletion in deletions.yaml');
      expect((await read(SECRET)).metadata.uid).toBe(uid);
      const approval = `reprieve.dev/hard-delete-approved=bob ${uid} ${at(1)} live`;
      const annotate = ['-n', 'billing', 'annotate', 'secret', 'db', approval];
      expect(plane.kubectlAs('ann', ...annotate).output).toContain('may not approve');
      expect(plane.kubectlAs('bob', ...annotate).code).toBe(0);
      stack.must(stack.apply());
      expect(await plane.status(SECRET)).toBe(404);
      expect(await plane.status(`${NAMESPACE}/secrets/dockerhub`)).toBe(200);
      stack.must(stack.apply());
    });

    it('keep an approval that a person set, and reclaim once the period is over', async () => {
      stack.declareAll(ROTATED.replace(/billing.addSecret.*\n/, ''));
      stack.must(
        stack.reprieve('reclamation', 'close', 'billing/secrets/db', '--stack', 'production'),
      );
      stack.must(stack.settle());
      const { uid } = (await read(NAMESPACE)).metadata;
      const expires = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d{3}Z/, 'Z');
      plane.kubectlAs(
        'bob',
        'annotate',
        'namespace',
        'billing',
        `reprieve.dev/hard-delete-approved=bob ${uid} ${expires} live`,
      );
      expect(stack.plan('production', '-detailed-exitcode').code).toBe(0);
      plane.kubectlAs(
        'bob',
        'annotate',
        'namespace',
        'billing',
        'reprieve.dev/hard-delete-approved-',
      );
      stack.requestDeletions({ target: 'billing' });
      stack.must(stack.settle());
      const { annotations } = (await read(NAMESPACE)).metadata;
      const deadline = Date.parse(annotations['reprieve.dev/reclaim-after'] ?? '');
      // By the API server's clock, which stands still for some seconds at a time.
      await eventually(async () => {
        const path = `${NAMESPACE}?dryRun=All`;
        return (await plane.ask(path, { method: 'DELETE', as: 'deploy' })).status === 200;
      }, PERIOD + 60);
      expect(Date.now()).toBeGreaterThanOrEqual(deadline);
      stack.must(stack.apply());
      expect(await plane.status(NAMESPACE)).toBe(404);
    });

    it('take over a namespace that was there before, which then keeps its period', async () => {
      const legacy = '/api/v1/namespaces/legacy';
      plane.kubectl('create', 'namespace', 'legacy');
      plane.kubectl('-n', 'legacy', 'create', 'secret', 'generic', 'old', '--from-literal=a=b');
      const { uid } = (await read(legacy)).metadata;
      stack.declareAll("new Project(stack, 'legacy', { adoptNamespace: true });");
      stack.must(stack.reprieve('reclamation', 'close', 'billing', '--stack', 'production'));
      stack.must(stack.settle());
      expect(stack.plan('production', '-detailed-exitcode').code).toBe(0);
      expect((await read(legacy)).metadata).toMatchObject({
        uid,
        labels: { 'reprieve.dev/protected': 'true' },
      });
      for (const path of [legacy, `${legacy}/secrets/old`]) {
        const { status } = await plane.ask(path, { method: 'DELETE', as: 'ann' });
        expect({ path, status }).toEqual({ path, status: 403 });
      }
      stack.requestDeletions({ target: 'legacy' });
      stack.must(stack.settle());
      expect((await read(legacy)).metadata).toMatchObject({
        uid,
        labels: { 'reprieve.dev/state': 'soft-deleted' },
      });
    });

    const FREEZE = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'test-freeze' },
      spec: {
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['*'],
              operations: ['UPDATE'],
              resources: ['namespaces'],
            },
          ],
        },
        validations: [
          { expression: "request.userInfo.username != 'deploy'", message: 'frozen for a test' },
        ],
      },
    };
    const isFrozen = async () => {
      const path = `${NAMESPACE}?dryRun=All`;
      const body = { metadata: { annotations: { probe: 'x' } } };
      return (await plane.ask(path, { method: 'PATCH', body, as: 'deploy' })).status !== 200;
    };

    async function freeze() {
      const { apiVersion, metadata } = FREEZE;
      const spec = { policyName: metadata.name, validationActions: ['Deny'] };
      plane.apply([FREEZE, { apiVersion, kind: `${FREEZE.kind}Binding`, metadata, spec }]);
      await eventually(isFrozen);
    }

    async function thaw() {
      plane.kubectl('delete', 'validatingadmissionpolicybinding', 'test-freeze');
      await eventually(async () => !(await isFrozen()));
    }
  },
);

interface Metadata {
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

function isTombstone({ values }: { readonly values: Readonly<Record<string, unknown>> }): boolean {
  return Object(values['input']).kind === 'Tombstone';
}
