import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Asking, ControlPlane } from '../support/control-plane.js';
import { eventually, grantRights } from '../support/enforced.js';
import { EnforcedStack } from '../support/enforced-stack.js';
import { controlPlaneMissing, providerMissing } from '../support/engines.js';
import { LONG_PERIOD, ROOT, seconds } from '../support/scratch.js';
import { story } from '../support/story.js';

const missing = controlPlaneMissing() ?? providerMissing();
const FIXTURE = join(ROOT, 'test/fixtures/policies/before-transitions.json');
const BINDINGS = 'validatingadmissionpolicybindings';
const PROBE = '/api/v1/namespaces/kube-system/configmaps/reprieve-clock-lease';
/** More than what counts as standing still. */
const LAG = 75;

const STRIPPED = { metadata: { labels: { 'reprieve.dev/protected': null } } };
const CHANGED = { data: { MODE: 'none' } };

interface Metadata {
  readonly name: string;
  readonly resourceVersion: string;
}

interface Found {
  readonly level: string;
  readonly code: string;
  readonly object: string;
}

describe.skipIf(missing !== undefined)(
  'the clock of the admission policies',
  { timeout: 600_000 },
  () => {
    const it = story();
    let plane: ControlPlane;
    let stack: EnforcedStack;

    /** What reprieve says as somebody who may do anything. */
    const reprieve = (...args: readonly string[]) =>
      stack.reprieve(...args, '--kubeconfig', plane.kubeconfig);
    const audit = (): readonly string[] => {
      const { stdout, output } = reprieve('cluster', 'audit', '-o', 'json');
      if (!stdout.startsWith('{')) throw new Error(output);
      const { clusters } = JSON.parse(stdout) as { clusters: { findings: Found[] }[] };
      return clusters
        .flatMap(({ findings }) => findings)
        .filter(({ level, code }) => level === 'finding' && /^(clock|lease|policy)\//.test(code))
        .map(({ code, object }) => `${code} ${object}`);
    };
    const clockCheck = () => {
      const { checks } = JSON.parse(reprieve('doctor', '-o', 'json').stdout) as {
        checks: { name: string; stack?: string; level: string; message: string; remedy: string }[];
      };
      return checks.find(({ name, stack: of }) => name === 'clock' && of === 'production');
    };
    const told = async () => {
      const { status, message } = await plane.ask(`${PROBE}?dryRun=All`, { method: 'DELETE' });
      const time = / (\d{4}-\S+Z)$/.exec(message)?.[1];
      return status === 403 && time !== undefined ? Date.parse(time) : undefined;
    };
    /** What stops a clock that nothing holds: all bindings that use it are away for some seconds. */
    const withoutBindings = async (kept: RegExp) => {
      const list = await plane.get<{ items: { metadata: { name: string } }[] }>(
        `/apis/admissionregistration.k8s.io/v1/${BINDINGS}`,
      );
      const names = list.items.map(({ metadata }) => metadata.name).filter((it) => !kept.test(it));
      plane.kubectl('delete', BINDINGS, ...names);
      await seconds(5);
    };
    const installed = async () => {
      const found: string[] = [];
      for (const kind of ['validatingadmissionpolicies', BINDINGS]) {
        const { items } = await plane.get<{ items: { metadata: Metadata }[] }>(
          `/apis/admissionregistration.k8s.io/v1/${kind}`,
        );
        found.push(...items.map(({ metadata: it }) => `${kind} ${it.name} ${it.resourceVersion}`));
      }
      return found;
    };
    const declaration = (mode: string) =>
      [
        "const stack = new ReprieveStack(app, 'production', {",
        `target: Target.kubernetes({ configPath: '${plane.kubeconfigOf('deploy')}' }) });`,
        EnforcedStack.PROJECT.replace("'full'", `'${mode}'`),
      ].join(' ');
    const deploy = () => stack.reprieve('deploy', 'production', '--force', '--skip-provider-lock');

    beforeAll(async () => {
      plane = await ControlPlane.start();
      grantRights(plane);
      stack = new EnforcedStack(plane);
      stack.write('reprieve.yaml', `${LONG_PERIOD}cluster: { pipelines: [deploy] }\n`);
      stack.declare(declaration('full'));
      stack.prepare('production');
    });
    afterAll(() => {
      stack?.remove();
      plane?.stop();
    });

    it('is put up with the policies, if one has the rights; otherwise it says which are lacking', async () => {
      plane.kubectl('create', 'serviceaccount', 'nobody');
      const token = plane.kubectl('create', 'token', 'nobody').trim();
      const poor = join(stack.folder, 'poor.kubeconfig');
      const config = readFileSync(plane.kubeconfig, 'utf8');
      writeFileSync(poor, config.replace(/"token":"[^"]*"/, `"token":"${token}"`));
      const refused = stack.reprieve('cluster', 'policies', '--apply', '--kubeconfig', poor);
      expect(refused.code).toBe(3);
      for (const what of ['validatingadmissionpolicies', BINDINGS, 'configmaps', 'roles']) {
        expect(refused.output).toContain(`cannot patch resource "${what}"`);
      }
      expect(refused.output).toContain('Ask for these rights');
      expect(await installed()).toEqual([]);
    });

    it('replaces the policies of an earlier version, and changes nothing the second time', async () => {
      plane.apply(JSON.parse(readFileSync(FIXTURE, 'utf8')));
      expect(audit()).toContain('clock/no-anchor Clock lease');
      stack.must(reprieve('cluster', 'policies', '--apply'));
      expect(audit()).toEqual([]);
      expect(clockCheck()).toMatchObject({ level: 'ok' });
      const before = await installed();
      expect(before.length).toBeGreaterThan(10);
      stack.must(reprieve('cluster', 'policies', '--apply'));
      expect(await installed()).toEqual(before);
    });

    it('lets nothing pass while the policies are applied over others', async () => {
      stack.must(deploy());
      const attempts: readonly [string, Asking][] = [
        ['/api/v1/namespaces/billing', { method: 'DELETE' }],
        ['/api/v1/namespaces/billing/secrets/db', { method: 'DELETE' }],
        ['/api/v1/namespaces/billing/secrets/db', { method: 'PATCH', body: STRIPPED }],
        ['/api/v1/namespaces/billing/configmaps/settings', { method: 'PATCH', body: CHANGED }],
      ];
      plane.kubectl('delete', BINDINGS.slice(0, -1), 'scale.reprieve.dev');
      plane.kubectl('label', 'validatingadmissionpolicy', 'deletion.reprieve.dev', 'edited=true');
      const applying = stack.startReprieve(
        'cluster',
        'policies',
        '--apply',
        '--kubeconfig',
        plane.kubeconfig,
      );
      const passed: unknown[] = [];
      let tried = 0;
      const ended = new Promise<number | null>((done) => applying.once('exit', done));
      let code: number | null | undefined;
      void ended.then((it) => {
        code = it;
      });
      while (code === undefined) {
        for (const [path, asking] of attempts) {
          const { status } = await plane.ask(`${path}?dryRun=All`, { ...asking, as: 'ann' });
          tried += 1;
          if (status !== 403) passed.push([path, asking.method, status]);
        }
      }
      expect(code).toBe(0);
      expect(passed).toEqual([]);
      expect(tried).toBeGreaterThan(20);
      expect(audit()).toEqual([]);
    });

    it('goes on with the anchor, while all other bindings are deleted and applied', async () => {
      await withoutBindings(/^anchor-/);
      stack.must(reprieve('cluster', 'policies', '--apply'));
      const before = (await told()) ?? Number.NaN;
      await eventually(async () => ((await told()) ?? 0) > before);
      expect(Math.abs(Date.now() - ((await told()) ?? 0))).toBeLessThan(30_000);
    });

    it('stops without the anchor, and everybody says so and what to do', async () => {
      await withoutBindings(/^$/);
      stack.must(reprieve('cluster', 'policies', '--apply'));
      const before = await told();
      await seconds(LAG);
      expect(await told()).toBe(before);
      expect(audit()).toEqual(['clock/frozen Clock lease']);
      const check = clockCheck();
      expect(check).toMatchObject({ level: 'error' });
      expect(check?.message).toContain('stands still');
      expect(check?.remedy).toContain('Restart the API servers');
      const again = reprieve('cluster', 'policies', '--apply');
      expect(again.code).toBe(1);
      expect(again.flat).toContain('their clock stands still');
      expect(again.flat).toContain('Restart the API servers');
    });

    it('begins no deletion with a clock that stands still; other deployments go on and are told', () => {
      stack.requestDeletions({ target: 'billing/secrets/db' });
      const state = stack.read('terraform.production.tfstate');
      const refused = deploy();
      expect(refused.code).toBe(1);
      expect(refused.flat).toContain('nothing is deployed that begins or ends a deletion');
      expect(refused.output).toContain('billing/secrets/db');
      expect(stack.read('terraform.production.tfstate')).toBe(state);
      stack.restoreAll();
      stack.declare(declaration('half'));
      const passed = deploy();
      expect(passed.code, passed.output).toBe(0);
      expect(passed.flat).toContain('warning: The admission policies see');
    });

    it('goes again after a restart of the API server, as the advice says', async () => {
      await plane.restartServer();
      stack.must(reprieve('cluster', 'policies', '--apply'));
      expect(audit()).toEqual([]);
      expect(clockCheck()).toMatchObject({ level: 'ok' });
      stack.requestDeletions({ target: 'billing/secrets/db' });
      const begun = deploy();
      expect(begun.code, begun.output).toBe(0);
    });
  },
);
