import { quoteName } from '../../base/inert.js';
import { parseTarget } from '../../model/deletion-target.js';
import type { ClusterOptions } from '../cluster/access.js';
import type { Selection } from '../subject/subject.js';
import { nameIn } from '../subject/subject.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { readableStacks } from '../workspace/inventory.js';
import { locateTarget } from '../workspace/locate.js';
import { pickStack, Workspace } from '../workspace/workspace.js';
import { writeEvidence } from './store.js';
import { readStack, takeEvidence } from './take.js';

/** What `reclamation evidence` takes. */
export interface EvidenceOptions extends ClusterOptions, Selection {
  /** The JSON of the plan that reclaimed, or of an earlier one. */
  readonly plan?: string;
}

/**
 * `reclamation evidence TARGET`: gathers what plan, state and cluster know of a deletion, where plain
 * `cdktf deploy` carries it out or has done so.
 */
export async function evidence(
  io: Io,
  argument: string | undefined,
  options: EvidenceOptions,
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const name = nameIn(argument, options) ?? '';
  const { problems } = parseTarget(name);
  if (problems.length > 0) misuse(...problems);
  const stacks = readableStacks(io, workspace);
  if (options.stack !== undefined) pickStack(stacks, options.stack);
  const located = locateTarget(workspace, name, options.stack);
  const stack = pickStack(stacks, located.stack);
  const { plan, kubeconfig, context } = options;
  const reading = await readStack(io, workspace, stack, plan);
  const taking = {
    takenBy: 'command' as const,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  };
  const taken = await takeEvidence(io, workspace, stack, located, taking, reading);
  if (taken.objects.length === 0) misuse(nothingKnown(name, stack.name));
  print(io, writeEvidence(workspace, taken));
  for (const unknown of taken.unknown) say(io, `note: ${unknown}`);
  return EXIT.ok;
}

function nothingKnown(target: string, stack: string) {
  return {
    code: 'evidence/nothing-known',
    message: `Neither the state of ${quoteName(stack)} nor a cluster knows anything that belongs to ${quoteName(target)}.`,
    remedy:
      'Check the target and the stack. After the deletion was closed, nothing knows it any more.',
  };
}
