import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findVersion } from '../../scripts/engines/cache.mjs';
import { ApiProxy } from '../support/api-proxy.js';
import { ControlPlane } from '../support/control-plane.js';
import { EnforcedStack, PASSWORD } from '../support/enforced-stack.js';
import {
  askForProvider,
  controlPlaneMissing,
  providerEnvironment,
  tofu,
} from '../support/engines.js';
import { LONG_PERIOD, Scratch } from '../support/scratch.js';

/**
 * Terraform 1.12 and newer keep an identity beside each object in the state. Version 2.38.0 of the
 * provider leaves it without values where an object was created and then couldn't be read, and fails
 * on every later read; version 3 does not.
 *
 * @see https://developer.hashicorp.com/terraform/plugin/framework/resources/identity
 */
const PAIRS = [
  { engine: 'Terraform on the PATH', program: 'terraform', provider: '2.38.0' },
  { engine: 'Terraform 1.14.3', program: terraform('1.14.3'), provider: '2.38.0' },
  { engine: 'Terraform 1.14.3', program: terraform('1.14.3'), provider: '3.2.1' },
  { engine: 'Terraform 1.16.0', program: terraform('1.16.0'), provider: '2.38.0' },
  { engine: 'OpenTofu 1.12.6', program: tofu(), provider: '2.38.0' },
] as const;

function terraform(version: string): string | undefined {
  return findVersion('terraform', `terraform-${version}`);
}

const noPlane = controlPlaneMissing();

describe.each(PAIRS)('$engine with provider $provider', ({ program, provider }) => {
  const missing =
    noPlane ??
    (program === undefined ? 'the engine was not built' : askForProvider(provider, program));

  describe.skipIf(missing !== undefined)('under an API server that fails', () => {
    let plane: ControlPlane;
    let proxy: ApiProxy;
    let scratch: Scratch;

    const declare = (version: string = provider) =>
      scratch.declare(`
        const stack = new ReprieveStack(app, 'production', {
          target: Target.kubernetes({ configPath: '${proxy.kubeconfig(scratch.folder)}' }) });
        stack.addOverride('terraform.required_providers.kubernetes.version', '${version}');
        ${EnforcedStack.PROJECT}`);
    const settle = () => scratch.settle('production');
    const recover = () => scratch.reprieve('recover', 'production', '--force');

    beforeAll(async () => {
      plane = await ControlPlane.start();
      proxy = await ApiProxy.start(plane, 'admin');
    });
    afterAll(async () => {
      await proxy?.stop();
      plane?.stop();
    });
    beforeEach(() => {
      plane.kubectl('delete', 'namespace', 'billing', '--ignore-not-found');
      scratch = new Scratch({
        ...providerEnvironment(),
        TERRAFORM_BINARY_NAME: program ?? '',
        TF_VAR_token: PASSWORD,
      });
      scratch.write('reprieve.yaml', LONG_PERIOD);
      declare();
      return () => scratch.remove();
    });

    /** What it takes to say that all is well: nothing to do, soft-deleted, restored. */
    const expectLife = () => {
      expect(scratch.plan('production', '-detailed-exitcode')).toMatchObject({ code: 0 });
      scratch.requestDeletions({ target: 'billing' });
      expect(settle()).toMatchObject({ code: 0, added: 1, destroyed: 0 });
      expect(scratch.ids('production')).toHaveProperty(
        'kubernetes_namespace_v1.billing_namespace_218AEB86',
        'billing',
      );
      expect(scratch.reprieve('reclamation', 'restore', 'billing').code).toBe(0);
      expect(settle()).toMatchObject({ code: 0, added: 0, destroyed: 1 });
      expect(scratch.plan('production', '-detailed-exitcode')).toMatchObject({ code: 0 });
      expect(scratch.filesHolding(PASSWORD)).toEqual([]);
    };

    it('goes on after objects were created that could not be read', async () => {
      const kinds = 'secrets|configmaps|cronjobs|serviceaccounts|networkpolicies|rolebindings';
      await proxy.fail({ method: 'GET', path: `/(${kinds})/` });
      expect(settle().code).not.toBe(0);
      const uid = plane.kubectl(
        '-n',
        'billing',
        'get',
        'secret',
        'db',
        '-o',
        'jsonpath={.metadata.uid}',
      );
      await proxy.fail();
      const stuck = settle();
      expect(stuck.code).not.toBe(0);
      expect(stuck.flat).toMatch(/Instance cannot be destroyed|Unexpected Identity Change/);
      const recovered = recover();
      expect(recovered).toMatchObject({ code: 0 });
      expect(recovered.output).toContain(
        'kubernetes_cron_job_v1.billing_nightly_cron-job_AC099059',
      );
      expect(recovered.output).toMatch(/\d+ objects marked as created/);
      expect(settle()).toMatchObject({ code: 0, destroyed: 0 });
      expect(
        plane.kubectl('-n', 'billing', 'get', 'secret', 'db', '-o', 'jsonpath={.metadata.uid}'),
      ).toBe(uid);
      expect(recover().output).toContain('knows every object');
      expectLife();
    });

    it('goes on after objects were created whose creation was never answered', async () => {
      const kinds = 'secrets|configmaps|cronjobs|networkpolicies';
      await proxy.fail({ method: 'POST', path: `/(${kinds})$`, passedOn: true });
      expect(settle().code).not.toBe(0);
      await proxy.fail();
      expect(settle().output).toContain('already exists');
      expect(recover().output).toMatch(/5 objects taken in/);
      expect(settle()).toMatchObject({ code: 0, destroyed: 0 });
      expectLife();
    });
  });
});
