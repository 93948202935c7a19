import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRecord, memberOf } from '../../base/guards.js';
import { quote, quoteName } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import type { Checked, Problem } from '../../base/problem.js';
import { type DeletionRequest, readDeletions } from '../../files/deletions.js';
import { readProjectFile, writeAtomically } from '../../files/disk.js';
import { FileLock, FileLockedError } from '../../files/file-lock.js';
import { DELETIONS_FILE, LOCK_FILE } from '../../files/file-names.js';
import { formatLock, type ProjectsLock, readLock } from '../../files/projects-lock.js';
import type { Settings } from '../../files/settings.js';
import { deletionsIn, lockIn, settingsIn } from '../../files/user-files.js';
import { type Io, misuse } from '../terminal/io.js';
import { failureText } from './app-failure.js';
import { nearestFolder } from './nearest-folder.js';
import { outputIn, stacksFolder } from './output-folder.js';
import { runApp, SynthesisFailure } from './synthesis.js';
import { unwritable } from './unwritable.js';

/** A stack as the last synthesis left it. */
export interface Stack {
  readonly name: string;
  /** Where Terraform runs for it. */
  readonly folder: string;
  readonly target: 'kubernetes' | 'sandbox' | 'terraform';
  /** Deletion targets that the code declares. */
  readonly declared: readonly string[];
  /** Deletion targets that only the lock knows. */
  readonly rehydrated: readonly string[];
  /** Stacks that have to be deployed before it: it refers to them. */
  readonly dependencies: readonly string[];
}

const MAX_SIZE = 16 * 2 ** 20;

/** A folder with a cdktf.json, and what can be asked of it. */
export class Workspace {
  private constructor(
    private readonly io: Io,
    readonly folder: string,
  ) {}

  /** The nearest folder upwards that has a cdktf.json. */
  static find(io: Io): Workspace {
    const folder = nearestFolder(io.cwd, ['cdktf.json']);
    if (folder !== undefined) return new Workspace(io, folder);
    return misuse({
      code: 'cli/no-workspace',
      message: `There is no cdktf.json in ${quoteName(io.cwd)} or above it.`,
      remedy: 'Change to the folder of your app.',
    });
  }

  /** A file of the app, by name. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** The text of a file, undefined where it is missing. */
  text(name: string): string | undefined {
    const read = readProjectFile(this.folder, name);
    return read.problem === undefined ? read.text : misuse(read.problem);
  }

  /**
   * Changes a file of the app. It is read anew and written under its lock, so that of two commands
   * at once neither loses what the other did.
   */
  async edit(name: string, change: (text: string) => string): Promise<void> {
    try {
      const lock = await FileLock.take(this.path(name));
      try {
        const before = this.text(name);
        const after = change(before ?? '');
        // Where there is no file, none is made to hold nothing.
        if (after === (before ?? '')) return;
        if (!lock.isHeld) throw new FileLockedError(lock.path, undefined);
        writeAtomically(this.path(name), after);
      } finally {
        lock.release();
      }
    } catch (error) {
      misuse(unwritable(name, error));
    }
  }

  /** reprieve.yaml. */
  settings(): Settings {
    return usable(settingsIn(this.folder));
  }

  /** The open deletion requests, those included that still wait for an approval. */
  requests(): readonly DeletionRequest[] {
    return usable(deletionsIn(this.folder, this.settings(), { allowUnapproved: true }));
  }

  /** The same of another text than the file's, to check an edit before it is written. */
  requestsIn(text: string | undefined): readonly DeletionRequest[] {
    const options = { allowUnapproved: true };
    return usable(readDeletions(DELETIONS_FILE, text, this.settings(), options));
  }

  /** projects.lock.yaml. */
  lock(): ProjectsLock {
    return usable(lockIn(this.folder)).lock;
  }

  /** Changes projects.lock.yaml, as `edit` does it. */
  async editLock(change: (lock: ProjectsLock) => ProjectsLock): Promise<void> {
    await this.edit(LOCK_FILE, (text) => {
      const { lock } = usable(readLock(LOCK_FILE, text === '' ? undefined : text));
      return formatLock(change(lock));
    });
  }

  /**
   * Runs the app as `cdktf synth` does, and reads what it declares. Where it fails with problems
   * that `isTolerable`, the last synthesis has to do.
   */
  synthesize(
    isTolerable: (problems: readonly Problem[]) => boolean = () => false,
  ): readonly Stack[] {
    try {
      return this.trySynthesis();
    } catch (error) {
      if (!(error instanceof SynthesisFailure)) throw error;
      const { problems, stderr } = error.synthesis;
      const isTolerated = problems.length > 0 && isTolerable(problems);
      const last = isTolerated ? this.lastSynthesis() : undefined;
      if (last !== undefined) return last;
      this.io.stderr.write(problems.length > 0 ? stderr : failureText(stderr));
      throw error;
    }
  }

