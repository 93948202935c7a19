import { execFileSync, spawn } from 'node:child_process';
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

/** Long enough for any deployment under load to get there. */
const PATIENCE = 180_000;

/** Runs a program and kills it with all of its children, whatever session they are in, once it is so. */
export async function killOnce(
  isSo: () => boolean,
  { program, args, cwd, env }: Killing,
): Promise<void> {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (said += part));
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started.`);
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const end = Date.now() + PATIENCE;
  while (child.exitCode === null && !isSo() && Date.now() < end) await pause(100);
  const struck = child.exitCode === null && isSo();
  for (const each of [pid, ...below(pid)]) kill(each);
  await ended;
  if (!struck) throw new Error(`It never came to what it was to be killed at: ${said}`);
}

/** What a process has started, and what those have. */
function below(pid: number): readonly number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const all = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (let at = 0; at < found.length; at += 1) {
    found.push(...all.flatMap(([child, parent]) => (parent === found[at] ? (child ?? []) : [])));
  }
  return found.slice(1);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
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
