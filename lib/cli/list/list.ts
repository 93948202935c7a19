import { rfc3339Seconds } from '../../base/timestamp.js';
import { type Entry, kindOf } from '../../state/inventory.js';
import { type StandingOptions, withCluster } from '../cluster/standing.js';
import { EXIT, type ExitCode, type Io } from '../terminal/io.js';
import {
  clusterColumns,
  type DisplayOptions,
  printData,
  residentData,
  sayDifferences,
  sayTasks,
  talk,
  timeToHardDeletion,
} from '../terminal/output.js';
import { type SortKey, sortEntries } from '../terminal/sorting.js';
import { table } from '../terminal/table.js';
import { columnsOf } from '../terminal/terminal.js';
import { sayUnread, takeInventory } from '../workspace/inventory.js';
import { Workspace } from '../workspace/workspace.js';

export interface TargetListOptions extends DisplayOptions, StandingOptions {
  readonly stack?: string;
  /** @default name */
  readonly sortBy?: SortKey;
}

/** `list`: every target of every stack, where it stands and until when it can be restored. */
export async function listTargets(io: Io, options: TargetListOptions): Promise<ExitCode> {
  talk(io, options, 'Getting targets...');
  const read = await takeInventory(io, Workspace.find(io), options.stack);
  const inventory = await withCluster(io, read, options, () => true);
  const { residents } = inventory;
  const byName = options.sortBy === undefined || options.sortBy === 'name';
  const shown = byName ? residents : sortEntries(io, residents, options.sortBy);
  const isWhole = inventory.unread.length === 0;
  sayUnread(io, inventory);
  if (isWhole) talk(io, options, 'OK', '');
  if (shown.length > 0 || options.output !== undefined) {
    printData(io, options, shown.map(targetData), () =>
      table(rows(shown, io.now()), columnsOf(io.stdout)),
    );
  } else if (isWhole) {
    talk(io, options, 'There is nothing that can be deleted and restored.');
  }
  if (options.output === undefined && options.quiet !== true) {
    sayTasks(io, shown);
    sayDifferences(io, shown);
  }
  return isWhole ? EXIT.ok : EXIT.engine;
}

function targetData(resident: Entry) {
  const { beforeReclaim = null } = resident;
  return { ...residentData(resident), kind: kindOf(resident), beforeReclaim };
}

function rows(residents: readonly Entry[], now: Date): readonly (readonly string[])[] {
  const cluster = clusterColumns(residents, now);
  return [
    [
      ...['Target', 'Kind', 'Status', 'Stack'],
      ...cluster.heads,
      ...['Recoverable Until', 'Time to Hard Deletion'],
    ],
    ...residents.map((each) => [
      each.target,
      kindOf(each),
      each.status,
      each.stack,
      ...cluster.cells(each),
      each.deletion === undefined ? '-' : rfc3339Seconds(each.deletion.reclaimAfter),
      timeToHardDeletion(each, now),
    ]),
  ];
}
