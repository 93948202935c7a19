import { createHash } from 'node:crypto';

/** The providers that write ciphertext. `aescbc` is only read: Kubernetes advises against it. */
export const CIPHERS = ['kms', 'secretbox', 'aesgcm', 'aescbc'] as const;
export type Cipher = (typeof CIPHERS)[number];

/** What the bytes of an object in etcd say about themselves. Nothing of its content is kept. */
export type StoredForm =
  | { readonly form: 'plain' }
  | {
      readonly form: 'encrypted';
      readonly provider: Cipher;
      /** The local key's name; with `kms`, the plugin's. */
      readonly key: string;
      /** The key in the key management service, as its plugin names it. */
      readonly keyId?: string;
    }
  | { readonly form: 'unknown' };

/** No name in a prefix is longer. */
const LONGEST_NAME = 253;
/** Key ids of KMS v2 are shorter than 1 kB. */
const LONGEST_ID = 1024;
const MARK = 'k8s:enc:';

/**
 * Reads what stands before an object's content: `k8s:enc:PROVIDER:v1:KEY:`, or, in plain text,
 * what Kubernetes begins its own encodings with.
 *
 * @see https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/#verifying-that-data-is-encrypted
 */
export function readStoredValue(bytes: Uint8Array): StoredForm {
  const head = Buffer.from(bytes.subarray(0, MARK.length + 16 + LONGEST_NAME)).toString('latin1');
  if (head.startsWith(MARK)) return encrypted(head, bytes);
  return head.startsWith('k8s\0') || head.startsWith('{') ? { form: 'plain' } : { form: 'unknown' };
}

function encrypted(head: string, bytes: Uint8Array): StoredForm {
  const [all = '', provider, version, key = ''] =
    /^k8s:enc:([a-z]+):(v[12]):([^:]{1,253}):/.exec(head) ?? [];
  const cipher = CIPHERS.find((each) => each === provider);
  const isKnown = version === 'v1' || cipher === 'kms';
  if (cipher === undefined || !isKnown) return { form: 'unknown' };
  const form = { form: 'encrypted', provider: cipher, key } as const;
  if (version === 'v1') return form;
  const keyId = keyIdIn(bytes.subarray(all.length));
  return keyId === undefined ? { form: 'unknown' } : { ...form, keyId };
}

/** A key's id as the API server's metrics show it. */
export function hashOfKeyId(keyId: string): string {
  return `sha256:${createHash('sha256').update(keyId).digest('hex')}`;
}

/**
 * The key's id in what KMS v2 stores: a protobuf message whose field 2 it is. The fields before it
 * are skipped, and what is no such message has none.
 */
function keyIdIn(message: Uint8Array): string | undefined {
  const reader = { at: 0 };
  for (let fields = 0; fields < 16; fields += 1) {
    const field = fieldAt(message, reader);
    if (field === undefined) return undefined;
    if (field.number !== 2 || field.bytes === undefined) continue;
    return field.bytes.length <= LONGEST_ID ? field.bytes.toString('utf8') : undefined;
  }
  return undefined;
}

/** The next field of a message: a number, or bytes. */
function fieldAt(message: Uint8Array, reader: { at: number }) {
  const tag = varint(message, reader);
  const value = tag === undefined ? undefined : varint(message, reader);
  if (tag === undefined || value === undefined) return undefined;
  if ((tag & 7) === 0) return { number: tag >> 3 };
  const end = reader.at + value;
  if ((tag & 7) !== 2 || end > message.length) return undefined;
  const bytes = Buffer.from(message.subarray(reader.at, end));
  reader.at = end;
  return { number: tag >> 3, bytes };
}

function varint(bytes: Uint8Array, reader: { at: number }): number | undefined {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[reader.at];
    if (byte === undefined) return undefined;
    reader.at += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  return undefined;
}
