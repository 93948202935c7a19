import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialVariable } from '../../lib/constructs/credential.js';
import { unsetVariables } from '../../lib/engine/configuration/variables.js';

const VARIABLES = {
  token: credentialVariable('token', ['production/billing/icr', 'production/billing/hub']),
  unneeded: credentialVariable('unneeded', []),
  region: { type: 'string' },
  size: { type: 'number', default: 3 },
  none: { default: null, nullable: true },
};

describe('variables without a value', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'reprieve-variables-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const unset = (env: NodeJS.ProcessEnv = {}, more: object = {}) =>
    unsetVariables({ variable: VARIABLES, ...more }, { folder, env });
  const names = (...given: Parameters<typeof unset>) => unset(...given).map(({ name }) => name);

  it('are those without a default, and credentials that something needs', () => {
    expect(unset()).toEqual([
      { name: 'region', users: '', isEmpty: false },
      { name: 'token', users: 'production/billing/icr and 1 more', isEmpty: false },
    ]);
    expect(names({ TF_VAR_token: 'x', TF_VAR_region: 'eu' })).toEqual([]);
  });

  it('are credentials that are set to nothing, too; another variable may be empty', () => {
    expect(unset({ TF_VAR_token: '', TF_VAR_region: '' })).toEqual([
      { name: 'token', users: 'production/billing/icr and 1 more', isEmpty: true },
    ]);
  });

  it.each([
    ['terraform.tfvars', 'region = "eu"\n'],
    ['some.auto.tfvars', '  "region" = "eu"\n'],
    ['some.auto.tfvars.json', '{"region": "eu"}'],
  ])('are not those of %s', (file, text) => {
    writeFileSync(join(folder, file), text);
    expect(names()).toEqual(['token']);
  });

  it('are not told where they may come from elsewhere', () => {
    expect(names({ TF_CLI_ARGS_plan: '-var region=eu' })).toEqual(['token']);
    expect(names({ TF_CLI_ARGS: '-var-file=/etc/values.tfvars' })).toEqual([]);
    expect(names({}, { terraform: { cloud: {} } })).toEqual([]);
    expect(names({}, { terraform: { backend: { remote: {} } } })).toEqual([]);
    writeFileSync(join(folder, 'broken.auto.tfvars.json'), '{');
    expect(names()).toEqual([]);
  });

  it('are none of what is no configuration', () => {
    for (const each of [undefined, [], { variable: [] }]) {
      expect(unsetVariables(each, { folder, env: {} })).toEqual([]);
    }
  });
});
