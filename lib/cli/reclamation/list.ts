import { type Duration, parseDuration } from '../../base/duration.js';
import { compareTexts } from '../../base/order.js';
import type { Entry } from '../../state/inventory.js';
import { type StandingOptions, withCluster } from '../cluster/standing.js';
import { EXIT, type ExitCode, type Io, misuse } from '../terminal/io.js';
import {
  age,
  type DisplayOptions,
  type OutputFormat,
  printData,
  residentData,
  sayDifferences,
  sayTasks,
  sayUses,
  talk,
  timeToHardDeletion,
} from '../terminal/output.js';
import { table } from '../terminal/table.js';
import { columnsOf } from '../terminal/terminal.js';
import { isReclamation, sayUnread, takeInventory } from '../workspace/inventory.js';
import { Workspace } from '../workspace/workspace.js';
import { type FileFormat, isFileFormat } from './formats.js';

export interface ReclamationListOptions extends Omit<DisplayOptions, 'output'>, StandingOptions {
  readonly output?: OutputFormat | FileFormat;
  readonly stack?: string;
  /** @default name */
  readonly sortBy?: 'name' | 'age';
  /** Only what ends within this time; exit code 1 if there is any. */
  readonly dueWithin?: string;
}

/** `reclamation list`: what is being deleted, and how long it can be taken back. */
export async function listReclamations(io: Io, options: ReclamationListOptions): Promise<ExitCode> {
  const within = dueWithin(options);
  talk(io, options, 'Getting reclamations...');
  const workspace = Workspace.find(io);
  const read = await takeInventory(io, workspace, options.stack);
  const inventory = await withCluster(io, read, options, isReclamation);
  const open = inventory.residents.filter(isReclamation);
  const due = within === undefined ? open : open.filter((each) => isDue(each, within, io.now()));
  const shown = options.sortBy === 'age' ? [...due].sort(youngestFirst) : due;
  sayUnread(io, inventory);
  if (inventory.unread.length === 0) talk(io, options, 'OK', '');
  const { output } = options;
  if (isFileFormat(output)) {
    const { fileOf, readingOf } = await import('./files.js');
    io.stdout.write(fileOf(output, readingOf(workspace, inventory, shown, io.now())));
  } else if (shown.length > 0 || output !== undefined) {
    printData(io, output === undefined ? {} : { output }, shown.map(reclamationData), () =>
      table(rows(shown, io.now()), columnsOf(io.stdout)),
    );
  } else if (inventory.unread.length === 0) {
    talk(io, options, 'No deletion is pending.');
  }
  if (options.output === undefined && options.quiet !== true) {
    sayTasks(io, shown);
    sayUses(io, shown);
    sayDifferences(io, shown);
  }
  if (inventory.unread.length > 0) return EXIT.engine;
  return within !== undefined && shown.length > 0 ? EXIT.findings : EXIT.ok;
}

/** What JSON and YAML say of a reclamation. */
export function reclamationData(resident: Entry) {
  const { remaining, gone, beforeReclaim = null } = resident;
  return { ...residentData(resident), remaining, gone, beforeReclaim };
}

function dueWithin({ dueWithin: text }: ReclamationListOptions): Duration | undefined {
  if (text === undefined) return undefined;
  const { value, problems } = parseDuration(text);
  return value ?? misuse(...problems);
}

/** Whether a deletion that can still be taken back can't be for much longer. */
function isDue({ status, deletion }: Entry, within: Duration, now: Date): boolean {
  if (status !== 'soft deleted' || deletion === undefined) return false;
  return deletion.reclaimAfter.getTime() - now.getTime() <= within.seconds * 1000;
}

function youngestFirst(a: Entry, b: Entry): number {
  const [left, right] = [a, b].map(({ deletion }) => deletion?.deletedAt.getTime() ?? 0);
  return (right ?? 0) - (left ?? 0) || compareTexts(a.target, b.target);
}

function rows(residents: readonly Entry[], now: Date): readonly (readonly string[])[] {
  // An age is the deletion's here, so the object's is left out.
  const isAsked = residents.some(({ cluster }) => cluster !== undefined);
  const header = [
    ...['Name', 'ID', 'Reclamation ID', 'Status', 'Stack'],
    ...(isAsked ? ['In Cluster'] : []),
    ...['Age', 'Time to Hard Deletion'],
  ];
  return [
    header,
    ...residents.map((each) => [
      each.target,
      each.id ?? '-',
      each.deletion?.id ?? '-',
      each.status,
      each.stack,
      ...(isAsked ? [each.cluster?.status ?? '-'] : []),
      each.deletion === undefined ? '-' : age(each.deletion.deletedAt, now),
      timeToHardDeletion(each, now),
    ]),
  ];
}
