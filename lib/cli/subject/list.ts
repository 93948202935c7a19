import { compareTexts } from '../../base/order.js';
import type { ProjectsLock } from '../../files/projects-lock.js';
import type { Entry } from '../../state/inventory.js';
import { type StandingOptions, withCluster } from '../cluster/standing.js';
import { EXIT, type ExitCode, type Io } from '../terminal/io.js';
import {
  clusterColumns,
  type DisplayOptions,
  printData,
  sayDifferences,
  talk,
  timeToHardDeletion,
} from '../terminal/output.js';
import { type SortKey, sortEntries } from '../terminal/sorting.js';
import { table } from '../terminal/table.js';
import { columnsOf } from '../terminal/terminal.js';
import { type Inventory, sayUnread, takeInventory } from '../workspace/inventory.js';
import { withSelected } from '../workspace/selected.js';
import { Workspace } from '../workspace/workspace.js';
import { isOf, NOUN, type Selection, type Subject } from './subject.js';
import { configMapOf, formatOf, jobOf, secretOf, toListRow } from './views.js';

export interface SubjectListOptions
  extends DisplayOptions,
    StandingOptions,
    Pick<Selection, 'stack' | 'project'> {
  /** Only secrets of this format. */
  readonly format?: string;
  /** @default name */
  readonly sortBy?: SortKey;
}

/** `project list`, `secret list`, `job list`: what there is, and where it stands. */
export async function list(io: Io, subject: Subject, given: SubjectListOptions): Promise<ExitCode> {
  const workspace = Workspace.find(io);
  const options = withSelected(io, workspace, subject, given);
  talk(io, options, TALK[subject]);
  const read = await takeInventory(io, workspace, options.stack);
  const inventory = await withCluster(io, read, options, (each) => isOf(subject, each));
  const residents = sortEntries(io, chosen(inventory, subject, options), options.sortBy);
  sayUnread(io, inventory);
  if (inventory.unread.length === 0) talk(io, options, 'OK', '');
  if (residents.length > 0 || options.output !== undefined) {
    const data = residents.map((each) => toListRow(inventory.lock, each));
    printData(io, options, data, () =>
      table(rows(subject, residents, inventory.lock, io.now()), columnsOf(io.stdout)),
    );
  } else if (inventory.unread.length === 0) {
    talk(io, options, `There is no ${NOUN[subject]}.`);
  }
  if (options.output === undefined && options.quiet !== true) sayDifferences(io, residents);
  return inventory.unread.length > 0 ? EXIT.engine : EXIT.ok;
}

const TALK: Readonly<Record<Subject, string>> = {
  project: 'Getting projects...',
  secret: 'Listing secrets...',
  registry: 'Listing registry secrets...',
  configmap: 'Listing config maps...',
  job: 'Listing jobs...',
};

function chosen(
  { residents, lock }: Inventory,
  subject: Subject,
  { project, format, stack }: SubjectListOptions,
): readonly Entry[] {
  return residents.filter(
    (each) =>
      isOf(subject, each) &&
      (project ?? each.project) === each.project &&
      (stack ?? each.stack) === each.stack &&
      (format ?? formatOf(lock, each)) === formatOf(lock, each),
  );
}

function rows(
  subject: Subject,
  residents: readonly Entry[],
  lock: ProjectsLock,
  now: Date,
): readonly (readonly string[])[] {
  const cluster = clusterColumns(residents, now);
  const end = (each: Entry) => [
    ...[each.status, each.stack],
    ...[...cluster.cells(each), timeToHardDeletion(each, now)],
  ];
  const heads = ['Status', 'Stack', ...cluster.heads, 'Time to Hard Deletion'];
  if (subject === 'project') {
    return [
      ['Name', 'ID', ...heads],
      ...residents.map((each) => [each.project, each.id ?? '-', ...end(each)]),
    ];
  }
  const [head, detail] = DETAIL[subject];
  return [
    ['Name', 'Project', head, ...heads],
    ...residents.map((each) => [
      each.item?.name ?? '',
      each.project,
      detail(lock, each),
      ...end(each),
    ]),
  ];
}

/** What a list shows of an item besides. */
const DETAIL: Readonly<
  Record<
    Exclude<Subject, 'project'>,
    readonly [string, (lock: ProjectsLock, resident: Entry) => string]
  >
> = {
  secret: ['Format', formatOf],
  registry: ['Server', serverOf],
  configmap: ['Keys', keysOf],
  job: ['Image', imageOf],
};

function serverOf(lock: ProjectsLock, resident: Entry): string {
  const secret = secretOf(lock, resident);
  return secret !== undefined && 'server' in secret ? secret.server : '-';
}

function keysOf(lock: ProjectsLock, resident: Entry): string {
  const map = configMapOf(lock, resident);
  return map === undefined ? '-' : Object.keys(map.data).sort(compareTexts).join(', ');
}

function imageOf(lock: ProjectsLock, resident: Entry): string {
  return jobOf(lock, resident)?.image ?? '-';
}
