import { escapeInvisible } from '../../base/inert.js';
import { withoutSecrets } from '../environment.js';
import type { Engine } from '../find.js';
import { describeLock, lockIn } from '../lock.js';
import { EngineError } from '../run.js';
import type { Message } from './message.js';

/** The most of what is no message that is kept: a plugin that panics prints a page or two. */
const MAX_TEXT = 256 * 1024;

/** What an engine said of its errors and warnings, to be repeated whole. */
export class Said {
  private readonly errors: string[] = [];
  private readonly warned: string[] = [];
  private text = '';

  constructor(
    private readonly engine: Engine,
    private readonly options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
  ) {}

  /** Without secrets, each once. */
  get warnings(): readonly string[] {
    return [...new Set(this.warned.map((each) => withoutSecrets(each, this.options.env)))];
  }

  add(message: Message): void {
    if (message.type === 'diagnostic') {
      const { severity, text } = message.diagnostic;
      (severity === 'error' ? this.errors : this.warned).push(text);
    } else if (message.type === 'text' && this.text.length < MAX_TEXT) {
      this.text += `${message.text}\n`;
    }
  }

  /** The engine's own error, nothing of it left out but secrets; of a held lock, how to go on. */
  failure(command: string, code: number): EngineError {
    const { engine, options } = this;
    const plain = this.text.split('\n').map(escapeInvisible).join('\n').trim();
    const own = [...this.errors, ...(plain === '' ? [] : [plain])].join('\n\n');
    const lock = lockIn(own);
    if (lock !== undefined) return new EngineError(describeLock(engine, lock, options.cwd));
    const said = own === '' ? 'It said nothing about why.' : own;
    return new EngineError(
      `${engine.name} ${command} failed (exit code ${code}):\n${indented(withoutSecrets(said, options.env))}`,
    );
  }
}

/** Every line two columns in, so that it is told from what is said around it. */
export function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`))
    .join('\n');
}
