import type { FieldFile } from '../../lib/policy/fields/schema.js';

/** One definition a line: small, and a change of it can be read. */
export function textOf({ source, targets, $defs }: FieldFile): string {
  return [
    '{',
    `"source": ${JSON.stringify(source)},`,
    '"targets": {',
    linesOf(targets),
    '},',
    '"$defs": {',
    linesOf($defs),
    '}',
    '}',
    '',
  ].join('\n');
}

function linesOf(entries: Readonly<Record<string, unknown>>): string {
  return Object.entries(entries)
    .map(([name, each]) => `${JSON.stringify(name)}: ${JSON.stringify(each)}`)
    .join(',\n');
}
