import { stringify } from 'yaml';
import { type Duration, formatTimeLeft, parseDuration } from '../../reclamation/duration.js';
import { openReclamations, type ReclamationStatus } from '../../reclamation/state.js';
import { EXIT, type ExitCode, type Io, misuse, print, say } from '../io.js';
import { requireEngine, stateOf } from '../stack-state.js';
import { printTable } from '../table.js';
import { pickStack, Workspace } from '../workspace.js';

interface Row extends ReclamationStatus {
  readonly stack: string;
}

export interface ListOptions {
  readonly stack?: string;
  readonly output?: 'json' | 'yaml';
  /** Only what ends within this time; exit code 1 if there is any. */
  readonly dueWithin?: string;
}

/** `reclamation list`: what is being deleted, and how long it can be taken back. */
export async function listReclamations(io: Io, options: ListOptions): Promise<ExitCode> {
  const within = dueWithin(options);
  const stacks = Workspace.find(io).synthesize();
  const engine = requireEngine(io);
  const chosen = options.stack === undefined ? stacks : [pickStack(stacks, options.stack)];
  const rows: Row[] = [];
  const unread: string[] = [];
  for (const stack of chosen) {
    try {
      const state = await stateOf(io, engine, stack);
      rows.push(...openReclamations(state).map((each) => ({ stack: stack.name, ...each })));
    } catch (error) {
      // One stack that can't be reached must not hide what is about to end in the others.
      unread.push(`${stack.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const shown = within === undefined ? rows : rows.filter((row) => isDue(row, within, io.now()));
  if (options.output === undefined) printRows(io, shown);
  else print(io, serialised(shown, options.output));
  for (const each of unread) say(io, `error: The state could not be read. ${each}`);
  if (unread.length > 0) return EXIT.engine;
  return within !== undefined && shown.length > 0 ? EXIT.findings : EXIT.ok;
}

function dueWithin({ dueWithin: text }: ListOptions): Duration | undefined {
  if (text === undefined) return undefined;
  const { value, problems } = parseDuration(text);
  return value ?? misuse(...problems);
}

/** Whether a deletion that can still be taken back can't be for much longer. */
function isDue(row: Row, within: Duration, now: Date): boolean {
  if (row.status !== 'soft deleted' || row.reclaimAfter === undefined) return false;
  return row.reclaimAfter.getTime() - now.getTime() <= within.seconds * 1000;
}

function printRows(io: Io, rows: readonly Row[]): void {
  if (rows.length === 0) {
    say(io, 'No deletion is pending.');
    return;
  }
  const header = [
    'Name',
    'Stack',
    'Status',
    'Deleted',
    'Recoverable Until',
    'Time to Hard Deletion',
  ];
  const cells = rows.map((row) => [
    row.target,
    row.stack,
    row.status,
    timestamp(row.deletedAt),
    timestamp(row.reclaimAfter),
    timeLeft(row, io.now()),
  ]);
  printTable(io, [header, ...cells]);
}

function timeLeft(row: Row, now: Date): string {
  if (row.status !== 'soft deleted' || row.reclaimAfter === undefined) return '-';
  const seconds = Math.floor((row.reclaimAfter.getTime() - now.getTime()) / 1000);
  return seconds > 0 ? formatTimeLeft(seconds) : 'next deploy';
}

function serialised(rows: readonly Row[], format: 'json' | 'yaml'): string {
  const data = rows.map(({ stack, target, status, deletedAt, reclaimAfter, remaining, gone }) => ({
    stack,
    target,
    status,
    deletedAt: timestamp(deletedAt),
    reclaimAfter: timestamp(reclaimAfter),
    remaining,
    gone,
  }));
  return format === 'json' ? JSON.stringify(data, null, 2) : stringify(data).trimEnd();
}

function timestamp(date: Date | undefined): string {
  return date === undefined ? '-' : date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
