/**
 * Orders text by its code points, the same on every machine. (`<` compares UTF-16 units, which
 * puts U+1F600 before U+FF01, and other tools sort the other way.)
 */
export function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = codePoint(left[index]) - codePoint(right[index]);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/**
 * Orders text by its UTF-16 units: fast, and the same on every machine. For lists that nobody but
 * us sorts; files are in the order of `compareCodePoints`.
 */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function codePoint(character: string | undefined): number {
  return character?.codePointAt(0) ?? 0;
}
