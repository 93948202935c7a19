import { quote, quoteName } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import { type DeletionRequest, isFor } from '../../files/deletions.js';
import { DELETIONS_FILE } from '../../files/file-names.js';
import { lockedStack } from '../../files/projects-lock.js';
import {
  type DeletionTarget,
  formatTarget,
  isItemTarget,
  parseTarget,
} from '../../model/deletion-target.js';
import { KINDS } from '../../model/kinds.js';
import { isOfProject } from '../../state/inventory.js';
import { type Meant, nameIn, type Selection } from '../subject/subject.js';
import { type Io, misuse, refuse } from '../terminal/io.js';
import { findReclamation, takeInventory } from '../workspace/inventory.js';
import type { Workspace } from '../workspace/workspace.js';

/** Reads a target from the command line. */
export function targetOf(text: string): DeletionTarget {
  const { value, problems } = parseTarget(text);
  return value ?? misuse(...problems);
}

/** The request for a target, or the end of the command. */
export function findRequest(
  requests: readonly DeletionRequest[],
  target: DeletionTarget,
  stack: string | undefined,
): DeletionRequest {
  const text = formatTarget(target);
  const same = requests.filter((request) => request.target === text);
  const fitting = same.filter((request) => stack === undefined || isFor(request, stack));
  const [request, ...more] = fitting;
  if (request === undefined) return refuse(noRequest(text, requests));
  if (more.length > 0) {
    return misuse({
      code: 'cli/ambiguous',
      message: `Several stacks delete ${quote(text)}: ${fitting
        .map(({ stack = '' }) => quoteName(stack))
        .join(', ')}.`,
      remedy: 'Say --stack.',
    });
  }
  return request;
}

/** The request that is meant, by its target or by an id, or the end of the command. */
export async function requestMeant(
  io: Io,
  workspace: Workspace,
  argument: string | undefined,
  selection: Selection,
): Promise<DeletionRequest> {
  const name = nameIn(argument, selection);
  const requests = workspace.requests();
  if (name !== undefined) return findRequest(requests, targetOf(name), selection.stack);
  const inventory = await takeInventory(io, workspace, selection.stack);
  const meant = findReclamation(inventory, undefined, selection);
  return findRequest(requests, meant, meant.stack);
}

/** How a request is found in deletions.yaml when it is edited. */
export function selectionOf({ stack, target }: DeletionRequest): {
  readonly stack?: string;
  readonly target: string;
} {
  return stack === undefined ? { target } : { stack, target };
}

/** What a request is about; deletions.yaml doesn't say whether it is a project, the lock does. */
export function describeRequest(
  request: DeletionTarget,
  workspace: Workspace,
  stack: string,
): string {
  const isProject = isOfProject(request, lockedStack(workspace.lock(), stack));
  return describeTarget({ ...request, isProject });
}

/** As Code Engine names what a command is about: "project 'billing'". */
export function describeTarget(target: Meant): string {
  const { project, item, isProject } = target;
  if (item === undefined) return `${isProject === false ? 'resources' : 'project'} '${project}'`;
  const title = isItemTarget(target) ? KINDS[target.item.kind].title : 'resource';
  return `${title} '${project}/${item.name}'`;
}

function noRequest(target: string, requests: readonly DeletionRequest[]) {
  const known = requests.map((request) => request.target);
  return {
    code: 'cli/no-request',
    message: `deletions.yaml has no request for ${quote(target)}.${didYouMean(target, known)}`,
    remedy: known.length === 0 ? 'It has no requests at all.' : `It has: ${known.join(', ')}.`,
    source: { file: DELETIONS_FILE },
  };
}
