import { quoteName } from '../../base/inert.js';
import { forgetResources } from '../../engine/state.js';
import { requestsFor } from '../../files/deletions.js';
import { removeRequest } from '../../files/deletions-edit.js';
import { DELETIONS_FILE } from '../../files/file-names.js';
import { removeFromLock } from '../../files/projects-lock.js';
import { selectionOf } from '../reclamation/request.js';
import { EXIT, type ExitCode, type Io, print, refuse, say } from '../terminal/io.js';
import { confirm } from '../terminal/prompt.js';
import { requireEngine, stateOf } from '../workspace/stack-state.js';
import { pickStack, type Stack, Workspace } from '../workspace/workspace.js';

/**
 * `sandbox reset STACK`: empties a sandbox's state and takes its requests away, so that a tour can
 * begin again. It goes past every guard, so both the code and the state have to say that there is
 * nothing but a sandbox.
 */
export async function resetSandbox(
  io: Io,
  name: string,
  options: { readonly force?: boolean },
): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const requests = workspace.requests();
  const stacks = workspace.synthesize();
  const stack = pickStack(stacks, name);
  if (stack.target !== 'sandbox') refuse(notSandbox(name, `its target is ${stack.target}`));
  const engine = requireEngine(io);
  const { resources } = await stateOf(io, engine, stack);
  const foreign = resources.filter(({ type }) => type !== 'terraform_data');
  if (foreign.length > 0) {
    refuse(notSandbox(name, `its state has ${foreign.map(({ address }) => address).join(', ')}`));
  }
  const question = `Are you sure you want to reset sandbox '${name}'?`;
  if (options.force !== true && !(await confirm(io, question))) return EXIT.findings;
  print(io, `Resetting sandbox '${name}'...`);
  await forgetResources(
    engine,
    resources.map(({ address }) => address),
    {
      cwd: stack.folder,
      env: io.env,
    },
  );
  const own = requestsFor(requests, name);
  await workspace.edit(DELETIONS_FILE, (text) => own.map(selectionOf).reduce(removeRequest, text));
  await forgetRehydrated(workspace, stack);
  print(io, 'OK');
  say(io, `${resources.length} resources forgotten, ${own.length} deletion requests removed.`);
  return EXIT.ok;
}

/** What only the lock still knew has no objects any more. */
async function forgetRehydrated(workspace: Workspace, stack: Stack): Promise<void> {
  if (stack.rehydrated.length === 0) return;
  await workspace.editLock((lock) =>
    stack.rehydrated.reduce((rest, target) => removeFromLock(rest, stack.name, target), lock),
  );
}

function notSandbox(name: string, why: string) {
  return {
    code: 'sandbox/other-target',
    message: `${quoteName(name)} is not a sandbox: ${why}.`,
    remedy:
      'This command would go past the reclamation period. Request a deletion in deletions.yaml instead.',
  };
}
