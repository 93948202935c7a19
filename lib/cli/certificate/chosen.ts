import { relative, resolve } from 'node:path';
import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import type { EvidenceFile } from '../../certificate/certificate.js';
import { evidenceFor, evidenceOf, LOST_WITHOUT_EVIDENCE } from '../../certificate/match.js';
import { EngineError } from '../../engine/run.js';
import { evidenceCommand } from '../../model/commands.js';
import { recordedDeletion } from '../evidence/recorded.js';
import { readStore, type Store } from '../evidence/store.js';
import type { Selection } from '../subject/subject.js';
import { CommandFailure, EXIT, type Io, misuse } from '../terminal/io.js';
import { requireEngine, stateOf } from '../workspace/stack-state.js';
import { pickStack, type Stack, type Workspace } from '../workspace/workspace.js';

/** Which evidence a certificate is made from. */
export interface Choosing extends Selection {
  /** The file, where it isn't that of the last deletion. */
  readonly evidence?: string;
}

/** The evidence of the target's last deletion that knows most, or the file that is named. */
export async function chosenEvidence(
  io: Io,
  workspace: Workspace,
  target: string,
  options: Choosing,
  stacks: readonly Stack[],
): Promise<{ readonly stack: Stack; readonly found: EvidenceFile }> {
  const store = readStore(workspace);
  if (options.stack !== undefined) pickStack(stacks, options.stack);
  if (options.evidence !== undefined) {
    const found = namedEvidence(workspace, options.evidence, target, options.stack, store);
    return { found, stack: pickStack(stacks, found.evidence.stack) };
  }
  const names = stacks.map(({ name }) => name);
  const name = options.stack ?? onlyStack(store.found, target, names);
  const missing = (other?: string) =>
    new CommandFailure(EXIT.findings, [noEvidence(target, name, other), ...store.problems]);
  const [last] = evidenceFor(store.found, { stack: name, target });
  if (last === undefined) throw missing();
  const stack = pickStack(stacks, name);
  const recorded = await deletionInState(io, stack, target);
  // An item that was closed before has nothing in the state but its project's clock.
  if (recorded?.deletedAt === undefined || recorded.addresses.length === 0) {
    return { stack, found: last };
  }
  const [found] = evidenceOf(store.found, recorded);
  if (found === undefined) throw missing(last.file);
  return { stack, found };
}

function namedEvidence(
  workspace: Workspace,
  named: string,
  target: string,
  stack: string | undefined,
  { found, problems }: Store,
): EvidenceFile {
  const file = relative(workspace.folder, resolve(workspace.folder, named));
  const same = found.find((each) => each.file === file);
  const isMeant =
    same?.evidence.target === target && same.evidence.stack === (stack ?? same.evidence.stack);
  if (same !== undefined && isMeant) return same;
  return misuse(
    ...problems.filter(({ source }) => source?.file === file),
    notThatEvidence(named, target),
  );
}

/** Until it is closed, the state says which deletion is the last one. One that can't be read says nothing. */
async function deletionInState(io: Io, stack: Stack, target: string) {
  try {
    const state = await stateOf(io, requireEngine(io), stack);
    return recordedDeletion(state, stack.name, target);
  } catch (error) {
    const isOurs = EngineError.isEngineError(error) || error instanceof CommandFailure;
    if (!isOurs || (EngineError.isEngineError(error) && error.interrupted)) throw error;
    return undefined;
  }
}

/** The stack that evidence of the target names; the user has to say which where several do. */
function onlyStack(
  found: readonly EvidenceFile[],
  target: string,
  names: readonly string[],
): string {
  const about = found.filter(({ evidence }) => evidence.target === target);
  const stacks = [...new Set(about.map(({ evidence }) => evidence.stack))];
  const [first, ...more] = stacks.length === 0 ? names : stacks;
  if (first !== undefined && (more.length === 0 || stacks.length === 0)) return first;
  return misuse({
    code: 'cli/stack',
    message: `Several stacks have evidence of ${quoteName(target)}: ${stacks.map(quoteName).join(', ')}.`,
    remedy: 'Say --stack.',
  });
}

function noEvidence(target: string, stack: string, other: string | undefined): Problem {
  const of =
    other === undefined
      ? ''
      : ` that the state of ${quoteName(stack)} has: ${quoteName(other)} is about an earlier one, or leaves something out`;
  return {
    code: 'certificate/no-evidence',
    message: `There is no evidence of the deletion of ${quoteName(target)}${of}. Without it nobody knows:\n${LOST_WITHOUT_EVIDENCE.map((each) => `  - ${each}`).join('\n')}`,
    remedy: `Where the deletion isn't closed yet, gather what is left: ${evidenceCommand(target, stack)}${other === undefined ? '' : ` For a certificate of an earlier deletion, name its evidence: --evidence ${other}`}`,
  };
}

function notThatEvidence(file: string, target: string): Problem {
  return {
    code: 'certificate/other-evidence',
    message: `${quoteName(file)} is no evidence of the deletion of ${quoteName(target)}.`,
    remedy: 'Name a file in evidence/ that is about this target, or leave --evidence out.',
  };
}
