import { describe, expect, it } from 'vitest';
import {
  engineEnvironment,
  loggingVariables,
  providerLogging,
  withoutSecrets,
} from '../../lib/engine/environment.js';

const LOGS = {
  TF_LOG: 'TRACE',
  TF_LOG_CORE: 'DEBUG',
  TF_LOG_PATH: '/tmp/terraform.log',
  TF_LOG_PROVIDER: 'INFO',
  TF_LOG_PROVIDER_KUBERNETES: 'INFO',
};

describe('the environment of an engine', () => {
  it('makes nothing log, whatever the user has set', () => {
    expect(
      engineEnvironment({ ...LOGS, TF_VAR_token: 'x', PATH: '/bin', TF_LOGIN: 'kept' }),
    ).toEqual({
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      TF_VAR_token: 'x',
      PATH: '/bin',
      TF_LOGIN: 'kept',
    });
    expect(loggingVariables({ ...LOGS, PATH: '/bin' })).toEqual(Object.keys(LOGS));
    expect(loggingVariables({ TF_LOG: '' })).toEqual([]);
  });

  it('knows which variable makes providers log secrets', () => {
    for (const level of ['INFO', 'debug', 'TRACE', 'JSON', 'nonsense']) {
      expect(providerLogging({ TF_LOG: level })).toBe('TF_LOG');
      expect(providerLogging({ TF_LOG: 'ERROR', TF_LOG_PROVIDER: level })).toBe('TF_LOG_PROVIDER');
    }
    expect(providerLogging({ TF_LOG: 'TRACE', TF_LOG_PROVIDER: 'warn' })).toBeUndefined();
    expect(providerLogging({ TF_LOG: 'WARN' })).toBeUndefined();
    expect(providerLogging({ TF_LOG_CORE: 'TRACE' })).toBeUndefined();
    expect(providerLogging({})).toBeUndefined();
  });

  it('takes secrets out of a text in every form in which an engine may repeat them', () => {
    const key = '-----BEGIN KEY-----\nMC4CAQAwBQYDK2VwBCIEIA"\n-----END KEY-----';
    const env = { TF_VAR_key: key, TF_VAR_short: 'abc', TF_TOKEN_example: 'tok-en' };
    const base64 = Buffer.from(key).toString('base64');
    const text = `${key} ${JSON.stringify(key)} ${base64} │ MC4CAQAwBQYDK2VwBCIEIA" abc tok-en`;
    const shown = withoutSecrets(text, env);
    expect(shown).not.toContain('MC4CAQ');
    expect(shown).not.toContain(base64);
    expect(shown).toContain('<TF_VAR_key> "<TF_VAR_key>" <TF_VAR_key> │ <TF_VAR_key> abc');
    expect(shown).toContain('<TF_TOKEN_example>');
  });
});
