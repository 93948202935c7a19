import type { Writable } from 'node:stream';

/** A stream that may be a terminal. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Help is written for this width; longer lines are hard to read. bin/reprieve.js knows it too. */
export const HELP_WIDTH = 80;

/** How many columns a stream has; undefined where it is no terminal. */
export function columnsOf(stream: Output): number | undefined {
  return stream.isTTY === true ? stream.columns : undefined;
}

const STYLES = { red: 31, yellow: 33, green: 32, bold: 1, dim: 2 } as const;

/**
 * Colours a text for a stream, or leaves it: only terminals that people look at get colours, unless
 * FORCE_COLOR says so.
 *
 * @see https://no-color.org
 */
export function paint(
  style: keyof typeof STYLES,
  text: string,
  stream: Output,
  env: NodeJS.ProcessEnv,
): string {
  return hasColours(stream, env) ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
}

export function hasColours(stream: Output, env: NodeJS.ProcessEnv): boolean {
  const isSet = (name: string) => (env[name] ?? '') !== '';
  if (isSet('NO_COLOR')) return false;
  if (isSet('FORCE_COLOR')) return !['0', 'false'].includes(env['FORCE_COLOR'] ?? '');
  if (isSet('CI') || env['TERM'] === 'dumb') return false;
  return stream.isTTY === true;
}
