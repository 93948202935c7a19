import { declareProject } from '../../code/declaration.js';
import { DEFAULT_QUOTA } from '../../model/limits.js';
import { checkProjectName } from '../../model/names.js';
import { nameIn } from '../subject/subject.js';
import { type ExitCode, type Io, misuse } from '../terminal/io.js';
import {
  type CreateOptions,
  originalFor,
  printDeclaration,
  refuseTaken,
} from '../workspace/declaring.js';
import { pickStack, Workspace } from '../workspace/workspace.js';

/** `project create`: prints the lines that declare a project, or a copy of one with its items. */
export async function createProject(
  io: Io,
  argument: string | undefined,
  options: CreateOptions,
): Promise<ExitCode> {
  const name = nameIn(argument, options) ?? '';
  const problems = checkProjectName(name);
  if (problems.length > 0) misuse(...problems);
  const workspace = Workspace.find(io);
  const original = await originalFor(io, workspace, 'project', options);
  const stacks = Object.keys(workspace.lock().stacks).map((each) => ({ name: each }));
  const known = stacks.length > 0 ? stacks : workspace.synthesize();
  const { name: stack } = pickStack(known, options.stack, original?.stack);
  refuseTaken(workspace, stack, name);
  const spec = original?.locked.spec ?? { quota: DEFAULT_QUOTA };
  const where = `where \`stack\` is the stack '${stack}'`;
  return printDeclaration(io, options, declareProject(name, spec), where);
}
