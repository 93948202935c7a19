import { quoteName } from '../../base/inert.js';
import { type Declaration, declareItem } from '../../code/declaration.js';
import { identifier } from '../../code/identifier.js';
import { readProjectFile } from '../../files/disk.js';
import { type LockedProject, lockedProject, lockedStack } from '../../files/projects-lock.js';
import { itemTarget } from '../../model/deletion-target.js';
import { KINDS, NAMES_SHARED_BY } from '../../model/kinds.js';
import { checkItemName } from '../../model/names.js';
import { checkQuotaUse, checkReferences } from '../../model/project.js';
import { type ItemKind, type ItemSpecs, itemsOf } from '../../model/specification.js';
import { lockedTargets } from '../../state/inventory.js';
import type { Subject } from '../subject/subject.js';
import { EXIT, type ExitCode, type Io, misuse, refuse } from '../terminal/io.js';
import { type DisplayOptions, printData, talk } from '../terminal/output.js';
import { type Located, locate } from './locate.js';
import { withSelected } from './selected.js';
import type { Workspace } from './workspace.js';

/** What every `create` takes. It prints code, and edits none. */
export interface CreateOptions extends DisplayOptions {
  readonly name?: string;
  readonly stack?: string;
  /** The project that an item is to be in. */
  readonly project?: string;
  /** What is to be declared once more, from the lock. */
  readonly copyOf?: string;
}

/** Prints the declaration of an item. */
export async function printItem<K extends ItemKind>(
  io: Io,
  workspace: Workspace,
  options: CreateOptions,
  item: { readonly kind: K; readonly name: string; readonly spec: ItemSpecs[K] },
): Promise<ExitCode> {
  const { kind, name, spec } = item;
  const problems = checkItemName(kind, name);
  if (problems.length > 0) misuse(...problems);
  const located = await projectFor(io, workspace, options);
  const { stack, target } = located;
  refuseTaken(workspace, stack, itemTarget(target, kind, name));
  refuseUnfit(workspace, located, item);
  return printDeclaration(
    io,
    options,
    declareItem(target, kind, name, spec),
    `where \`${identifier(target)}\` is the project '${target}' of the stack '${stack}'`,
  );
}

/** Prints code as data, and says where it goes. */
export function printDeclaration(
  io: Io,
  options: DisplayOptions,
  { imports, code }: Declaration,
  where: string,
): ExitCode {
  talk(io, options, `Add this to main.ts, ${where}:`, '');
  const needed =
    imports.length === 0 ? '' : `import { ${imports.join(', ')} } from 'reprieve';\n\n`;
  printData(io, options, { file: 'main.ts', imports, code }, () => `${needed}${code}`);
  talk(io, options, '', 'Then run: npx reprieve plan');
  return EXIT.ok;
}

/** What a copy is made of: something that the lock has, deleted or not. */
export async function originalFor(
  io: Io,
  workspace: Workspace,
  subject: Subject,
  { copyOf, stack, project }: CreateOptions,
): Promise<(Located & { readonly locked: LockedProject }) | undefined> {
  if (copyOf === undefined) return undefined;
  const selection = {
    name: copyOf,
    ...(stack === undefined ? {} : { stack }),
    ...(project === undefined || copyOf.includes('/') ? {} : { project }),
  };
  const located = await locate(io, workspace, subject, undefined, selection);
  const locked = lockedProject(workspace.lock(), located);
  return locked === undefined ? undefined : { ...located, locked };
}

/** The specification that the lock has of an item. */
export function lockedItem<K extends ItemKind>(
  locked: LockedProject,
  kind: K,
  name: string,
): ItemSpecs[K] | undefined {
  return itemsOf(locked.spec, kind)[name];
}

/** A name is free again only once its deletion is closed. */
export function refuseTaken(workspace: Workspace, stack: string, target: string): void {
  if (!lockedTargets(lockedStack(workspace.lock(), stack)).includes(target)) return;
  refuse({
    code: 'create/name-taken',
    message: `${quoteName(stack)} has ${quoteName(target)} already.`,
    remedy:
      'Choose another name. That of something deleted is free once its deletion is closed: npx reprieve reclamation list',
  });
}

/** What synthesis would refuse of the project with this item is not printed. */
export function refuseUnfit<K extends ItemKind>(
  workspace: Workspace,
  located: Located,
  { kind, name, spec }: { readonly kind: K; readonly name: string; readonly spec: ItemSpecs[K] },
): void {
  const locked = lockedProject(workspace.lock(), located)?.spec;
  if (locked === undefined) return;
  const shared = NAMES_SHARED_BY.find((kinds) => kinds.includes(kind)) ?? [];
  const other = shared.find((it) => it !== kind && Object.hasOwn(itemsOf(locked, it), name));
  if (other !== undefined) {
    misuse({
      code: 'create/name-taken',
      message: `${quoteName(located.target)} has the ${KINDS[other].title} ${quoteName(name)}: in the cluster both would be one object.`,
      remedy: 'Choose another name.',
    });
  }
  const whole = { ...locked, [kind]: { ...itemsOf(locked, kind), [name]: spec } };
  const missing = checkReferences(whole).filter(({ template }) => template === name);
  const problems = [...checkQuotaUse(whole), ...(kind === 'job-templates' ? missing : [])];
  if (problems.length > 0) misuse(...problems);
}

/** The project that an item goes into: the one named, or the only one. */
async function projectFor(io: Io, workspace: Workspace, given: CreateOptions): Promise<Located> {
  const { project, stack } = withSelected(io, workspace, 'secret', given);
  const within = stack === undefined ? {} : { stack };
  const name = project ?? onlyProject(workspace, stack);
  return locate(io, workspace, 'project', undefined, { name, ...within });
}

function onlyProject(workspace: Workspace, stack: string | undefined): string {
  const stacks = Object.entries(workspace.lock().stacks);
  const names = stacks
    .filter(([name]) => (stack ?? name) === name)
    .flatMap(([, { projects }]) => Object.keys(projects));
  const [name, ...more] = new Set(names);
  if (name !== undefined && more.length === 0) return name;
  return misuse({
    code: 'create/project',
    message: 'It is not said in which project.',
    remedy:
      name === undefined
        ? 'Say --project.'
        : `Say --project with one of: ${[name, ...more].join(', ')}.`,
  });
}

/** What a file of the user's has that an option names. */
export function fileText(io: Io, path: string): string {
  const { text, problem } = readProjectFile(io.cwd, path);
  if (problem !== undefined) misuse(problem);
  return (
    text ??
    misuse({
      code: 'create/file',
      message: `There is no file ${quoteName(path)}.`,
      remedy: 'Check the path.',
    })
  );
}
