import { formatSource, type Source } from '../../base/problem.js';
import { declareItem } from '../../code/declaration.js';
import { type DiffLine, differenceOf } from '../../code/difference.js';
import { identifier } from '../../code/identifier.js';
import { lockedProject } from '../../files/projects-lock.js';
import { type ItemKind, type ItemSpecs, itemsOf } from '../../model/specification.js';
import { sourcesOf } from '../review/context.js';
import type { Selection, Subject } from '../subject/subject.js';
import { nameIn } from '../subject/subject.js';
import { EXIT, type ExitCode, type Io, misuse } from '../terminal/io.js';
import { type DisplayOptions, printData, talk } from '../terminal/output.js';
import { type Located, locate } from './locate.js';
import { lockedPath } from './locked-path.js';
import { withSelected } from './selected.js';
import { Workspace } from './workspace.js';

/** What every `update` takes. It prints a change, and edits no code. */
export type UpdateOptions = Selection & DisplayOptions;

/** An item whose declaration is to change. */
export interface Changing {
  readonly workspace: Workspace;
  readonly located: Located & { readonly item: { readonly name: string } };
}

/** Finds what is to change. */
export async function changing(
  io: Io,
  subject: Subject,
  argument: string | undefined,
  given: UpdateOptions,
): Promise<Changing> {
  const workspace = Workspace.find(io);
  const name = nameIn(argument, given);
  const options = withSelected(io, workspace, subject, given, name);
  const located = await locate(io, workspace, subject, argument, options);
  const { item } = located;
  return item === undefined ? misuse(nothing()) : { workspace, located: { ...located, item } };
}

/** The specification that the lock has; undefined where it is of another kind. */
export function specOf<K extends ItemKind>(
  { workspace, located }: Changing,
  kind: K,
): ItemSpecs[K] | undefined {
  const locked = lockedProject(workspace.lock(), located);
  if (located.item.kind !== kind || locked === undefined) return undefined;
  const items = itemsOf(locked.spec, kind);
  return Object.hasOwn(items, located.item.name) ? items[located.item.name] : undefined;
}

/** Prints how a declaration changes: lines of the code that `create` prints. */
export function printChange<K extends ItemKind>(
  io: Io,
  options: DisplayOptions,
  { workspace, located }: Changing,
  kind: K,
  [before, after]: readonly [ItemSpecs[K], ItemSpecs[K]],
): ExitCode {
  const { project, item, stack } = located;
  const [old, now] = [before, after].map(
    (spec) => declareItem(project, kind, item.name, spec).code,
  );
  if (old === undefined || now === undefined || old === now) return misuse(nothing());
  const source = placeOf(workspace, located);
  const place = formatSource(source) ?? 'main.ts';
  const where = `where \`${identifier(project)}\` is the project '${project}' of the stack '${stack}'`;
  talk(io, options, `Change this in ${place}, ${where}:`, '');
  const data = {
    file: source?.file ?? 'main.ts',
    line: source?.line ?? null,
    before: old,
    after: now,
  };
  printData(io, options, data, () => differenceOf(old, now).map(shown).join('\n'));
  talk(io, options, '', 'Then run: npx reprieve plan');
  return EXIT.ok;
}

function shown({ sign, text }: DiffLine): string {
  return `${sign} ${text}`.trimEnd();
}

/** Where the code declares it, as the last synthesis has noted. */
function placeOf(workspace: Workspace, located: Located): Source | undefined {
  const path = lockedPath(workspace.lock(), located.stack, located);
  const sources = sourcesOf(workspace, located.stack);
  const found = [...(sources?.values() ?? [])].find((source) =>
    path === undefined ? false : source.path === path || source.path.startsWith(`${path}/`),
  );
  if (found?.file === undefined) return undefined;
  return { file: found.file, ...(found.line === undefined ? {} : { line: found.line }) };
}

function nothing() {
  return {
    code: 'update/nothing',
    message: 'Nothing would change.',
    remedy: 'Name what is to change: --help lists the options.',
  };
}
