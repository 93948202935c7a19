import type { Command } from 'commander';
import { EXIT, type ExitCode, type Io } from '../terminal/io.js';
import { bash } from './bash.js';
import { candidatesOf, type Shell } from './candidates.js';
import { fish } from './fish.js';
import { zsh } from './zsh.js';

const SCRIPTS: Readonly<Record<string, Shell>> = { bash, zsh, fish };

/** `completion SHELL`: prints a script that completes commands, options and choices. */
export function printCompletion(io: Io, shell: string, program: Command): ExitCode {
  io.stdout.write(SCRIPTS[shell]?.(candidatesOf(program)) ?? '');
  return EXIT.ok;
}
