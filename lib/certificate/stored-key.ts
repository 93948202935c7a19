const ENCRYPTED = /^k8s:enc:([a-z0-9-]{1,30}):(v\d):([^:]{1,253}):/;

/**
 * The provider and key that a stored object carries: `aesgcm:v1:key1`, or `plain text`. An API server
 * writes them before the ciphertext.
 */
export function storedKeyName(value: Uint8Array): string {
  const [, provider, version, name] =
    ENCRYPTED.exec(Buffer.from(value).subarray(0, 320).toString('latin1')) ?? [];
  return provider === undefined ? 'plain text' : `${provider}:${version}:${name}`;
}
