import { dirname } from 'node:path';
import type { Engine } from '../../engine/find.js';
import type { Message } from '../../engine/machine/message.js';
import { type WrittenPlan, writePlan } from '../../engine/plan.js';
import { makeFolder } from '../../files/disk.js';
import { type Io, say } from '../terminal/io.js';
import { startProgress } from '../terminal/progress.js';
import { planFile } from '../workspace/output-folder.js';
import type { Stack } from '../workspace/workspace.js';

/** Plans a stack, shows what is being done, and repeats the engine's warnings. */
export async function writeStackPlan(
  io: Io,
  engine: Engine,
  stack: Stack,
  { quiet = false }: { readonly quiet?: boolean } = {},
): Promise<{ readonly file: string; readonly written: WrittenPlan }> {
  const file = planFile(stack);
  makeFolder(dirname(file));
  const progress = startProgress(io, `Planning stack '${stack.name}'...`, quiet);
  let read = 0;
  const watch = (message: Message) => {
    if (message.type !== 'read') return;
    read += 1;
    progress.detail(`${read} read`);
  };
  const options = { cwd: stack.folder, env: io.env, watch };
  const written = await writePlan(engine, file, options).finally(progress.stop);
  for (const warning of written.warnings) say(io, warning);
  return { file, written };
}
