import { quote } from '../../base/inert.js';
import { didYouMean } from '../../base/nearest.js';
import { EngineError } from '../../engine/run.js';
import { requestsFor } from '../../files/deletions.js';
import { lockedStack, type ProjectsLock } from '../../files/projects-lock.js';
import { type Entry, entriesOf } from '../../state/inventory.js';
import type { StackState } from '../../state/state.js';
import { isMeant, isOf, NOUN, nameIn, type Selection, type Subject } from '../subject/subject.js';
import { CommandFailure, EXIT, type ExitCode, type Io, misuse, say } from '../terminal/io.js';
import { requireEngine, stateOf } from './stack-state.js';
import { pickStack, type Stack, type Workspace } from './workspace.js';

/** What every stack's state says, put beside the files. */
export interface Inventory {
  readonly residents: readonly Entry[];
  readonly stacks: readonly (Stack & { readonly state: StackState })[];
  readonly lock: ProjectsLock;
  /** The names of all stacks that were to be read. */
  readonly chosen: readonly string[];
  /** Stacks whose state could not be read, and why. */
  readonly unread: readonly string[];
}

/**
 * Reads the state of every stack, or of the one that is named, through Terraform. A stack that
 * can't be reached does not hide the others.
 */
export async function takeInventory(
  io: Io,
  workspace: Workspace,
  named: string | undefined,
): Promise<Inventory> {
  const requests = workspace.requests();
  const all = readableStacks(io, workspace);
  const chosen = named === undefined ? all : [pickStack(all, named)];
  const engine = requireEngine(io);
  const lock = workspace.lock();
  const read = await Promise.all(
    chosen.map(async (stack) => {
      try {
        return { stack, state: await stateOf(io, engine, stack) };
      } catch (error) {
        return { stack, why: unlessInterrupted(error) };
      }
    }),
  );
  const stacks = read.flatMap(({ stack, state }) =>
    state === undefined ? [] : [{ ...stack, state }],
  );
  return {
    lock,
    stacks,
    chosen: chosen.map(({ name }) => name),
    residents: stacks.flatMap(({ name, state }) => {
      const locked = lockedStack(lock, name);
      return entriesOf({ stack: name, state, locked, requests: requestsFor(requests, name) });
    }),
    unread: read.flatMap(({ stack, why }) => (why === undefined ? [] : [`${stack.name}: ${why}`])),
  };
}

/** Says which states could not be read. */
export function sayUnread(io: Io, { unread }: Inventory): void {
  for (const each of unread) say(io, `error: The state could not be read. ${each}`);
}

/** What went wrong, unless it is that somebody wanted this to end. */
function unlessInterrupted(error: unknown): string {
  if (EngineError.isEngineError(error) && error.interrupted) throw error;
  return error instanceof Error ? error.message : String(error);
}

/**
 * The stacks as the app declares them; where it can't be synthesized, for example while a hard
 * deletion waits for its approval, as the last synthesis left them. Only fit for reading.
 */
export function readableStacks(io: Io, workspace: Workspace): readonly Stack[] {
  try {
    return workspace.synthesize();
  } catch (error) {
    const last = error instanceof CommandFailure ? workspace.lastSynthesis() : undefined;
    if (last === undefined) throw error;
    say(
      io,
      'warning: The app can’t be synthesized now; where its state is, the last synthesis says.',
    );
    return last;
  }
}

/** The one that is meant, or the end of the command. */
export function findResident(
  inventory: Inventory,
  subject: Subject,
  argument: string | undefined,
  selection: Selection,
): Entry {
  const name = nameIn(argument, selection);
  const candidates = inventory.residents.filter((resident) => isOf(subject, resident));
  const found = candidates.filter((each) =>
    name === undefined
      ? [each.id, each.deletion?.id].includes(selection.guid)
      : isMeant(subject, each, name, selection.project),
  );
  return theOne(subject, name ?? selection.guid ?? '', found, candidates);
}

/** The deletion that is meant, of a project or of an item, or the end of the command. */
export function findReclamation(
  inventory: Inventory,
  argument: string | undefined,
  selection: Selection,
): Entry {
  const name = nameIn(argument, selection);
  const candidates = inventory.residents.filter(isReclamation);
  const found = candidates.filter(({ id, deletion, target }) =>
    name === undefined ? [id, deletion?.id].includes(selection.guid) : target === name,
  );
  return theOne('reclamation', name ?? selection.guid ?? '', found, candidates);
}

/** Something with a clock of its own, rather than what only goes with its project. */
export function isReclamation({ deletion }: Entry): boolean {
  return deletion?.id !== undefined;
}

/** The only one of those found; otherwise it is said what there is. */
export function theOne<T extends { readonly stack: string; readonly target: string }>(
  subject: Subject | 'reclamation' | 'target',
  wanted: string,
  found: readonly T[],
  candidates: readonly T[],
  exitCode: ExitCode = EXIT.findings,
): T {
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return first;
  const names = [...new Set(candidates.map(({ target }) => target))];
  if (first === undefined) {
    const noun = subject === 'reclamation' || subject === 'target' ? subject : NOUN[subject];
    const problem = {
      code: 'cli/not-found',
      message: `There is no ${noun} ${quote(wanted)}.${didYouMean(wanted, names)}`,
      remedy: names.length === 0 ? 'There is none at all.' : `There is: ${shown(names)}.`,
    };
    throw new CommandFailure(exitCode, [problem]);
  }
  const places = found.map(({ stack, target }) => `${target} in ${stack}`);
  return misuse({
    code: 'cli/ambiguous',
    message: `Several are called ${quote(wanted)}: ${shown(places)}.`,
    remedy: new Set(found.map(({ stack }) => stack)).size > 1 ? 'Say --stack.' : 'Say --project.',
  });
}

function shown(names: readonly string[]): string {
  return names.length > 20 ? `${names.slice(0, 20).join(', ')}, …` : names.join(', ');
}
