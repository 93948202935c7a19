import { Writable } from 'node:stream';
import type { Engine } from '../../engine/find.js';
import { plural } from '../../model/plural.js';
import type { Io } from '../io.js';
import { stateOf } from '../stack-state.js';
import { type Stack, Workspace } from '../workspace.js';
import { type Check, checker } from './check.js';

const LOCK = 'projects.lock.yaml';

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
  const said: string[] = [];
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      said.push(String(chunk));
      done();
    },
  });
  const env = { ...io.env, REPRIEVE_LOCK: 'frozen' };
  const { ok, error, failed } = checker('lock');
  try {
    const stacks = Workspace.find({ ...io, env, stderr }).synthesize();
    return { stacks, check: ok(`${LOCK} says what the code declares`) };
  } catch (reason) {
    const text = said.join('');
    if (text.includes(`${LOCK} does not say what the code declares`)) {
      const remedy = `npx cdktf synth, and commit ${LOCK}. What follows from the stacks was not looked at.`;
      return { stacks: [], check: error(`${LOCK} does not say what the code declares.`, remedy) };
    }
    const [first] = /^\s*error: .*/m.exec(text) ?? [];
    const check = failed(reason);
    return {
      stacks: [],
      check:
        first === undefined ? check : { ...check, message: `${check.message} ${first.trim()}` },
    };
  }
}

/** Whether a stack's state can be reached through its backend. */
export async function checkState(io: Io, engine: Engine, stack: Stack): Promise<Check> {
  const { ok, failed } = checker('state', stack.name);
  try {
    const { resources } = await stateOf(io, engine, stack);
    return ok(`${plural(resources.length, 'resource')}`);
  } catch (error) {
    return {
      ...failed(error),
      remedy:
        'It says why above: check the stack’s backend, that you are logged in to it, and the provider mirror.',
    };
  }
}
