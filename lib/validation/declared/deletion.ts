import { parseDuration } from '../../base/duration.js';
import type { Source } from '../../base/problem.js';
import { parseTimestamp } from '../../base/timestamp.js';
import type { DeletionRequest } from '../../files/deletions.js';
import type { Approval } from '../../files/documents.js';
import type { StackPeriods } from '../../files/periods.js';
import { isSamePerson } from '../../files/person.js';
import type { LockedProject } from '../../files/projects-lock-types.js';
import type { Declared } from '../../model/declared.js';
import { goesWith, RESOURCES } from '../../model/deletion-target.js';
import { itemsOf } from '../../model/specification.js';
import { earliestClock } from '../../state/clocks.js';
import type { Deadlines, Declarations } from './declarations.js';
import type { Mentions } from './mentions.js';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** A deletion request, with what follows from it. */
export function declaredDeletion(
  request: DeletionRequest,
  { stack, locked, requests, periods, deadlines }: Declarations,
  mentions: Mentions,
): Declared {
  const { target, project, item, mode, reason, requestedBy, requestedAt, confirm } = request;
  const declared = Object.hasOwn(locked.projects, project) ? locked.projects[project] : undefined;
  const value = {
    stack,
    on: locked.target,
    target,
    project,
    ...(item === undefined ? {} : { item }),
    mode,
    reason,
    requestedBy,
    requestedAt,
    ...(confirm === undefined ? {} : { confirm }),
    approvals: request.approvals.map((approval) => withFacts(approval, request)),
    ...periodOf(declared?.spec.period, periods),
    neededBy: mentions.of(target).filter((user) => !isDeleted(user, [request, ...requests])),
  };
  const deadline = deadlineOf(request, deadlines);
  return {
    target: 'deletion',
    address: target,
    path: pathOf(request, declared, stack),
    value: deadline === undefined ? value : { ...value, deadline },
    // No clock runs before a plan is made.
    ...(deadline === undefined ? { unknown: { deadline: true } } : {}),
    source: lineOf(request.source),
  };
}

function lineOf({ file, line }: Source) {
  return line === undefined ? { file } : { file, line };
}

/** A project's period, in words and in numbers. */
export function periodOf(own: string | undefined, periods: StackPeriods) {
  const period = (own === undefined ? undefined : parseDuration(own).value) ?? periods.period;
  return {
    period: period.text,
    periodSeconds: period.seconds,
    floorSeconds: periods.floor.seconds,
  };
}

function withFacts(approval: Approval, { requestedBy }: DeletionRequest) {
  const [from, until] = [approval.at, approval.expires].map((time) => parseTimestamp(time).value);
  return {
    ...approval,
    byAnother: !isSamePerson(approval.by, requestedBy),
    ...(from === undefined || until === undefined ? {} : { validSeconds: (until - from) / 1000 }),
  };
}

/** What goes anyway needs nothing any more. */
function isDeleted(user: string, requests: readonly DeletionRequest[]): boolean {
  return requests.some(({ target }) => goesWith(target, user));
}

/** Something goes with its project, if that is earlier. */
function deadlineOf({ target }: DeletionRequest, deadlines: Deadlines = new Map()) {
  const at = earliestClock(target, deadlines, (deadline) => deadline);
  if (at === undefined) return undefined;
  return { at: at.toISOString(), weekday: WEEKDAYS[at.getUTCDay()], hour: at.getUTCHours() };
}

function pathOf(
  { project, item }: DeletionRequest,
  declared: LockedProject | undefined,
  stack: string,
): string {
  const own = declared?.path ?? `${stack}/${project}`;
  if (item === undefined || item.kind === RESOURCES) return own;
  const items = declared === undefined ? {} : itemsOf(declared.spec, item.kind);
  const spec = Object.hasOwn(items, item.name) ? items[item.name] : undefined;
  return `${own}/${spec?.path ?? item.name}`;
}
