import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialVariable } from '../../../lib/constructs/credential.js';
import { FakeApp } from '../../support/fake-app.js';

const VARIABLES = {
  token: credentialVariable('token', ['demo/billing/icr']),
  region: { type: 'string' },
};

describe('what a plan needs and is not there', () => {
  let app: FakeApp;
  beforeAll(() => {
    app = new FakeApp();
    app.synthesized({ target: 'kubernetes' });
    app.write('cdktf.out/stacks/demo/cdk.tf.json', {
      variable: VARIABLES,
      provider: { kubernetes: [{ config_path: './absent.kubeconfig' }] },
    });
  });
  afterAll(() => app.remove());
  const env = { PATH: process.env['PATH'], TF_VAR_token: '' };

  it.each(['plan', 'deploy --auto-approve'])('is named all at once by %s', async (command) => {
    const { code, out, err } = await app.reprieve(command, { env });
    expect({ code, out, err }).toMatchObject({ code: 2, out: '' });
    expect(err).toContain('`TF_VAR_token` is set to an empty text: `demo/billing/icr` needs');
    expect(err).toContain('`TF_VAR_region` is not set: `demo` needs the variable `region`');
    expect(err).toContain(`the kubeconfig \`${app.folder}/cdktf.out/stacks/demo/absent.kubeconfig`);
    expect(err).not.toContain('Planning');
  });

  it('is a warning of doctor for each variable', async () => {
    // Without a provider, which nothing here installs.
    app.synthesized({ target: 'sandbox' });
    app.write('cdktf.out/stacks/demo/cdk.tf.json', { variable: VARIABLES });
    const { out } = await app.reprieve('doctor --output json', { env });
    const checks: readonly { name: string; level: string; message: string }[] =
      JSON.parse(out).checks;
    const found = checks.filter(({ name }) => name === 'variables');
    expect(found.map(({ level, message }) => `${level} ${message.split(':')[0]}`)).toEqual([
      'warning `TF_VAR_region` is not set',
      'warning `TF_VAR_token` is set to an empty text',
    ]);
  });
});
