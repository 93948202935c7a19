import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** When to kill: after so many things that an apply says it does, and so long after. */
export interface Moment {
  /** 0 for the time before it does anything. */
  readonly events: number;
  readonly milliseconds: number;
  /** Whether the provider goes too, as when a machine stops, or only Terraform. */
  readonly withProvider: boolean;
}

/** A moment in an apply that does about so many things. */
export function randomMoment(below: (limit: number) => number, events: number): Moment {
  const chosen = below(events + 1);
  return {
    events: chosen,
    milliseconds: below(chosen === 0 ? 900 : 60),
    withProvider: below(2) === 0,
  };
}

export interface Killing {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const EVENT = /: (Creating|Modifying|Destroying|Creation|Modifications|Destruction)/;

/**
 * Runs a program and kills it at a moment.
 *
 * @returns whether it struck: false where the program had ended before
 */
export async function killAt(moment: Moment, killing: Killing): Promise<boolean> {
  const child = spawn(killing.program, killing.args, {
    cwd: killing.cwd,
    env: killing.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${killing.program} could not be started.`);
  const ended = new Promise<void>((done) => child.on('exit', () => done()));
  const reached = new Promise<void>((done) => {
    let seen = 0;
    if (moment.events === 0) done();
    createInterface({ input: child.stdout }).on('line', (line) => {
      seen += EVENT.test(line) ? 1 : 0;
      if (seen === moment.events) done();
    });
  });
  await Promise.race([ended, reached.then(() => pause(moment.milliseconds))]);
  const struck = child.exitCode === null;
  if (struck) process.kill(moment.withProvider ? -pid : pid, 'SIGKILL');
  await ended;
  // A provider without its Terraform may still finish what it is at; then it must not stay.
  if (struck && !moment.withProvider) await pause(300);
  killGroup(pid);
  return struck;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
