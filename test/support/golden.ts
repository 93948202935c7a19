import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { table } from '../../lib/cli/terminal/table.js';
import { ROOT } from './scratch.js';

/**
 * Holds what a command printed against the block below `<!-- golden: NAME -->` in a document.
 * `UPDATE=1` writes it there. What differs from run to run is written as `<…>`.
 */
export function expectGolden(file: string, name: string, printed: string): void {
  const path = join(ROOT, file);
  const shown = normalised(printed);
  const document = readFileSync(path, 'utf8');
  const block = new RegExp(`(<!-- golden: ${name} -->\\n\`\`\`console\\n)([\\s\\S]*?)(\`\`\`)`);
  const [, , golden] = block.exec(document) ?? [];
  if (process.env['UPDATE'] === '1') {
    writeFileSync(
      path,
      document.replace(block, (_, open, __, close) => `${open}${shown}\n${close}`),
    );
  } else {
    expect(`${shown}\n`).toBe(golden);
  }
}

/** The words of a command line, as a shell would take them. */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
}

function normalised(printed: string): string {
  const text = printed
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<time>')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC/g, '<time>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(process.versions.node, '<version>')
    .replaceAll(/(Terraform|OpenTofu) \d[\w.-]*/g, '$1 <version>')
    .replaceAll(/[ \t\r]+$/gm, '')
    // A line that was written over and over is shown as it was in the end.
    .replaceAll(/^.*\r/gm, '')
    .replaceAll(/(\.\.\.) \d+s$/gm, '$1 <seconds>')
    .trimEnd();
  return withTables(text.split('\n')).join('\n');
}

/** Tables are set anew, since their columns are as wide as what was replaced. */
function withTables(lines: readonly string[]): readonly string[] {
  const isRow = (line: string) => line.split(/ {2,}/).length > 3;
  const from = lines.findIndex(isRow);
  if (from < 0) return lines;
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => !isRow(line));
  const rows = end < 0 ? rest : rest.slice(0, end);
  const cells = rows.map((row) =>
    row.split(/ {2,}/).map((cell) => cell.replace(/^(\d+[dhms])+$/, '<duration>')),
  );
  return [...lines.slice(0, from), table(cells), ...withTables(rest.slice(rows.length))];
}
