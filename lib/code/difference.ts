/** One line of a change: what stays, what goes and what comes. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** Longer texts are not compared line by line: the cost grows with the square. */
const MAX_LINES = 2000;

/** How two pieces of code differ, line by line. */
export function differenceOf(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  if (old.length > MAX_LINES || now.length > MAX_LINES) {
    return [...old.map((text) => line('-', text)), ...now.map((text) => line('+', text))];
  }
  const lengths = commonLengths(old, now);
  const lines: DiffLine[] = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < now.length) {
    const [gone = '', come = ''] = [old[at], now[to]];
    if (at < old.length && to < now.length && gone === come) {
      lines.push(line(' ', gone));
      at += 1;
      to += 1;
    } else if (at < old.length && rest(lengths, at + 1, to) >= rest(lengths, at, to + 1)) {
      lines.push(line('-', gone));
      at += 1;
    } else if (to < now.length) {
      lines.push(line('+', come));
      to += 1;
    } else {
      lines.push(line('-', gone));
      at += 1;
    }
  }
  return lines;
}

function line(sign: DiffLine['sign'], text: string): DiffLine {
  return { sign, text };
}

/** How many lines the rests from `at` and `to` on have in common. */
function rest(lengths: readonly (readonly number[])[], at: number, to: number): number {
  return lengths[at]?.[to] ?? 0;
}

function commonLengths(old: readonly string[], now: readonly string[]) {
  const lengths = Array.from({ length: old.length + 1 }, () =>
    Array.from({ length: now.length + 1 }, () => 0),
  );
  for (let at = old.length - 1; at >= 0; at -= 1) {
    for (let to = now.length - 1; to >= 0; to -= 1) {
      const row = lengths[at];
      if (row === undefined) continue;
      row[to] =
        old[at] === now[to]
          ? rest(lengths, at + 1, to + 1) + 1
          : Math.max(rest(lengths, at + 1, to), rest(lengths, at, to + 1));
    }
  }
  return lengths;
}
