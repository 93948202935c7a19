import { type Io, print } from './io.js';
import { columnsOf } from './terminal.js';

type Rows = readonly (readonly string[])[];

/** Prints rows as a table that fits the terminal, the first row being the header. */
export function printTable(io: Io, rows: Rows): void {
  print(io, table(rows, columnsOf(io.stdout)));
}

/**
 * Rows as aligned columns, the first row being the header. Where that is wider than the terminal,
 * each row becomes a block of lines: nothing is cut off that somebody has to type again.
 */
export function table(rows: Rows, width = Number.POSITIVE_INFINITY): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.every((line) => line.length <= width) ? lines.join('\n') : blocks(rows);
}

function blocks([header = [], ...rows]: Rows): string {
  const names = header.map((name) => `${name}:`);
  const longest = Math.max(...names.map((name) => name.length));
  return rows
    .map((row) =>
      row.map((cell, column) => `${(names[column] ?? '').padEnd(longest)}  ${cell}`).join('\n'),
    )
    .join('\n\n');
}
