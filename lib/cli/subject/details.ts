import { escapeInvisible } from '../../base/inert.js';
import { rfc3339Seconds } from '../../base/timestamp.js';
import { lockedProject } from '../../files/projects-lock.js';
import type { JobTemplateSpec } from '../../model/specification.js';
import type { Entry } from '../../state/inventory.js';
import { age, fields, timeToHardDeletion } from '../terminal/output.js';
import type { Inventory } from '../workspace/inventory.js';
import { configMapOf, formatOf, imagesOf, jobOf, secretEntries, secretOf } from './views.js';

type Entries = readonly (readonly [string, string])[];

/** One project or item as text for people, in Code Engine's layout. */
export function details(inventory: Inventory, resident: Entry, now: Date): string {
  const body =
    resident.item === undefined
      ? projectSections(inventory, resident)
      : itemSections(inventory, resident);
  const ending = resident.deletion === undefined ? [] : resident.remaining;
  return [
    fields([
      ...heading(inventory, resident),
      ...deletionFields(resident, now),
      ...clusterFields(resident, now),
    ]),
    ...body,
    section('Goes with it', ending.map(escapeInvisible)),
    section('Gone', resident.gone.map(escapeInvisible)),
    section('In use', resident.cluster?.uses ?? []),
    section('Differences', resident.differences),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** One deletion as text for people. */
export function reclamationDetails({ lock }: Inventory, resident: Entry, now: Date): string {
  const { target, id = '-', status, stack, deletion } = resident;
  const since = deletion === undefined ? '-' : age(deletion.deletedAt, now);
  return [
    fields([
      ['Name', target],
      ['ID', id],
      ['Status', status],
      ['Stack', stack],
      ['Age', since],
      ...deletionFields(resident, now),
      ...clusterFields(resident, now),
    ]),
    section('Goes with it', resident.remaining.map(escapeInvisible)),
    section('Gone', resident.gone.map(escapeInvisible)),
    section('Images (their data stays in the registry)', imagesOf(lock, resident)),
    section('In use', resident.cluster?.uses ?? []),
    section('Differences', resident.differences),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** The items of a project. */
export function itemsIn({ residents }: Inventory, project: Entry): readonly Entry[] {
  return residents.filter(
    ({ stack, item, target }) =>
      stack === project.stack && item !== undefined && target.startsWith(`${project.target}/`),
  );
}

/** The reclamation period that the project's guard has in state. */
export function periodOf({ stacks }: Inventory, { stack, project }: Entry): string | undefined {
  const state = stacks.find(({ name }) => name === stack)?.state;
  return state?.guards.find(({ target }) => target === project)?.period;
}

function heading(inventory: Inventory, resident: Entry): Entries {
  const { lock, residents } = inventory;
  const { item, project, stack, id = '-', status } = resident;
  const own: Entries = [
    ['Name', item?.name ?? project],
    ['ID', id],
    ['Status', status],
  ];
  if (item === undefined) {
    const namespace = lockedProject(lock, resident)?.namespace ?? '-';
    const period = periodOf(inventory, resident) ?? '-';
    return [...own, ['Stack', stack], ['Namespace', namespace], ['Reclamation Period', period]];
  }
  const parent = residents.find((each) => each.stack === stack && each.target === project);
  return [
    ...own,
    ...(item.kind === 'job-templates' || item.kind === 'config-maps'
      ? []
      : [['Format', formatOf(lock, resident)] as const]),
    ['Project Name', project],
    ['Project ID', parent?.id ?? '-'],
    ['Stack', stack],
  ];
}

/** Until when it can come back, and who wanted it gone. */
function deletionFields(resident: Entry, now: Date): Entries {
  const { deletion, request } = resident;
  const requested =
    request === undefined ? '' : `${request.mode}, by ${request.requestedBy}: ${request.reason}`;
  const asked: Entries = requested === '' ? [] : [['Requested', escapeInvisible(requested)]];
  if (deletion === undefined) return asked;
  const note = resident.beforeReclaim;
  return [
    ...asked,
    ...(note === undefined ? [] : [['Before Reclaim', escapeInvisible(note)] as const]),
    ['Reclamation ID', deletion.id ?? '-'],
    ['Deleted', rfc3339Seconds(deletion.deletedAt)],
    ['Recoverable Until', rfc3339Seconds(deletion.reclaimAfter)],
    ['Time to Hard Deletion', timeToHardDeletion(resident, now)],
  ];
}

/** What the cluster says of it, where it was asked. */
function clusterFields({ cluster }: Entry, now: Date): Entries {
  if (cluster === undefined) return [];
  const { status, created, reclaimAfter } = cluster;
  return [
    ['In Cluster', status],
    ...(created === undefined ? [] : [['Created', shown(created, now)] as const]),
    ...(reclaimAfter === undefined
      ? []
      : [['Deadline in Cluster', rfc3339Seconds(reclaimAfter)] as const]),
  ];
}

function shown(created: Date, now: Date): string {
  return `${rfc3339Seconds(created)} (${age(created, now)} ago)`;
}

function projectSections(inventory: Inventory, resident: Entry): readonly string[] {
  const { lock } = inventory;
  const quota = lockedProject(lock, resident)?.spec.quota ?? {};
  const items = itemsIn(inventory, resident);
  const below = resident.target.length + 1;
  return [
    section('Items', aligned(items.map(({ target, status }) => [target.slice(below), status]))),
    section('Images (their data stays in the registry)', imagesOf(lock, resident)),
    section('Quotas', aligned(Object.entries(quota).map(([key, limit]) => [key, `${limit}`]))),
  ];
}

function itemSections({ lock }: Inventory, resident: Entry): readonly string[] {
  const job = jobOf(lock, resident);
  const secret = secretOf(lock, resident);
  const map = configMapOf(lock, resident);
  if (map !== undefined) return [section('Data', indented(Object.entries(map.data)))];
  if (secret !== undefined) return [section('Data', indented(secretEntries(secret)))];
  return job === undefined ? [] : jobSections(job);
}

function jobSections(job: JobTemplateSpec): readonly string[] {
  const { imageSecret, maxExecutionTime, retryLimit } = job;
  const optional = (name: string, value: string | number | undefined): Entries =>
    value === undefined ? [] : [[name, `${value}`]];
  return [
    fields([['Image', job.image], ...optional('Registry Secret', imageSecret)]),
    section('Command', job.command.map(escapeInvisible)),
    section('Arguments', job.arguments.map(escapeInvisible)),
    section(
      'Resource Allocation',
      indented([
        ['CPU', job.cpu],
        ['Memory', job.memory],
        ['Ephemeral Storage', job.ephemeralStorage],
      ]),
    ),
    section(
      'Runtime',
      indented([
        ['Mode', job.mode],
        ['Array Indices', job.arrayIndices],
        ...optional('Max Execution Time', maxExecutionTime),
        ...optional('Retry Limit', retryLimit),
      ]),
    ),
  ];
}

/** A title with lines below it; nothing where there are none. */
function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function indented(entries: Entries): readonly string[] {
  return fields(entries.map(([key, value]) => [key, escapeInvisible(value)])).split('\n');
}

function aligned(entries: Entries): readonly string[] {
  const width = Math.max(0, ...entries.map(([key]) => key.length));
  return entries.map(([key, value]) => `${key.padEnd(width)}  ${value}`);
}
