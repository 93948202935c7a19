import { stateView } from '../../certificate/state-view.js';
import { EngineError } from '../../engine/run.js';
import { readState } from '../../engine/state.js';
import { lockedStack, type ProjectsLock } from '../../files/projects-lock.js';
import { goesWith, itemTarget } from '../../model/deletion-target.js';
import { formatImageReference, parseImageReference } from '../../model/image-reference.js';
import { placesOf } from '../../state/address.js';
import { entriesOf, type Status } from '../../state/inventory.js';
import { membersOf, readStackState } from '../../state/state.js';
import { readStore } from '../evidence/store.js';
import { CommandFailure, EXIT, type Io } from '../terminal/io.js';
import { readableStacks } from '../workspace/inventory.js';
import { requireEngine } from '../workspace/stack-state.js';
import type { Stack, Workspace } from '../workspace/workspace.js';

/** Something that refers to an image, anywhere in the app. */
export interface ImageUse {
  /** Canonical, where it can be read. */
  readonly image: string;
  readonly stack: string;
  /** Undefined for what has no guard. */
  readonly target: string | undefined;
  /** Undefined for what only files know. */
  readonly address: string | undefined;
  readonly status: Status;
}

/** What refers to images, and the stacks of which nobody could say. */
export interface Uses {
  readonly uses: readonly ImageUse[];
  readonly unread: readonly string[];
  readonly stacks: readonly Stack[];
}

/** Reads from states, lock and evidence what refers to images. */
export async function imageUses(io: Io, workspace: Workspace): Promise<Uses> {
  const stacks = readableStacks(io, workspace);
  const lock = workspace.lock();
  const uses: ImageUse[] = [];
  const unread: string[] = [];
  for (const stack of stacks) {
    try {
      uses.push(...(await stackUses(io, stack, lock)));
    } catch (error) {
      const isOurs = EngineError.isEngineError(error) || error instanceof CommandFailure;
      if (!isOurs || (EngineError.isEngineError(error) && error.interrupted)) throw error;
      unread.push(`${stack.name}: ${error.message}`);
    }
  }
  const isKnown = ({ image, stack, target = '' }: ImageUse) =>
    uses.some((each) => each.image === image && isInside(each, stack, target));
  const earlier = evidenceUses(workspace).filter((each) => !isKnown(each));
  return { uses: [...uses, ...earlier], unread, stacks };
}

async function stackUses(io: Io, stack: Stack, lock: ProjectsLock): Promise<readonly ImageUse[]> {
  const json = await readState(requireEngine(io), { cwd: stack.folder, env: io.env });
  const { value: state, problems } = readStackState(json);
  if (state === undefined) throw new CommandFailure(EXIT.engine, problems);
  const locked = lockedStack(lock, stack.name);
  const entries = entriesOf({ stack: stack.name, state, locked, requests: [] });
  const statuses = new Map(entries.map(({ target, status }) => [target, status]));
  const targets = new Map(
    state.guards
      .flatMap(({ target }) => membersOf(state, target))
      .map((member) => [member.address, member.target]),
  );
  const inState = stateView(json).objects.flatMap(({ address, images }) =>
    images.map((image): ImageUse => {
      const [target] = placesOf(address).flatMap((it) => targets.get(it) ?? []);
      const status = statuses.get(target ?? '') ?? 'active';
      return { image: canonical(image), stack: stack.name, target, address, status };
    }),
  );
  // What the code declares by now is needed by the next deployment, whatever the state still has.
  const known = new Set(inState.map(({ target, image }) => `${target} ${image}`));
  const declared = Object.entries(locked?.projects ?? {}).flatMap(([project, { spec }]) =>
    Object.entries(spec['job-templates'] ?? {}).map(([name, { image }]): ImageUse => {
      const target = itemTarget(project, 'job-templates', name);
      const status = statuses.get(target) ?? 'preparing';
      return { image: canonical(image), stack: stack.name, target, address: undefined, status };
    }),
  );
  return [...inState, ...declared.filter(({ target, image }) => !known.has(`${target} ${image}`))];
}

/** What is gone already: only evidence knows what it referred to. */
function evidenceUses(workspace: Workspace): readonly ImageUse[] {
  return readStore(workspace).found.flatMap(({ evidence: { stack, target, images } }) =>
    images.map(({ image }): ImageUse => {
      return { image: canonical(image), stack, target, address: undefined, status: 'hard deleted' };
    }),
  );
}

/** Whether a use belongs to a target. */
export function isInside(use: ImageUse, stack: string | undefined, target: string): boolean {
  return (
    (stack === undefined || use.stack === stack) &&
    use.target !== undefined &&
    goesWith(target, use.target)
  );
}

function canonical(image: string): string {
  const { value } = parseImageReference(image);
  return value === undefined ? image : formatImageReference(value);
}
