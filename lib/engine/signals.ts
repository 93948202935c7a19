import type { ChildProcess } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A program that runs for us, and the signals that came meanwhile. */
export interface Supervised<C extends ChildProcess> {
  readonly child: C;
  /** The first signal, if any came. */
  readonly signal: () => NodeJS.Signals | undefined;
  /** Listens no longer: the next signal ends this process as usual. */
  readonly stop: () => void;
}

/**
 * Starts a program and outlives it: an engine that is asked to end releases its lock first, and its
 * caller has files to clean up. A terminal's interrupt reaches the program by itself, and a second
 * one would make it end at once, so that one is not passed on.
 */
export function supervise<C extends ChildProcess>(start: () => C): Supervised<C> {
  let first: NodeJS.Signals | undefined;
  let child: C | undefined;
  const note = (signal: NodeJS.Signals) => {
    first ??= signal;
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child?.kill(signal);
  };
  // Before the start: the program may be at work before this process has its next turn.
  for (const signal of SIGNALS) process.on(signal, note);
  const stop = () => {
    for (const signal of SIGNALS) process.off(signal, note);
  };
  try {
    child = start();
    return { child, signal: () => first, stop };
  } catch (error) {
    stop();
    throw error;
  }
}
