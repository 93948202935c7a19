import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOfKeyId, readStoredValue } from '../../lib/encryption/stored-value.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');

/** A field of a protobuf message that holds bytes. */
const field = (number: number, value: Buffer) =>
  Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), value]);

describe('what stored bytes say of themselves', () => {
  it('names provider and key of a local key', () => {
    expect(readStoredValue(bytes('k8s:enc:secretbox:v1:key-1:\u0001\u0002'))).toEqual({
      form: 'encrypted',
      provider: 'secretbox',
      key: 'key-1',
    });
    expect(readStoredValue(bytes('k8s:enc:aescbc:v1:a:\u0000'))).toMatchObject({
      provider: 'aescbc',
    });
  });

  it('names the key in the service, which KMS v2 keeps beside the ciphertext', () => {
    const message = Buffer.concat([
      field(1, Buffer.from('ciphertext')),
      field(2, Buffer.from('arn:key/7')),
      field(3, Buffer.from('seed')),
    ]);
    const value = Buffer.concat([bytes('k8s:enc:kms:v2:vault:'), message]);
    expect(readStoredValue(value)).toEqual({
      form: 'encrypted',
      provider: 'kms',
      key: 'vault',
      keyId: 'arn:key/7',
    });
  });

  it('knows plain text, as Kubernetes and custom kinds are stored', () => {
    expect(readStoredValue(bytes('k8s\0\n\f'))).toEqual({ form: 'plain' });
    expect(readStoredValue(bytes('{"apiVersion":"example.org/v1"}'))).toEqual({ form: 'plain' });
  });

  it.each([
    ['nothing', ''],
    ['another version', 'k8s:enc:secretbox:v9:key:x'],
    ['a provider that there is not', 'k8s:enc:rot13:v1:key:x'],
    ['no key', 'k8s:enc:secretbox:v1::x'],
    ['a prefix that is cut', 'k8s:enc:secretbox:v1:key'],
    ['a version that only KMS has', 'k8s:enc:secretbox:v2:key:x'],
    ['KMS v2 without its message', 'k8s:enc:kms:v2:vault:'],
    ['KMS v2 with a length beyond the end', 'k8s:enc:kms:v2:vault:\u0012\u00ff\u00ff\u00ff\u0001x'],
    ['anything else', 'hello'],
  ])('does not take %s for ciphertext', (_what, text) => {
    expect(readStoredValue(bytes(text))).toEqual({ form: 'unknown' });
  });

  it('reads whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.constantFrom('', 'k8s:enc:kms:v2:a:'),
        (rest, head) => {
          const { form } = readStoredValue(Buffer.concat([bytes(head), rest]));
          expect(['plain', 'encrypted', 'unknown']).toContain(form);
        },
      ),
    );
  });

  it('hashes a key’s id as the API server’s metrics do', () => {
    expect(hashOfKeyId('1')).toBe(
      'sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
    );
  });
});
