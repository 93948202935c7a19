import { describe, expect, expectTypeOf, it } from 'vitest';
import { Credential, type RegistrySecretProps, Secret, type SecretProps } from '../../lib/index.js';
import { declaring } from '../support/declaring.js';

describe('a credential', () => {
  it('is no text, and nothing that looks like one', () => {
    expectTypeOf<string>().not.toExtend<RegistrySecretProps['password']>();
    expectTypeOf({ variable: 'x', revision: 1 }).not.toExtend<RegistrySecretProps['password']>();
    expectTypeOf<{ format: 'generic'; data: { a: string } }>().not.toExtend<SecretProps>();
  });

  it('comes in as an ephemeral variable that the plan asks for by its name', () => {
    const { json } = declaring((billing) => {
      const key = Credential.fromVariable('api_key', { revision: 3 });
      Secret.generic(billing, 'api', { data: { key } });
    });
    expect(json('stacks/prod/cdk.tf.json')['variable']?.['api_key']).toMatchObject({
      ...{ ephemeral: true, sensitive: true, default: null },
      validation: [{ error_message: expect.stringContaining('TF_VAR_api_key') }],
    });
  });

  it('needs a name and a revision that Terraform takes', () => {
    const { codes } = declaring((billing) => {
      const data = {
        a: Credential.fromVariable('no name', { revision: 1 }),
        b: Credential.fromVariable('count', { revision: 1 }),
        c: Credential.fromVariable('c', { revision: 0 }),
        d: Credential.fromVariable('d', { revision: 1, rotated: '2026-02-31' }),
      };
      Secret.generic(billing, 'api', { data });
    });
    expect(codes).toEqual([
      ...['credential/variable', 'credential/variable', 'credential/revision-number'],
      'credential/rotated',
    ]);
  });
});
