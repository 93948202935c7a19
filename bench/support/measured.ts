import { spawnSync } from 'node:child_process';

/** What one run of a program took. */
export interface Measured {
  readonly seconds: number;
  /** Of all its threads. */
  readonly cpuSeconds: number;
  readonly mebibytes: number;
  readonly stdout: string;
}

const TIME = '/usr/bin/time';

/**
 * Runs a program under GNU time. Throws where it can't be run, or ends with a code other than 0 and
 * 1, which says that something was found.
 */
export function measure(cwd: string, command: readonly string[]): Measured {
  const timed = ['-q', '-f', '\n%e %U %S %M', ...command];
  const { status, stdout, stderr, error } = spawnSync(TIME, timed, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (error !== undefined || status === null || status > 1)
    throw new Error(`${command.join(' ')}: ${error?.message ?? stderr}`);
  const [real = 0, user = 0, system = 0, kibibytes = 0] = stderr
    .trimEnd()
    .split('\n')
    .slice(-1)
    .flatMap((line) => line.split(' ').map(Number));
  return { seconds: real, cpuSeconds: user + system, mebibytes: kibibytes / 1024, stdout };
}

/** The one in the middle, by what a run took of the processor: other programs add to the rest. */
export function median(runs: readonly Measured[]): Measured {
  const sorted = [...runs].sort((a, b) => a.cpuSeconds - b.cpuSeconds);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
}
