import { describe, expect, it } from 'vitest';
import { noteUnderCdktf } from '../../lib/app/under-cdktf.js';
import { credentialVariable } from '../../lib/constructs/credential.js';

const UNDER = { CDKTF_CONTEXT_JSON: '{}' };
const stack = (id: string, ...names: readonly string[]) => ({
  node: { id },
  credentialVariables: Object.fromEntries(
    names.map((name) => [name, credentialVariable(name, [`${id}/billing/icr`])]),
  ),
});

describe('what an app says under cdktf, which loses Terraform’s errors', () => {
  it('is nothing under any other program', () => {
    expect(noteUnderCdktf([stack('production', 'token')], '/nowhere', {})).toBeUndefined();
  });

  it('names what is not set, and the command that says why', () => {
    const stacks = [stack('production', 'token', 'key'), stack('sandbox')];
    expect(noteUnderCdktf(stacks, '/nowhere', { ...UNDER, TF_VAR_key: 'x' })?.split('\n')).toEqual([
      'note: A plan of `production` fails: not set: TF_VAR_token.',
      'note: Where cdktf only says “Invoking Terraform CLI failed”, npx reprieve deploy STACK prints why.',
    ]);
    const set = { ...UNDER, TF_VAR_token: 'x' };
    expect(noteUnderCdktf([stack('production', 'token')], '/nowhere', set)).toBe(
      'note: Where cdktf only says “Invoking Terraform CLI failed”, npx reprieve deploy production prints why.',
    );
  });
});