  /** The same, where what the app prints is not shown. Throws a `SynthesisFailure`. */
  trySynthesis(): readonly Stack[] {
    const { app, output } = this.configuration();
    const done = runApp(this.io, this.folder, app, output);
    if (done.status !== 0) throw new SynthesisFailure(app, done);
    return this.stacks(output);
  }

  /** What the last synthesis left, or undefined where there was none. */
  lastSynthesis(): readonly Stack[] | undefined {
    const { output } = this.configuration();
    return existsSync(resolve(this.folder, output, 'manifest.json'))
      ? this.stacks(output)
      : undefined;
  }

  private configuration(): { readonly app: string; readonly output: string } {
    const json = this.readJson('cdktf.json');
    const app = isRecord(json) ? json['app'] : undefined;
    const output = outputIn(json);
    if (typeof app === 'string' && typeof output === 'string') return { app, output };
    return misuse({
      code: 'cli/cdktf-json',
      message: `cdktf.json does not say how to run the app: \`app\` is ${quote(app)}.`,
      remedy: 'Write "app": "node --import tsx main.ts".',
    });
  }

  private stacks(output: string): readonly Stack[] {
    const manifest = this.readJson(join(output, 'manifest.json'));
    const stacks = isRecord(manifest) ? manifest['stacks'] : undefined;
    const names = Object.keys(isRecord(stacks) ? stacks : {});
    const ours = names.filter((name) =>
      existsSync(join(stacksFolder(this.folder, output), name, 'targets.json')),
    );
    const dependencies = (name: string) =>
      texts(memberOf(memberOf(stacks, name), 'dependencies')) ?? [];
    return ours.map((name) => ({
      ...this.stack(name, join(output, 'stacks', name)),
      dependencies: dependencies(name),
    }));
  }

  private stack(name: string, folder: string): Omit<Stack, 'dependencies'> {
    const file = join(folder, 'targets.json');
    const json = this.readJson(file);
    const target = isRecord(json) ? json['target'] : undefined;
    const declared = isRecord(json) ? texts(json['declared']) : undefined;
    const rehydrated = isRecord(json) ? texts(json['rehydrated']) : undefined;
    const isTarget = target === 'kubernetes' || target === 'sandbox' || target === 'terraform';
    if (isTarget && declared !== undefined && rehydrated !== undefined) {
      return { name, folder: resolve(this.folder, folder), target, declared, rehydrated };
    }
    return misuse({
      code: 'cli/targets',
      message: `${quoteName(file)} is not what a synthesis writes.`,
      remedy: 'Check that the app and this command use the same version of Reprieve.',
    });
  }

  private readJson(name: string): unknown {
    try {
      const text = readFileSync(resolve(this.folder, name), 'utf8');
      if (text.length > MAX_SIZE) throw new RangeError('it is too large');
      return JSON.parse(text);
    } catch (error) {
      return misuse({
        code: 'cli/unreadable',
        message: `${quoteName(name)} can't be read: ${error instanceof Error ? error.message : String(error)}.`,
        remedy: 'Check that it is a JSON file.',
      });
    }
  }
}

/** A stack as Terraform gets it, parsed. */
export function readSynthesized(stack: Stack): unknown {
  const { text, problem } = readProjectFile(stack.folder, 'cdk.tf.json');
  try {
    if (problem === undefined) return JSON.parse(text ?? '');
  } catch {
    // Told below.
  }
  return misuse({
    code: 'cli/unreadable',
    message: `The stack ${quoteName(stack.name)} can't be read in ${quoteName(stack.folder)}.`,
    remedy: 'Run npx cdktf synth, and check what it says.',
  });
}

/** The stack that a command is about: the one named, the only one, or the request's. */
export function pickStack<S extends { readonly name: string }>(
  stacks: readonly S[],
  named: string | undefined,
  requested?: string,
): S {
  const names = stacks.map((stack) => stack.name);
  const wanted = named ?? requested ?? (names.length === 1 ? names[0] : undefined);
  const found = stacks.find((stack) => stack.name === wanted);
  if (found !== undefined) return found;
  return misuse({
    code: 'cli/stack',
    message:
      wanted === undefined ? 'The app has several stacks.' : `There is no stack ${quote(wanted)}.`,
    remedy: `Name one of: ${names.join(', ') || 'none is declared'}.${wanted === undefined ? '' : didYouMean(wanted, names)}`,
  });
}

function usable<T>(checked: Checked<T>): T {
  return checked.value ?? misuse(...checked.problems);
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
    ? value
    : undefined;
}
