import { gunzipSync } from 'node:zlib';

/**
 * The forms in which a text may lie in another: as it is, and inside of something in Base64, where
 * it looks different depending on what stands before it.
 */
export function formsOf(text: string): readonly string[] {
  const encoded = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    // The first and last characters depend on what is around.
    return bytes
      .toString('base64')
      .replaceAll('=', '')
      .slice(before === 0 ? 0 : before + 1, -1);
  });
  return [text, ...encoded];
}

/** Whether a text holds any of the canaries in any form. */
export function holds(text: string, canaries: readonly string[]): boolean {
  return canaries.flatMap(formsOf).some((form) => text.includes(form));
}

/** What a secret's value says, packed or not: Terraform's Kubernetes backend packs its states. */
export function unpacked(value: string): string {
  const bytes = Buffer.from(value, 'base64');
  return bytes[0] === 0x1f && bytes[1] === 0x8b
    ? gunzipSync(bytes).toString('utf8')
    : bytes.toString('utf8');
}
