/**
 * The first line of a comment of ours, by which it is found again. It is no proof: whoever
 * looks for it has to ask who wrote the comment, too.
 */
export function markerOf(key: string): string {
  return `<!-- reprieve-review ${key} -->`;
}

/** Whether a text may be a key: it stands in a comment of HTML. */
export function isMarkerKey(key: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(key) && !key.includes('--');
}
