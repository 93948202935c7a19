import type { ClusterRules } from '../../../lib/cluster/rules.js';
import { CONTROLLER_WRITES, CONTROLLERS } from '../../../lib/cluster/table/controllers.js';
import { KINDS, type NeedName, TEMPORARY_TYPES } from '../../../lib/cluster/table/needs.js';
import {
  FIELDS_IN_ANNOTATIONS,
  MARKS,
  OURS,
  PART_NAMES,
  type Part,
} from '../../../lib/cluster/table/parts.js';
import {
  CREATIONS,
  DELETIONS,
  type Row,
  type State,
  UPDATES,
  type Who,
} from '../../../lib/cluster/table/rows.js';
import {
  UNDECLARED_CREATIONS,
  UNDECLARED_DELETIONS,
  UNDECLARED_UPDATES,
} from '../../../lib/cluster/table/undeclared.js';

/** What the API server knows of an object, as far as the table asks. */
export interface Item {
  readonly [field: string]: unknown;
  readonly metadata: Metadata;
}

interface Metadata {
  readonly name: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly { readonly controller?: boolean }[];
  readonly finalizers?: readonly string[];
  readonly deletionTimestamp?: string;
  readonly managedFields?: readonly object[];
}

export interface Request {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  /** `GROUP/RESOURCE`. */
  readonly resource: string;
  readonly subresource?: 'status' | 'scale';
  readonly user: string;
  readonly old?: Item;
  readonly object?: Item;
  /** The namespace around, undefined for a namespace itself. */
  readonly namespace?: Item;
  readonly now: Date;
}

/** The rows that a request passes as; none is a refusal. By the table's data, not by any CEL. */
export function passesAs(request: Request, rules: ClusterRules): readonly string[] {
  if (request.subresource === 'scale') {
    return isProtected(request.namespace) && deadlineOf(request.namespace) !== '' ? [] : ['scale'];
  }
  const isDeclared = [request.old, request.object].some(isProtected);
  const declared = isDeclared ? asDeclared(request, rules) : ['undeclared'];
  // What is created has to suit the project, declared or not.
  const isJudged = !isDeclared || request.operation === 'CREATE';
  const undeclared =
    isJudged && isProtected(request.namespace) ? asUndeclared(request, rules) : ['elsewhere'];
  if (declared.length === 0 || undeclared.length === 0) return [];
  return isDeclared ? declared : undeclared;
}

const TABLE = {
  CREATE: [CREATIONS, UNDECLARED_CREATIONS],
  UPDATE: [UPDATES, UNDECLARED_UPDATES],
  DELETE: [DELETIONS, UNDECLARED_DELETIONS],
} as const;

function asDeclared(request: Request, rules: ClusterRules): readonly string[] {
  const { operation, old, object } = request;
  const [from, to] =
    operation !== 'CREATE' && isEnding(request)
      ? (['ending', 'ending'] as const)
      : [stateOf(old), stateOf(object)];
  // A creation asks for itself what the new object has to be like.
  const states = operation === 'CREATE' ? { from, to: undefined } : { from, to };
  return among(TABLE[operation][0], { request, rules, ...states });
}

function asUndeclared(request: Request, rules: ClusterRules): readonly string[] {
  const project = projectState(request);
  return among(TABLE[request.operation][1], { request, rules, from: project, to: project });
}

function among(rows: readonly Row[], context: Context): readonly string[] {
  return rows.filter((row) => matches(row, context)).map(({ name }) => name);
}

interface Context {
  readonly request: Request;
  readonly rules: ClusterRules;
  readonly from: State;
  readonly to?: State | undefined;
}

function matches(row: Row, context: Context): boolean {
  const { request, from, to } = context;
  return (
    row.from.includes(from) &&
    (to === undefined || row.to.length === 0 || row.to.includes(to)) &&
    isWho(row.who, context) &&
    (request.operation !== 'UPDATE' ||
      PART_NAMES.every((part) => row.changes.includes(part) || isSame(part, request))) &&
    row.needs.every((need) => HOLDS[need](context))
  );
}

