import { Readable, Writable } from 'node:stream';
import { allCommands } from './all-commands.js';
import { buildProgram } from './program.js';
import { version } from './version.js';

/** What the command answers without loading anything; the build writes it beside main.js. */
export interface HelpPages {
  readonly version: string;
  /** The help of each command by its words: `''`, `reclamation`, `reclamation list`. */
  readonly pages: Readonly<Record<string, string>>;
}

/** Every page of help. */
export async function helpPages(): Promise<HelpPages> {
  let written = '';
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      written += String(chunk);
      done();
    },
  });
  const stdin = Readable.from([]);
  const io = { cwd: '/', env: {}, stdout, stderr: stdout, stdin, now: () => new Date(0) };
  const program = await buildProgram(io, () => undefined);
  const pages = allCommands(program).map(({ words, command }) => {
    written = '';
    command.outputHelp();
    return [words.join(' '), written] as const;
  });
  return { version: version(), pages: Object.fromEntries(pages) };
}
