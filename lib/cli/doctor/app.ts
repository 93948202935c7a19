import { plural } from '../../base/plural.js';
import { STALE_LOCK } from '../../base/problem.js';
import type { Engine } from '../../engine/find.js';
import { LOCK_FILE } from '../../files/file-names.js';
import type { StackState } from '../../state/state.js';
import type { Io } from '../terminal/io.js';
import { stateOf } from '../workspace/stack-state.js';
import { SynthesisFailure } from '../workspace/synthesis.js';
import { type Stack, Workspace } from '../workspace/workspace.js';
import { type Check, checker, messageAndPlace } from './check.js';

/** The files beside main.ts. */
export function checkFiles(workspace: Workspace): Check {
  const { ok, failed } = checker('files');
  try {
    return ok(
      `reprieve.yaml and deletions.yaml with ${plural(workspace.requests().length, 'request')}`,
    );
  } catch (error) {
    return failed(error);
  }
}

/** Synthesizes as CI does: nothing is written but what cdktf writes, and a stale lock is told. */
export function synthesizeFrozen(io: Io): {
  readonly stacks: readonly Stack[];
  readonly check: Check;
} {
  const env = { ...io.env, REPRIEVE_LOCK: 'frozen' };
  const { ok, error, failed } = checker('lock');
  try {
    const stacks = Workspace.find({ ...io, env }).trySynthesis();
    return { stacks, check: ok(`${LOCK_FILE} says what the code declares`) };
  } catch (reason) {
    const problems = reason instanceof SynthesisFailure ? reason.synthesis.problems : [];
    if (problems.some(({ code }) => code === STALE_LOCK)) {
      const remedy = `npx cdktf synth, and commit ${LOCK_FILE}. What follows from the stacks was not looked at.`;
      return {
        stacks: [],
        check: error(`${LOCK_FILE} does not say what the code declares.`, remedy),
      };
    }
    const [first] = problems;
    const check = failed(reason);
    return {
      stacks: [],
      check:
        first === undefined
          ? check
          : {
              ...check,
              message: `${check.message} error: ${messageAndPlace(first)}`,
              remedy: first.remedy,
            },
    };
  }
}

/** Whether a stack's state can be reached through its backend, and what it says. */
export async function checkState(
  io: Io,
  engine: Engine,
  stack: Stack,
): Promise<{ readonly check: Check; readonly state?: StackState }> {
  const { ok, failed } = checker('state', stack.name);
  try {
    const state = await stateOf(io, engine, stack);
    return { check: ok(`${plural(state.resources.length, 'resource')}`), state };
  } catch (error) {
    const remedy =
      'It says why above: check the stack’s backend, that you are logged in to it, and the provider mirror.';
    return { check: { ...failed(error), remedy } };
  }
}
