import type { Command } from 'commander';
import { bash } from '../completion/bash.js';
import { candidatesOf, type Shell } from '../completion/candidates.js';
import { fish } from '../completion/fish.js';
import { zsh } from '../completion/zsh.js';
import { EXIT, type ExitCode, type Io } from '../io.js';

const SCRIPTS: Readonly<Record<string, Shell>> = { bash, zsh, fish };

/** `completion SHELL`: prints a script that completes commands, options and choices. */
export function printCompletion(io: Io, shell: string, program: Command): ExitCode {
  io.stdout.write(SCRIPTS[shell]?.(candidatesOf(program)) ?? '');
  return EXIT.ok;
}
