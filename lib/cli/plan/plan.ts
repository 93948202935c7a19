import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writePlan } from '../../engine/plan.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { requireEngine } from '../workspace/stack-state.js';
import { pickStack, Workspace } from '../workspace/workspace.js';

/** `plan`: synthesizes, plans every stack (or those named), and prints the files of the plans. */
export async function planStacks(
  io: Io,
  names: readonly string[],
  against?: string,
): Promise<ExitCode> {
  if (against !== undefined) {
    misuse({
      code: 'cli/against',
      message: '--against has nothing to compare with.',
      remedy: 'Add --synthesized FOLDER, or leave it out.',
    });
  }
  const workspace = Workspace.find(io);
  const stacks = workspace.synthesize();
  const engine = requireEngine(io);
  const chosen = names.length === 0 ? stacks : names.map((name) => pickStack(stacks, name));
  for (const stack of chosen) {
    // Beside the stacks, wherever cdktf.json has them.
    const folder = join(stack.folder, '..', '..', 'plans');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${stack.name}.json`);
    say(io, `Planning stack '${stack.name}'...`);
    await writePlan(engine, file, { cwd: stack.folder, env: io.env });
    print(io, relative(io.cwd, file));
  }
  return EXIT.ok;
}
