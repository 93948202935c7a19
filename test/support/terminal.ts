import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { built } from './built.js';

/** The built command, as npx would start it. */
export const REPRIEVE = [process.execPath, built('bin/reprieve.js')] as const;

/** Whether this machine has util-linux' `script`, which is what opens a pseudo-terminal here. */
export const hasTerminal = /util-linux/.test(
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '',
);

export interface TerminalOptions {
  readonly cwd: string;
  /** In place of the variables of the same name; `undefined` takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default 80 */
  readonly columns?: number;
}

/** What a program did on a terminal. */
export interface Screen {
  readonly code: number;
  /** Everything that was shown, typed answers included, without colours. */
  readonly text: string;
  /** The same with its control sequences. */
  readonly raw: string;
}

/** What a program did in a pipe. */
export interface Piped {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A real pseudo-terminal with a program in it.
 *
 * ```ts
 * const terminal = new Terminal([...REPRIEVE, 'sandbox', 'reset', 'demo'], { cwd: folder });
 * await terminal.shows('[y/N]>');
 * terminal.type('y\n');
 * const { code, text } = await terminal.ended();
 * ```
 */
export class Terminal {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly waiting = new Set<() => void>();
  private readonly end: Promise<number>;
  private raw = '';

  constructor(command: readonly string[], options: TerminalOptions) {
    const line = `stty cols ${options.columns ?? 80} rows 24; exec ${command.map(quoted).join(' ')}`;
    this.child = spawn(
      'script',
      ['--quiet', '--flush', '--return', '--command', line, '/dev/null'],
      {
        cwd: options.cwd,
        env: { TERM: 'xterm-256color', ...environment(options), SHELL: '/bin/sh' },
      },
    );
    this.child.stdout.on('data', (part: Buffer) => this.hear(part.toString('utf8')));
    this.end = new Promise((done) => {
      this.child.on('close', (code) => done(code ?? -1));
    });
  }

  /** Waits until a text is shown that was not there at the time of the call. */
  async shows(text: string): Promise<void> {
    const from = this.raw.length === 0 ? 0 : this.seen;
    const found = () => this.raw.indexOf(text, from);
    await new Promise<void>((done, fail) => {
      const look = () => {
        if (found() < 0) return;
        this.seen = found() + text.length;
        this.waiting.delete(look);
        done();
      };
      this.waiting.add(look);
      look();
      void this.end.then(() => {
        if (this.waiting.delete(look)) fail(new Error(`never showed ${text}:\n${this.raw}`));
      });
    });
  }

  private seen = 0;

  /** Types keys: `\n` is the return key, `\x03` Ctrl-C. */
  type(keys: string): void {
    this.child.stdin.write(keys);
  }

  /** Waits for the end of the program. */
  async ended(): Promise<Screen> {
    const code = await this.end;
    const raw = this.raw.replaceAll('\r\n', '\n');
    return { code, raw, text: stripVTControlCharacters(raw) };
  }

  /** Ends the program, if it still runs. */
  close(): void {
    this.child.kill('SIGKILL');
  }

  private hear(part: string): void {
    this.raw += part;
    for (const look of [...this.waiting]) look();
  }
}

/** Runs a program on a terminal that nobody types on. */
export function onTerminal(command: readonly string[], options: TerminalOptions): Promise<Screen> {
  return new Terminal(command, options).ended();
}

/** Runs a program with no terminal anywhere. */
export function inPipe(
  command: readonly string[],
  options: TerminalOptions & { readonly input?: string },
): Piped {
  const [program = '', ...args] = command;
  const done = spawnSync(program, args, {
    cwd: options.cwd,
    env: environment(options),
    input: options.input ?? '',
    encoding: 'utf8',
    timeout: 240_000,
  });
  return { code: done.status ?? -1, stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
}

/** This machine's own, less what would decide about colours. */
function environment({ env = {} }: TerminalOptions): NodeJS.ProcessEnv {
  const { CI, NO_COLOR, FORCE_COLOR, TERM, TF_CLI_CONFIG_FILE, COLUMNS, ...rest } = process.env;
  return { ...rest, CHECKPOINT_DISABLE: '1', ...env };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
