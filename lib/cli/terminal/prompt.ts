import { createInterface } from 'node:readline/promises';
import { Interruption, type Io, misuse, say } from './io.js';

/**
 * Asks as Code Engine does; anything but yes is no. Never asks without a terminal.
 *
 * @param no what is said after a no
 */
export async function confirm(
  io: Io,
  question: string,
  no = 'Nothing was changed.',
): Promise<boolean> {
  const answer = await ask(io, `${question} [y/N]> `, 'Add --force.');
  const isYes = /^y(es)?$/i.test(answer);
  if (!isYes && no !== '') say(io, no);
  return isYes;
}

/**
 * Asks for a line; the end of the input is an empty one. `remedy` says how to do without the
 * question, for where there is no terminal. Throws `Interruption` at Ctrl-C.
 */
export async function ask(io: Io, question: string, remedy: string): Promise<string> {
  if (io.stdin.isTTY !== true) {
    misuse({ code: 'cli/no-terminal', message: 'There is no terminal to ask on.', remedy });
  }
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = await new Promise<string>((done, fail) => {
      terminal.once('SIGINT', () => fail(new Interruption()));
      // A last line without its end comes together with the end of the input, and counts.
      terminal.once('close', () => setImmediate(done, ''));
      // Some versions of Node reject the question at the end of the input: `close` has told that.
      terminal.question(question).then(done, () => undefined);
    });
    return answer.trim();
  } finally {
    terminal.close();
  }
}
