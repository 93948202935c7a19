import type { ChildProcess } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals that came while a program ran for us. */
export interface Interruption {
  /** The first one, if any came. */
  readonly signal: () => NodeJS.Signals | undefined;
  /** Listens no longer: the next signal ends this process as usual. */
  readonly stop: () => void;
}

/**
 * Outlives the program that it waits for: an engine that is asked to end releases its lock first,
 * and its caller has files to clean up. A terminal's interrupt reaches the program by itself, and a
 * second one would make it end at once, so that one is not passed on.
 */
export function untilEnded(child: ChildProcess): Interruption {
  let first: NodeJS.Signals | undefined;
  const note = (signal: NodeJS.Signals) => {
    first ??= signal;
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, note);
  const stop = () => {
    for (const signal of SIGNALS) process.off(signal, note);
  };
  return { signal: () => first, stop };
}
