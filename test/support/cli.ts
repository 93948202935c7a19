import { PassThrough, Writable } from 'node:stream';
import { main } from '../../lib/cli/main.js';

/** What a command did. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `reprieve` in this process: starting another takes a second, and many tests run it. */
export async function runCli(
  cwd: string,
  args: readonly string[],
  now: Date = new Date(),
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const stdin = new PassThrough();
  stdin.end();
  const code = await main(args, { cwd, env, stdout, stderr, stdin, now: () => now });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Kept extends Writable {
  text = '';

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}
