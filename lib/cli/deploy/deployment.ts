import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { quoteName } from '../../base/inert.js';
import { engineEnvironment, withoutSecrets } from '../../engine/environment.js';
import { EngineError, lastLines } from '../../engine/run.js';
import { Interruption, type Io, misuse, say } from '../terminal/io.js';
import type { Workspace } from '../workspace/workspace.js';

/** How a deployment is carried out and waited for. */
export interface DeployOptions {
  readonly deploy?: boolean;
  /** Whether to wait for the end. @default true */
  readonly wait?: boolean;
  /** Seconds. @default 600 */
  readonly waitTimeout?: number;
  readonly skipProviderLock?: boolean;
  readonly quiet?: boolean;
  /** Whose rules hold: a commit, or a folder that has its files. @default - what the forge says */
  readonly rules?: string;
}

const DEFAULT_TIMEOUT = 600;

/** How a deployment went on: it `ended` well, or it goes on, as wished or beyond the time. */
export type DeploymentOutcome = 'ended' | 'not waited for' | 'timed out';

/**
 * Runs `cdktf deploy` of the project's own cdktf-cli for one stack. It runs in a process group of
 * its own and is never ended from here: Terraform rewrites states in place, and one that is killed
 * can leave an empty one. Who stops waiting leaves it running.
 */
export async function deployStack(
  io: Io,
  workspace: Workspace,
  stack: string,
  options: DeployOptions,
): Promise<DeploymentOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'reprieve-deploy-'));
  const log = join(folder, `${stack}.log`);
  const output = openSync(log, 'w', 0o600);
  const child = spawn(process.execPath, cdktfDeploy(workspace.folder, stack, options), {
    cwd: workspace.folder,
    env: engineEnvironment(io.env),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const ended = new Promise<number>((done, fail) => {
    child.once('error', (error) => fail(new EngineError(`cdktf can't be run: ${error.message}`)));
    child.once('close', (code) => done(code ?? -1));
  });
  const goesOn = () => {
    child.unref();
    say(io, `The deployment of '${stack}' goes on. What it says is in ${log}`);
  };
  if (options.wait === false) {
    goesOn();
    return 'not waited for';
  }
  const code = await waiting(io, stack, ended, options).catch((error: unknown) => {
    if (error instanceof Interruption) goesOn();
    throw error;
  });
  if (code === undefined) {
    goesOn();
    return 'timed out';
  }
  const said = withoutSecrets(stripVTControlCharacters(readFileSync(log, 'utf8')), io.env);
  rmSync(folder, { recursive: true, force: true });
  if (code === 0) return 'ended';
  throw new EngineError(`cdktf deploy ${stack} failed (exit code ${code}):\n${lastLines(said)}`);
}

/** Node's arguments for cdktf as it is installed beside the app. */
export function cdktfDeploy(
  folder: string,
  stack: string,
  { skipProviderLock }: DeployOptions,
): readonly string[] {
  const flags = ['--auto-approve', ...(skipProviderLock === true ? ['--skip-provider-lock'] : [])];
  return [cdktfProgram(folder), 'deploy', stack, ...flags];
}

/** The command of cdktf or of cdktn, which goes on where it ended. */
function cdktfProgram(folder: string): string {
  const require = createRequire(join(folder, 'package.json'));
  for (const command of ['cdktf-cli', 'cdktn-cli']) {
    try {
      const manifest = require.resolve(`${command}/package.json`);
      const { bin } = Object(JSON.parse(readFileSync(manifest, 'utf8')));
      const { cdktf, cdktn } = Object(bin);
      const program: unknown = typeof bin === 'string' ? bin : (cdktf ?? cdktn);
      if (typeof program === 'string') return join(dirname(manifest), program);
    } catch {
      // Reported below: it is the same for whoever calls.
    }
  }
  return misuse({
    code: 'cli/no-cdktf',
    message: `cdktf-cli is not installed in ${quoteName(folder)}.`,
    remedy: 'Run: npm install --save-dev cdktf-cli',
  });
}

/** The exit code, or undefined once the time is over. */
async function waiting(
  io: Io,
  stack: string,
  ended: Promise<number>,
  { waitTimeout = DEFAULT_TIMEOUT, quiet }: DeployOptions,
): Promise<number | undefined> {
  const progress = quiet === true ? undefined : startProgress(io, `Deploying stack '${stack}'...`);
  let timer: NodeJS.Timeout | undefined;
  let interrupted: (() => void) | undefined;
  const timeout = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), waitTimeout * 1000);
  });
  const interruption = new Promise<never>((_, fail) => {
    interrupted = () => fail(new Interruption());
    process.once('SIGINT', interrupted);
  });
  try {
    return await Promise.race([ended, timeout, interruption]);
  } finally {
    clearTimeout(timer);
    if (interrupted !== undefined) process.off('SIGINT', interrupted);
    progress?.();
  }
}

/** On a terminal the seconds are counted; elsewhere one line has to do. Returns how to stop. */
function startProgress(io: Io, text: string): () => void {
  if (Object(io.stderr).isTTY !== true) {
    say(io, text);
    return () => {};
  }
  const from = Date.now();
  const show = () => io.stderr.write(`\r${text} ${Math.round((Date.now() - from) / 1000)}s`);
  show();
  const timer = setInterval(show, 1000);
  return () => {
    clearInterval(timer);
    io.stderr.write('\n');
  };
}
