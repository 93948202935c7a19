import { stringify } from 'yaml';
import { formatTimeLeft } from '../../base/duration.js';
import { quoteName } from '../../base/inert.js';
import { parseJsonPath, printJsonPath } from '../../base/json-path.js';
import { rfc3339Seconds } from '../../base/timestamp.js';
import {
  type BegunDeletion,
  type Entry,
  type InCluster,
  timeLeftIn,
} from '../../state/inventory.js';
import { type Io, misuse, print, say } from './io.js';

/** How data is printed. */
export type OutputFormat = 'json' | 'yaml' | `jsonpath=${string}`;

/** What every command that shows something takes. */
export interface DisplayOptions {
  readonly output?: OutputFormat;
  readonly quiet?: boolean;
}

/** Says what is being done, unless that was asked not to be. */
export function talk(
  io: Io,
  { quiet }: Pick<DisplayOptions, 'quiet'>,
  ...lines: readonly string[]
): void {
  if (quiet !== true) for (const line of lines) say(io, line);
}

/** Prints data: as JSON or YAML if so wished, otherwise as the text given. */
export function printData(
  io: Io,
  { output }: DisplayOptions,
  data: unknown,
  text: () => string,
): void {
  if (output === 'json') print(io, JSON.stringify(data, null, 2));
  else if (output === 'yaml') print(io, stringify(data, { lineWidth: 0 }).trimEnd());
  else if (output === undefined) print(io, text());
  else {
    const { value, problems } = parseJsonPath(output.slice('jsonpath='.length));
    io.stdout.write(printJsonPath(value ?? misuse(...problems), data));
  }
}

/** Lines such as `Name:    billing`, the values one below the other. */
export function fields(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length)) + 3;
  return entries.map(([name, value]) => `${`${name}:`.padEnd(width)}${value}`.trimEnd()).join('\n');
}

/** How long ago something was: `6d23h`. */
export function age(since: Date, now: Date): string {
  return formatTimeLeft((now.getTime() - since.getTime()) / 1000);
}

/** What a table shows of a cluster, where one was asked: heads and cells of the same number. */
export function clusterColumns(residents: readonly Entry[], now: Date) {
  const isAsked = residents.some(({ cluster }) => cluster !== undefined);
  return {
    heads: isAsked ? ['In Cluster', 'Age'] : [],
    cells: ({ cluster }: Entry) =>
      isAsked
        ? [cluster?.status ?? '-', cluster?.created === undefined ? '-' : age(cluster.created, now)]
        : [],
  };
}

/** How long a deletion can still be taken back, as Code Engine counts it down. */
export function timeToHardDeletion({ status, deletion }: Entry, now: Date): string {
  return timeLeftIn(status, deletion?.reclaimAfter, now);
}

/** What JSON and YAML say of everything that can be deleted. */
export function residentData(resident: Entry) {
  const { stack, id, status, deletion, request, cluster, differences } = resident;
  return {
    stack,
    name: resident.item?.name ?? resident.project,
    target: resident.target,
    id: id ?? null,
    status,
    deletion: deletion === undefined ? null : deletionData(deletion),
    request:
      request === undefined
        ? null
        : {
            mode: request.mode,
            reason: request.reason,
            requestedBy: request.requestedBy,
            requestedAt: request.requestedAt,
          },
    cluster: cluster === undefined ? null : clusterData(cluster),
    differences,
  };
}

function clusterData({ status, reclaimAfter, created, uses }: InCluster) {
  return {
    status,
    reclaimAfter: reclaimAfter === undefined ? null : rfc3339Seconds(reclaimAfter),
    created: created === undefined ? null : rfc3339Seconds(created),
    uses: uses ?? null,
  };
}

export function deletionData({ id, deletedAt, reclaimAfter }: BegunDeletion) {
  return {
    reclamationId: id ?? null,
    deletedAt: rfc3339Seconds(deletedAt),
    reclaimAfter: rfc3339Seconds(reclaimAfter),
  };
}

/** Says what of a deletion is still in use in its cluster. */
export function sayUses(io: Io, residents: readonly Entry[]): void {
  for (const { target, stack, cluster } of residents) {
    for (const each of cluster?.uses ?? [])
      say(io, `note: ${quoteName(target)} (${quoteName(stack)}): ${each}`);
  }
}

/** Says where state and files disagree, since a list has no room for it. */
export function sayDifferences(io: Io, residents: readonly Entry[]): void {
  for (const { target, stack, differences } of residents) {
    for (const each of differences)
      say(io, `note: ${quoteName(target)} (${quoteName(stack)}): ${each}`);
  }
}

/** What somebody has to do while a deletion can still be restored, as its code says. */
export function sayTasks(io: Io, residents: readonly Entry[]): void {
  for (const { target, stack, status, deletion, beforeReclaim } of residents) {
    if (beforeReclaim === undefined || deletion === undefined) continue;
    if (status !== 'soft deleted') continue;
    const until = rfc3339Seconds(deletion.reclaimAfter);
    say(
      io,
      `note: Before ${quoteName(target)} (${quoteName(stack)}) is reclaimed at ${until}: ${quoteName(beforeReclaim)}`,
    );
  }
}

/** What a command says of its progress: on stdout, unless data goes there. */
export function announce(io: Io, { output, quiet }: DisplayOptions, line: string): void {
  if (quiet === true) return;
  if (output === undefined) print(io, line);
  else say(io, line);
}