function isWho(who: Who, { request: { user }, rules }: Context): boolean {
  if (who === 'pipeline') return rules.pipelines.includes(user);
  if (who === 'approver') return rules.approvers.includes(user) && !user.startsWith('system:');
  return who === 'anybody' || Object.hasOwn(CONTROLLERS, user);
}

const labelOf = (item: Item | undefined, key: string) => item?.metadata.labels?.[key] ?? '';
const noteOf = (item: Item | undefined, key: string) => item?.metadata.annotations?.[key] ?? '';
const deadlineOf = (item: Item | undefined) => noteOf(item, 'reprieve.dev/reclaim-after');
const isProtected = (item: Item | undefined) => labelOf(item, 'reprieve.dev/protected') === 'true';
const equal = (one: unknown, other: unknown) => stable(one) === stable(other);

function stable(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
        : each,
    ) ?? ''
  );
}

function stateOf(item: Item | undefined): State {
  if (!isProtected(item)) return 'unprotected';
  return deadlineOf(item) === '' ? 'live' : 'soft-deleted';
}

function isEnding({ old, namespace }: Request): boolean {
  return [old, namespace].some((each) => each?.metadata.deletionTimestamp !== undefined);
}

function projectState(request: Request): State {
  if (isEnding(request)) return 'ending';
  return deadlineOf(request.namespace) === '' ? 'live' : 'soft-deleted';
}

function isSame(part: Part, { old, object }: Request): boolean {
  if (part === 'content') {
    const of = (item: Item | undefined) => FIELDS_IN_ANNOTATIONS.map((key) => noteOf(item, key));
    return equal(contentOf(old), contentOf(object)) && equal(of(old), of(object));
  }
  if (part === 'owners') {
    return equal(old?.metadata.ownerReferences, object?.metadata.ownerReferences);
  }
  if (part === 'finalizers') return equal(old?.metadata.finalizers, object?.metadata.finalizers);
  if (part === 'foreign') {
    const of = (item: Item | undefined) => [
      without(item?.metadata.labels, OURS.labels),
      without(item?.metadata.annotations, [...OURS.annotations, ...FIELDS_IN_ANNOTATIONS]),
    ];
    return equal(of(old), of(object));
  }
  // It changes only by being emptied, which is how the API server stops keeping track.
  if (part === 'tracking') return trackedBy(old) === 0 || trackedBy(object) > 0;
  const { labels, annotations } = MARKS[part];
  return (
    labels.every((key) => labelOf(old, key) === labelOf(object, key)) &&
    annotations.every((key) => noteOf(old, key) === noteOf(object, key))
  );
}

/** How many entries of `managedFields` say something. */
function trackedBy(item: Item | undefined): number {
  const entries = item?.metadata.managedFields ?? [];
  return entries.filter((each) => Object.keys(each).length > 0).length;
}

function contentOf(item: Item | undefined): unknown {
  return without(item, ['metadata', 'status']);
}

function without(value: object | undefined, keys: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([key]) => !keys.includes(key)));
}

const TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const time = (text: string) => (TIME.test(text) ? Date.parse(text) : Number.NaN);
const PERIOD = /^(?:(\d{1,6})h)?(?:(\d{1,2})m)?(?:(\d{1,2})s)?$/;

