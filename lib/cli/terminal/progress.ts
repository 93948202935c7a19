import { type Io, say } from './io.js';
import { columnsOf } from './terminal.js';

/** How often a log gets a line of what goes on, in milliseconds. */
const LOG_EVERY = 30_000;
/** How often a terminal's line is written again. */
const SHOW_EVERY = 1000;

/** What is being done, and for how long. */
export interface Progress {
  /** In a few words: `45 objects read`. */
  detail(text: string): void;
  /** Leaves what was done and how long it took; nothing is shown after it. */
  stop(): void;
}

/**
 * Shows that something goes on: on a terminal one line with the seconds, in a log a line at the
 * beginning and one every half a minute.
 */
export function startProgress(io: Io, text: string, isQuiet = false): Progress {
  if (isQuiet) return { detail: () => {}, stop: () => {} };
  return Object(io.stderr).isTTY === true ? onTerminal(io, text) : inLog(io, text);
}

function onTerminal(io: Io, text: string): Progress {
  const seconds = since(io);
  let detail = '';
  const show = (more: string) => {
    const line = `${text} ${seconds()}s${more}`.slice(0, (columnsOf(io.stderr) ?? 80) - 1);
    io.stderr.write(`\r\u001b[K${line}`);
  };
  const timer = setInterval(() => show(detail), SHOW_EVERY);
  show('');
  return {
    detail: (now) => {
      detail = `, ${now}`;
    },
    stop: () => {
      clearInterval(timer);
      show('');
      io.stderr.write('\n');
    },
  };
}

function inLog(io: Io, text: string): Progress {
  const seconds = since(io);
  let detail = '';
  say(io, text);
  const timer = setInterval(() => say(io, `${text} ${seconds()}s${detail}`), LOG_EVERY);
  return {
    detail: (now) => {
      detail = `, ${now}`;
    },
    stop: () => clearInterval(timer),
  };
}

function since({ now }: Io): () => number {
  const from = now().getTime();
  return () => Math.round((now().getTime() - from) / 1000);
}
