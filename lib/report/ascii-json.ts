import { replaceInvisible } from '../base/inert.js';

/**
 * A value as JSON for programs. Names stay as they are, but every character that can't be seen is
 * written as JSON's own escape: JSON.stringify leaves bidirectional and zero-width ones.
 */
export function asciiJson(value: unknown): string {
  const lines = JSON.stringify(value, undefined, 2).split('\n');
  return `${lines.map((line) => replaceInvisible(line, escapeOf)).join('\n')}\n`;
}

function escapeOf(codePoint: number): string {
  return String.fromCodePoint(codePoint)
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