/** Seconds; NaN where it is no period. */
function seconds(text: string): number {
  const found = PERIOD.exec(text);
  if (text === '' || found === null) return Number.NaN;
  const [hours, minutes, rest] = found.slice(1).map((each) => Number(each ?? 0));
  return (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (rest ?? 0);
}

const PERIOD_KEY = 'reprieve.dev/period';
const APPROVAL_KEY = 'reprieve.dev/hard-delete-approved';
const SHORTER_KEY = 'reprieve.dev/shorter-period-approved';
const REVISION_KEY = 'reprieve.dev/data-revision';
const WEEK = 7 * 24 * 3600 * 1000;

function periodHolds(text: string, { floor, slack }: ClusterRules): boolean {
  return seconds(text) >= floor.seconds && seconds(text) > slack.seconds;
}

function sizeOf(item: Item | undefined): number {
  return [item?.['data'], item?.['binaryData']].reduce<number>(
    (sum, each) => sum + Object.keys(Object(each ?? {})).length,
    0,
  );
}

const stands = (item: Item | undefined) => deadlineOf(item) || 'live';

/** An approval in its parts, from the end: the name may have spaces. */
function approvalOf(text: string) {
  const [deadline = '', expires = '', uid = '', ...name] = text.split(' ').reverse();
  return { user: name.reverse().join(' '), uid, expires, deadline };
}

function given({ old, object }: Request, key: string): string {
  const value = noteOf(object, key);
  return value === noteOf(old, key) ? '' : value;
}

const sameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function ownApproval({ request }: Context): boolean {
  const text = given(request, APPROVAL_KEY);
  const { user, uid, deadline } = approvalOf(text);
  return (
    text === '' ||
    (sameName(user, request.user) &&
      uid === request.old?.metadata.uid &&
      deadline === stands(request.old))
  );
}

function ownShorter({ request, rules }: Context): boolean {
  const text = given(request, SHORTER_KEY);
  const { user, uid, expires: from, deadline: to } = approvalOf(text);
  return (
    text === '' ||
    (sameName(user, request.user) &&
      uid === request.old?.metadata.uid &&
      from === noteOf(request.old, PERIOD_KEY) &&
      periodHolds(to, rules))
  );
}

function periodGrows({ request, rules }: Context): boolean {
  const [before, after] = [request.old, request.object].map((each) => noteOf(each, PERIOD_KEY));
  if (before === after) return true;
  if (!periodHolds(after ?? '', rules)) return false;
  if (!(seconds(after ?? '') < seconds(before ?? ''))) return true;
  const { user, uid, expires: from, deadline: to } = approvalOf(noteOf(request.old, SHORTER_KEY));
  return (
    rules.approvers.some((each) => sameName(each, user)) &&
    !sameName(user, request.user) &&
    uid === request.old?.metadata.uid &&
    from === before &&
    to === after
  );
}

function isApproved({ request, rules }: Context): boolean {
  // Anybody may write on what is undeclared, so only its namespace's approval counts.
  const own = isProtected(request.old) ? [request.old] : [];
  return [...own, request.namespace].some((item) => {
    const { user, uid, expires, deadline } = approvalOf(noteOf(item, APPROVAL_KEY));
    return (
      rules.approvers.some((each) => sameName(each, user)) &&
      !sameName(user, request.user) &&
      uid === item?.metadata.uid &&
      deadline === stands(item) &&
      time(expires) > request.now.getTime()
    );
  });
}

function isKubernetes({ request }: Context): boolean {
  const { user, resource, old } = request;
  const parts = ['content', 'owners', 'finalizers'] as const;
  return parts.every(
    (part) =>
      isSame(part, request) ||
      CONTROLLER_WRITES.some(
        (write) =>
          write.part === part &&
          write.by.includes(user) &&
          write.resource === resource &&
          (write.name ?? old?.metadata.name) === old?.metadata.name &&
          (write.type ?? old?.['type']) === old?.['type'],
      ),
  );
}

const isKind = (need: keyof typeof KINDS) => (context: Context) =>
  KINDS[need].some((each) => each === context.request.resource);
const ownersOf = (item: Item | undefined) => item?.metadata.ownerReferences ?? [];
const isOneOf = (resource: string, ...names: readonly string[]) => names.includes(resource);

const HOLDS: Readonly<Record<NeedName, (context: Context) => boolean>> = {
  who: () => true,
  // No request that is drawn claims anything but to have no record.
  'own-record': () => true,
  'state-follows': ({ request: { object } }) =>
    (labelOf(object, 'reprieve.dev/state') === 'soft-deleted') === (deadlineOf(object) !== ''),
  'period-grows': periodGrows,
  'period-holds': ({ request, rules }) => periodHolds(noteOf(request.object, PERIOD_KEY), rules),
  'not-emptied': ({ request }) =>
    isSame('content', request) ||
    !isOneOf(request.resource, '/secrets', '/configmaps') ||
    sizeOf(request.object) > 0 ||
    sizeOf(request.old) === 0,
  'revision-with-content': ({ request }) => {
    const [before, after] = [request.old, request.object].map((it) => noteOf(it, REVISION_KEY));
    if (before === after) return true;
    return after !== '' && (before === '' || !isSame('content', request));
  },
  'namespace-kept': ({ request }) =>
    request.resource !== '/namespaces' || isSame('content', request),
  'deadline-reads': ({ request: { object } }) =>
    !Number.isNaN(time(deadlineOf(object))) && !Number.isNaN(seconds(noteOf(object, PERIOD_KEY))),
  'deadline-later': ({ request: { old, object } }) =>
    deadlineOf(old) === deadlineOf(object) || time(deadlineOf(object)) >= time(deadlineOf(old)),
  'whole-period-ahead': ({ request: { object, namespace, now }, rules }) => {
    const deadline = deadlineOf(object);
    const period = seconds(noteOf(object, PERIOD_KEY));
    const earliest = now.getTime() + (period - rules.slack.seconds) * 1000;
    return deadline === deadlineOf(namespace) || time(deadline) >= earliest;
  },
  'own-project': ({ request: { object, namespace } }) =>
    namespace === undefined ||
    (isProtected(namespace) &&
      labelOf(namespace, 'reprieve.dev/project') === labelOf(object, 'reprieve.dev/project')),
  'no-owners': ({ request }) => ownersOf(request.object).length === 0,
  'no-consent': ({ request: { object } }) =>
    noteOf(object, APPROVAL_KEY) === '' && noteOf(object, SHORTER_KEY) === '',
  clean: ({ request: { object } }) =>
    deadlineOf(object) === '' && labelOf(object, 'reprieve.dev/state') !== 'soft-deleted',
  'own-name': (context) => ownApproval(context) && ownShorter(context),
  'expires-in-time': ({ request }) => {
    const text = given(request, APPROVAL_KEY);
    const left = time(approvalOf(text).expires) - request.now.getTime();
    return text === '' || (left > 0 && left <= WEEK);
  },
  'only-withdrawn': ({ request }) =>
    [APPROVAL_KEY, SHORTER_KEY].every((key) => given(request, key) === ''),
  'finalizers-removed': ({ request: { old, object } }) =>
    (object?.metadata.finalizers ?? []).every((it) => old?.metadata.finalizers?.includes(it)),
  'only-namespace-content': ({ request }) =>
    request.resource === '/namespaces' || isSame('content', request),
  'written-by-kubernetes': isKubernetes,
  'owners-not-added': ({ request: { old, object } }) =>
    ownersOf(object).length <= ownersOf(old).length,
  'temporary-kind': isKind('temporary-kind'),
  'harmless-kind': isKind('harmless-kind'),
  'kubernetes-own-kind': isKind('kubernetes-own-kind'),
  'passing-kind': (context) =>
    isKind('passing-kind')(context) ||
    ownersOf(context.request.old).some(({ controller }) => controller === true),
  'created-temporary': ({ request: { old, resource } }) =>
    labelOf(old, 'reprieve.dev/protected') === 'false' ||
    ownersOf(old).length > 0 ||
    (resource === '/secrets' && TEMPORARY_TYPES.some((type) => type === old?.['type'])),
  'deadline-come': ({ request }) => time(deadlineOf(request.old)) <= request.now.getTime(),
  'project-deadline-come': ({ request }) =>
    time(deadlineOf(request.namespace)) <= request.now.getTime(),
  'approved-by-another': isApproved,
};
