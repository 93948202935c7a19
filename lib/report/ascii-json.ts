import { replaceInvisible } from '../base/inert.js';

/**
 * A value as JSON for programs. Names stay as they are, but every character that can't be seen is
 * written as JSON's own escape: JSON.stringify leaves bidirectional and zero-width ones.
 */
export function asciiJson(value: unknown): string {
  const lines = JSON.stringify(value, withoutBigInts, 2).split('\n');
  return `${lines.map((line) => replaceInvisible(line, escapeOf)).join('\n')}\n`;
}

/** A program that reads JSON would take such a number for the nearest double: it is a text. */
function withoutBigInts(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function escapeOf(codePoint: number): string {
  return String.fromCodePoint(codePoint)
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
