import { quoteName } from '../base/inert.js';
import { formatSource, NOT_REBUILT, type Problem } from '../base/problem.js';
import type { LockedProject } from '../files/projects-lock.js';
import { closeCommand } from '../model/commands.js';
import { declaredMoves } from './moves.js';
import type { Project } from './project.js';
import { report } from './report.js';
import type { StackView } from './stack-view.js';

/**
 * Compares the addresses that the lock has of each project with what is protected now. A resource
 * of another library can't be rebuilt from the lock: where its code is gone, the next deploy would
 * delete its object, so that is a problem. Only a move keeps an object under another address.
 */
export function checkResources(stack: StackView): void {
  let moves: ReadonlyMap<string, string> | undefined;
  for (const [name, entry] of Object.entries(stack.locked?.projects ?? {})) {
    const project = successorOf(stack, entry);
    if (project === undefined) continue;
    const known = new Set(project.protectedAddresses);
    const lost = entry.resources.filter((address) => {
      if (known.has(address)) return false;
      moves ??= declaredMoves(stack);
      return !known.has(destination(moves, address));
    });
    if (lost.length > 0) report(project, lostResources(stack, { name, project, lost }));
  }
}

/** What an entry of the lock is in the code; another place without a move is a problem already. */
function successorOf(stack: StackView, { path }: LockedProject): Project | undefined {
  return stack.projects.find((it) => it.node.path === path || it.movedFrom === path);
}

function destination(moves: ReadonlyMap<string, string>, address: string): string {
  const passed = new Set<string>();
  let at = address;
  for (let next = moves.get(at); next !== undefined && !passed.has(at); next = moves.get(at)) {
    passed.add(at);
    at = next;
  }
  return at;
}

interface Lost {
  /** The project's name in the lock. */
  readonly name: string;
  readonly project: Project;
  readonly lost: readonly string[];
}

function lostResources(stack: StackView, { name, project, lost }: Lost): Problem {
  const source = stack.lockSource(name);
  const [first = ''] = lost;
  const [are, objects] = lost.length === 1 ? ['is', 'its object'] : ['are', 'their objects'];
  return {
    code: project.rehydrated ? NOT_REBUILT : 'lock/lost-resource',
    message: `${quoteName(project.name)} also has ${lost.map(quoteName).join(', ')}, which ${are} no longer declared in it: the next deploy would delete ${objects} for good.`,
    remedy: [
      wayOut(stack, project.name),
      `  If it was renamed or moved within ${project.name}, call .moveFromId('${first}') on the new resource.`,
      `  If it was never deployed, remove its address from \`resources\` of ${name} in ${formatSource(source)}.`,
    ].join('\n'),
    source,
  };
}

function wayOut(stack: StackView, project: string): string {
  return stack.requestOf(project) === undefined
    ? `Restore its code: the lock can't rebuild a resource of another library. It has no deletion of its own; to delete it, delete ${project}.`
    : `Keep its code until the deletion of ${project} is over: the lock can't rebuild a resource of another library. Then: ${closeCommand(project, stack.node.id)}`;
}
