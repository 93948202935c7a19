import { createInterface } from 'node:readline/promises';
import { forgetResources } from '../../engine/state.js';
import { removeRequest } from '../../reclamation/deletions-edit.js';
import { writeAtomically } from '../../reclamation/files.js';
import { formatLock, readLock, removeFromLock } from '../../reclamation/lock.js';
import { EXIT, type ExitCode, type Io, misuse, print, refuse, say } from '../io.js';
import { selectionOf } from '../request.js';
import { requireEngine, stateOf } from '../stack-state.js';
import { pickStack, type Stack, Workspace } from '../workspace.js';

const DELETIONS = 'deletions.yaml';
const LOCK = 'projects.lock.yaml';

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
  if (options.force !== true && !(await confirmed(io, name))) return EXIT.findings;
  print(io, `Resetting sandbox '${name}'...`);
  await forgetResources(
    engine,
    resources.map(({ address }) => address),
    {
      cwd: stack.folder,
      env: io.env,
    },
  );
  const own = requests.filter((request) => (request.stack ?? name) === name);
  const text = own.map(selectionOf).reduce(removeRequest, workspace.text(DELETIONS) ?? '');
  if (own.length > 0) writeAtomically(workspace.path(DELETIONS), text);
  forgetRehydrated(workspace, stack);
  print(io, 'OK');
  say(io, `${resources.length} resources forgotten, ${own.length} deletion requests removed.`);
  return EXIT.ok;
}

/** What only the lock still knew has no objects any more. */
function forgetRehydrated(workspace: Workspace, stack: Stack): void {
  const text = workspace.text(LOCK);
  if (text === undefined || stack.rehydrated.length === 0) return;
  const read = readLock(LOCK, text);
  const lock = read.value?.lock ?? misuse(...read.problems);
  const rest = stack.rehydrated.reduce(
    (each, target) => removeFromLock(each, stack.name, target),
    lock,
  );
  writeAtomically(workspace.path(LOCK), formatLock(rest));
}

async function confirmed(io: Io, name: string): Promise<boolean> {
  if (io.stdin.isTTY !== true) {
    return misuse({
      code: 'cli/no-terminal',
      message: 'There is no terminal to ask on.',
      remedy: 'Add --force.',
    });
  }
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = await terminal.question(
      `Are you sure you want to reset sandbox '${name}'? [y/N]> `,
    );
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function notSandbox(name: string, why: string) {
  return {
    code: 'sandbox/other-target',
    message: `${name} is not a sandbox: ${why}.`,
    remedy:
      'This command would go past the reclamation period. Request a deletion in deletions.yaml instead.',
  };
}
