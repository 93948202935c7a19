import { isMap, isNode, isScalar, type Pair } from 'yaml';

/**
 * The text with other values under some keys of a map in indented style; keys that it lacks go to
 * its end. Everything else stays. Undefined where the map can't be edited line by line.
 */
export function withFields(
  text: string,
  map: unknown,
  fields: readonly (readonly [key: string, value: string])[],
): string | undefined {
  if (!isMap(map) || map.flow === true) return undefined;
  const [first, last] = [map.items[0], map.items.at(-1)];
  const start = isNode(first?.key) ? first.key.range?.[0] : undefined;
  const end = isNode(last?.value) ? last.value.range?.[1] : undefined;
  if (start === undefined || end === undefined) return undefined;
  const edits = fields.map(([key, value]) => {
    const range = rangeOf(map.items.find((pair) => isScalar(pair.key) && pair.key.value === key));
    if (range === undefined) return { key, value, isNew: true, range: [end, end] as const };
    return { key, value, isNew: false, range };
  });
  const added = edits.filter(({ isNew }) => isNew);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const lines = added.map(({ key, value }) => `${indent}${key}: ${value}${newline}`).join('');
  const at = lineAfter(text, end);
  const gap = lines === '' || text.slice(0, at).endsWith('\n') ? '' : newline;
  const appended = text.slice(0, at) + gap + lines + text.slice(at);
  return edits
    .filter(({ isNew }) => !isNew)
    .sort((a, b) => b.range[0] - a.range[0])
    .reduce((rest, { value, range: [from, to] }) => {
      // A block of text takes its last line's end along.
      const lineEnd = rest.slice(from, to).endsWith('\n') ? newline : '';
      return rest.slice(0, from) + value + lineEnd + rest.slice(to);
    }, appended);
}

/** Where a value stands, if it is one on a line. */
function rangeOf(pair: Pair | undefined): readonly [number, number] | undefined {
  const value = pair?.value;
  return isScalar(value) && value.range ? [value.range[0], value.range[1]] : undefined;
}

/** The start of the line after an offset; a block of text ends with its own line already. */
function lineAfter(text: string, offset: number): number {
  if (text[offset - 1] === '\n') return offset;
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}
