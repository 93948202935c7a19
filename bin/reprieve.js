#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';

// A reader such as `head` may close the pipe early: that is no failure, and the command goes on to
// its own exit code, which a gate in a pipe depends on. A full disk is one.
const CLOSED = ['EPIPE', 'ERR_STREAM_DESTROYED'];
let unwritten;
process.stdout.on('error', (error) => {
  if (!CLOSED.includes(error.code)) unwritten ??= error;
});
process.stderr.on('error', () => undefined);
process.on('exit', () => {
  if (unwritten === undefined) return;
  process.stderr.write(`error: The output can't be written: ${unwritten.message}.\n`);
  if (process.exitCode === undefined || process.exitCode < 2) process.exitCode = 2;
});

const argv = process.argv.slice(2);
const prepared = preparedAnswer(argv);
if (prepared === undefined) {
  // Node 22 and newer keep what they compiled.
  module.enableCompileCache?.();
  const { main } = await import('../dist/cli/main.js');
  process.exitCode = await main(argv);
} else {
  process.stdout.write(prepared);
}

/** Help and version lie ready: nothing has to be loaded to show them. */
function preparedAnswer(words) {
  const last = words.at(-1);
  if (!['--help', '-h', '--version', '-V'].includes(last)) return undefined;
  // It was prepared for this width; commander fits it to narrower terminals.
  if (process.stdout.isTTY && process.stdout.columns < 80) return undefined;
  const url = new URL('../dist/cli/help.json', import.meta.url);
  const { version, pages } = JSON.parse(readFileSync(url, 'utf8'));
  const command = words.slice(0, -1).join(' ');
  if (last === '--help' || last === '-h')
    return Object.hasOwn(pages, command) ? pages[command] : undefined;
  return command === '' ? `${version}\n` : undefined;
}
