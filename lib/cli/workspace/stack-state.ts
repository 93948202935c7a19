import { loggingVariables } from '../../engine/environment.js';
import { type Engine, findEngine } from '../../engine/find.js';
import { readState } from '../../engine/state.js';
import { readStackState, type StackState } from '../../state/state.js';
import { CommandFailure, EXIT, type Io, misuse, say } from '../terminal/io.js';
import type { Stack } from './workspace.js';

/**
 * Terraform or OpenTofu, or the end of the command. What would make it log is left out, and said:
 * at INFO, the Kubernetes provider logs the secrets that it writes.
 */
export function requireEngine(io: Io): Engine {
  const logging = loggingVariables(io.env);
  if (logging.length > 0) {
    say(io, `note: ${logging.join(', ')} not passed on: providers write secrets into their logs.`);
  }
  const { value, problems } = findEngine(io.env);
  return value ?? misuse(...problems);
}

/** What a stack's state says, read through the engine. */
export async function stateOf(io: Io, engine: Engine, stack: Stack): Promise<StackState> {
  const json = await readState(engine, { cwd: stack.folder, env: io.env });
  const { value, problems } = readStackState(json);
  if (value === undefined) throw new CommandFailure(EXIT.engine, problems);
  return value;
}
