import { relative } from 'node:path';
import { EngineError } from '../../engine/run.js';
import { isAtForge, requireProofs } from '../rules/proofs.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../terminal/io.js';
import { requireInputs } from '../workspace/missing-inputs.js';
import { requireEngine } from '../workspace/stack-state.js';
import { pickStack, type Stack, Workspace } from '../workspace/workspace.js';
import { writeStackPlan } from './stack-plan.js';

export interface PlanOptions {
  /** Only what another job synthesized is held against a base. */
  readonly against?: string | undefined;
  /** Whose rules hold: a commit, or a folder that has its files. @default - what the forge says */
  readonly rules?: string;
}

/** `plan`: synthesizes, plans every stack (or those named), and prints the files of the plans. */
export async function planStacks(
  io: Io,
  names: readonly string[],
  options: PlanOptions = {},
): Promise<ExitCode> {
  if (options.against !== undefined) {
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
  requireInputs(io, chosen);
  for (const stack of chosen) {
    try {
      const { file } = await writeStackPlan(io, engine, stack);
      print(io, relative(io.cwd, file));
    } catch (error) {
      if (EngineError.isEngineError(error) && error.interrupted) sayInterrupted(io, chosen, stack);
      throw error;
    }
  }
  const all = chosen.map(({ name }) => name);
  // At a forge the review asks for the proof, and it needs these plans.
  if (!isAtForge(io)) await requireProofs(io, workspace, all, options.rules);
  return EXIT.ok;
}

/** A plan changes nothing; what is there of earlier stacks is whole. */
function sayInterrupted(io: Io, chosen: readonly Stack[], at: Stack): void {
  const names = chosen.map(({ name }) => name);
  const done = names.slice(0, names.indexOf(at.name));
  const open = names.slice(done.length);
  say(
    io,
    `Interrupted. Planned: ${done.join(', ') || 'nothing'}. Not planned: ${open.join(', ')}. No state and no object was changed.`,
  );
}
