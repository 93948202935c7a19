import { shellWord } from '../base/shell.js';
import { isItemTarget, parseTarget } from './deletion-target.js';
import { KINDS } from './kinds.js';

/** How a user types the command that takes a deletion back. */
export function restoreCommand(target: string, stack: string): string {
  return command('reclamation', 'restore', target, '--stack', stack);
}

/** The command that ends a deletion whose objects are gone. */
export function closeCommand(target: string, stack: string): string {
  return command('reclamation', 'close', target, '--stack', stack);
}

/** The command that writes down what is known of a deletion. */
export function evidenceCommand(target: string, stack: string): string {
  return command('reclamation', 'evidence', target, '--stack', stack);
}

/** The command that requests a deletion. */
export function deleteCommand(target: string, stack: string): string {
  const parsed = parseTarget(target).value;
  const isPart = parsed?.item !== undefined;
  if (isPart && !isItemTarget(parsed)) return requestCommand(target, stack);
  const group =
    parsed !== undefined && isItemTarget(parsed) ? KINDS[parsed.item.kind].commands : 'project';
  return command(group, 'delete', target, '--stack', stack);
}

/** The command that requests the deletion of any target. */
export function requestCommand(target: string, stack: string): string {
  return command('reclamation', 'request', target, '--stack', stack);
}

/** The command that deploys a stack, refused rotations included. */
export function deployCommand(stack: string): string {
  return command('deploy', stack);
}

/** The command that takes out of projects.lock.yaml what was never deployed. */
export function forgetCommand(target: string, stack: string): string {
  return command('lock', 'forget', target, '--stack', stack);
}

/** The command that puts a stack's state right by what the cluster has. */
export function recoverCommand(stack: string): string {
  return command('recover', stack);
}

function command(...words: readonly string[]): string {
  return ['npx reprieve', ...words.map(shellWord)].join(' ');
}
