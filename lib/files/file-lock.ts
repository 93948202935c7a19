import { randomUUID } from 'node:crypto';
import {
  existsSync,
  linkSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isRecord } from '../base/guards.js';

/** Who holds a lock. */
interface Holder {
  /** Distinguishes every lock that was ever taken. */
  readonly token: string;
  readonly pid: number;
  /** Where the process id means something: the host and, on Linux, the process namespace. */
  readonly machine: string;
  /** When the process began, where that can be told: a process id is used again. */
  readonly began?: string;
}

export interface FileLockOptions {
  /** How long to wait for another holder, in milliseconds. @default 10,000 */
  readonly patience?: number;
}

/** Locks are held for the time of an edit. What is older was left by a machine that stopped. */
const MAX_AGE = 10 * 60_000;
const INTERVAL = 20;

/** Another process has held the lock for longer than anyone should. */
export class FileLockedError extends Error {
  constructor(
    readonly lock: string,
    readonly pid: number | undefined,
  ) {
    super(`${basename(lock)} is held by ${pid === undefined ? 'somebody' : `process ${pid}`}`);
    this.name = 'FileLockedError';
  }
}

/** The lock of a file: another file beside it. */
export class FileLock {
  private constructor(
    readonly path: string,
    private readonly token: string,
  ) {}

  /**
   * Takes the lock of a file, waiting while another process has it. A lock whose holder was killed
   * is taken from it. Throws `FileLockedError` when the wait was in vain.
   */
  static async take(file: string, options: FileLockOptions = {}): Promise<FileLock> {
    const real = existsSync(file) ? realpathSync(file) : file;
    return take(join(dirname(real), `.${basename(real)}.lock`), options.patience ?? 10_000);
  }

  /** @internal */
  static of(path: string, token: string): FileLock {
    return new FileLock(path, token);
  }

  /** False if it was taken away, because this process slept for longer than a lock may last. */
  get isHeld(): boolean {
    return read(this.path)?.token === this.token;
  }

  release(): void {
    if (this.isHeld) rmSync(this.path, { force: true });
  }
}

async function take(path: string, patience: number): Promise<FileLock> {
  const token = randomUUID();
  for (const end = Date.now() + patience; ; ) {
    if (create(path, token)) return FileLock.of(path, token);
    const holder = read(path);
    if (isLeft(path, holder)) await clear(path, holder, patience);
    else if (Date.now() > end) throw new FileLockedError(path, holder?.pid);
    else await pause(INTERVAL * (1 + Math.random()));
  }
}

/**
 * Removes a lock that was left. Two processes may see the same one: whoever is later must not remove
 * the lock that the other has taken since. So removing is itself done under a lock, named after the
 * one that was left.
 */
async function clear(path: string, left: Holder | undefined, patience: number): Promise<void> {
  const breaking = await take(`${path}.${left?.token ?? 'broken'}`, patience);
  try {
    if (read(path)?.token === left?.token) rmSync(path, { force: true });
  } finally {
    breaking.release();
  }
}

/** Makes the lock with its content in one step: a link either exists, whole, or does not. */
function create(path: string, token: string): boolean {
  const own = `${path}.${token}.tmp`;
  try {
    writeFileSync(own, JSON.stringify(thisProcess(token)), { flag: 'wx' });
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function isLeft(path: string, holder: Holder | undefined): boolean {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > MAX_AGE) return true;
  if (holder === undefined || holder.machine !== machine()) return false;
  return !isRunning(holder.pid) || holder.began !== beginning(holder.pid);
}

function read(path: string): Holder | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (!isRecord(json)) return undefined;
    const { token, pid, machine: where, began } = json;
    if (typeof token !== 'string' || !/^[0-9a-f-]{36}$/.test(token)) return undefined;
    if (typeof pid !== 'number' || typeof where !== 'string') return undefined;
    return { token, pid, machine: where, ...(typeof began === 'string' ? { began } : {}) };
  } catch {
    return undefined;
  }
}

function thisProcess(token: string): Holder {
  const began = beginning(process.pid);
  return { token, pid: process.pid, machine: machine(), ...(began === undefined ? {} : { began }) };
}

function machine(): string {
  return `${hostname()} ${tryTo(() => readlinkSync('/proc/self/ns/pid')) ?? ''}`.trim();
}

/** The 22nd field of Linux' /proc/PID/stat; the second one, a name, may hold anything. */
function beginning(pid: number): string | undefined {
  const stat = tryTo(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** What can't be told is undefined. */
function tryTo<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
