import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EncryptionConfiguration, Provider } from '../../lib/encryption/configuration.js';
import { IDENTITY, nameOf } from '../../lib/encryption/configuration.js';
import { addKey, dropOthers, promoteKey } from '../../lib/encryption/edits.js';
import { readConfiguration } from '../../lib/encryption/read-configuration.js';
import { rewriteConfiguration } from '../../lib/encryption/rewrite-configuration.js';
import { formatConfiguration } from '../../lib/encryption/write-configuration.js';

const secret = (text: string) => Buffer.alloc(32, text).toString('base64');
const local = (name: string, provider: 'secretbox' | 'aesgcm' = 'secretbox') =>
  ({ provider, name, secret: secret(name) }) as const;
const vault = {
  provider: 'kms',
  apiVersion: 'v2',
  name: 'vault',
  endpoint: 'unix:///run/kms.sock',
} as const;

const WRITTEN = `# Copies are in the safe of the second floor.
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets, configmaps]
    providers:
      # Since May.
      - secretbox:
          keys:
            # Made by Ann.
            - name: old
              secret: ${secret('old')}
      # Until all is written again.
      - identity: {}
`;

const read = (text: string): EncryptionConfiguration => {
  const { value, problems } = readConfiguration('e.yaml', text);
  expect(problems).toEqual([]);
  return value ?? { entries: [] };
};

describe('a configuration that is changed', () => {
  it('keeps what its owner wrote beside it, at every step', () => {
    const added = addKey(read(WRITTEN), ['secrets', 'pods'], local('new')).value;
    const steps = [
      added ?? { entries: [] },
      promoteKey(added ?? { entries: [] }, nameOf(local('new'))),
    ];
    let text = WRITTEN;
    for (const after of steps) {
      text = rewriteConfiguration(text, after);
      expect(read(text)).toEqual(after);
      for (const comment of ['# Copies are', '# Made by Ann', '# Until all'])
        expect(text).toContain(comment);
    }
    const dropped = dropOthers(read(text), nameOf(local('new')));
    text = rewriteConfiguration(text, dropped);
    expect(read(text)).toEqual(dropped);
    expect(text).toContain('# Copies are');
    expect(text).not.toContain('Ann');
    expect(text).not.toContain(secret('old'));
  });

  it('says exactly what it should, whatever it said before', () => {
    const provider = fc.constantFrom<Provider>(
      ...[local('a'), local('b'), local('c', 'aesgcm'), local('d', 'aesgcm'), IDENTITY, vault],
    );
    const providers = fc.uniqueArray(provider, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(providers, providers, fc.boolean(), (before, after, isMore) => {
        const entry = { resources: ['secrets'], providers: before };
        const others = isMore ? [{ resources: ['pods'], providers: [local('a')] }] : [];
        const configuration = {
          entries: [{ resources: ['secrets'], providers: after }, ...others],
        };
        const text = rewriteConfiguration(formatConfiguration({ entries: [entry] }), configuration);
        expect(read(text)).toEqual(configuration);
      }),
    );
  });

  it('is written anew where the text before can’t be edited', () => {
    const after = { entries: [{ resources: ['secrets'], providers: [local('a')] }] };
    for (const before of ['', 'a: [', 'resources: 1'])
      expect(rewriteConfiguration(before, after)).toBe(formatConfiguration(after));
  });
});
