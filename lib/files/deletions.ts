import { quote } from '../base/inert.js';
import {
  type Checked,
  formatSource,
  type Problem,
  Problems,
  type Source,
} from '../base/problem.js';
import { parseTimestamp } from '../base/timestamp.js';
import { type DeletionTarget, formatTarget, parseTarget } from '../model/deletion-target.js';
import { formatPath, placed, type YamlFile, type YamlPath } from '../yaml/path.js';
import { approvalFaults, type EntryFault } from './approvals.js';
import type { Approval, DeletionEntry } from './documents.js';
import { isSamePerson } from './person.js';
import { checkReason } from './reason.js';
import { partValidatorOf } from './schema.js';
import { schemaProblems } from './schema-problems.js';
import type { Settings } from './settings.js';
import { openYamlFile } from './yaml-file.js';

export type { Approval } from './documents.js';

/** Someone's wish that a target be deleted: an entry of deletions.yaml that kept all the rules. */
export interface DeletionRequest {
  /** Left out where the app has one stack. */
  readonly stack?: string;
  /** Canonical: `billing` or `billing/job-templates/nightly`. */
  readonly target: string;
  /** The project that it is, or is in. */
  readonly project: string;
  /** Left out where the whole project is meant. */
  readonly item?: NonNullable<DeletionTarget['item']>;
  /** `soft` can be taken back until the period is over; `hard` goes at once. */
  readonly mode: 'soft' | 'hard';
  /** Why, in 10 characters or more. */
  readonly reason: string;
  /** Who asks for it. */
  readonly requestedBy: string;
  /** RFC 3339, for people to read. */
  readonly requestedAt: string;
  /** The target once more; only where mode is `hard`. */
  readonly confirm?: string;
  /** Empty where mode is `soft`. */
  readonly approvals: readonly Approval[];
  /** Where the target stands in the file. */
  readonly source: Source;
  /** The entry's number in the file, from 0. */
  readonly index: number;
}

/** How strictly deletions.yaml is read. */
export interface ReadOptions {
  /** Whether a hard deletion may still be waiting for its approval: never where it would be planned. */
  readonly allowUnapproved?: boolean;
}

/** Reads deletions.yaml; `text` is undefined where there is no such file. */
export function readDeletions(
  file: string,
  text: string | undefined,
  settings: Settings,
  options: ReadOptions = {},
): Checked<readonly DeletionRequest[]> {
  if (text === undefined) return { value: [], problems: [] };
  const opened = openYamlFile(file, text, 'deletions');
  if (opened.value === undefined) return { problems: opened.problems };
  return requestsIn(opened.value, settings, options);
}

function requestsIn(
  yaml: YamlFile<unknown>,
  settings: Settings,
  options: ReadOptions,
): Checked<readonly DeletionRequest[]> {
  const problems = new Problems();
  for (const problem of schemaProblems('deletions', yaml)) problems.add(problem);
  const requests = soundEntries(yaml).map(([index, entry]) =>
    readEntry(yaml, index, entry, entryFaults(entry, settings, options), problems),
  );
  for (const problem of duplicates(requests)) problems.add(problem);
  return problems.result(requests);
}

/** Whether a request is about a stack: one that names none is about the app's only stack. */
export function isFor({ stack }: { readonly stack?: string | undefined }, name: string): boolean {
  return stack === undefined || stack === name;
}

/** The requests that are about a stack. */
export function requestsFor(
  requests: readonly DeletionRequest[],
  stack: string,
): readonly DeletionRequest[] {
  return requests.filter((request) => isFor(request, stack));
}

/** The approval of a hard deletion that counts longest. */
export function effectiveApproval(request: DeletionRequest): Approval | undefined {
  const others = request.approvals.filter(({ by }) => !isSamePerson(by, request.requestedBy));
  return others.reduce<Approval | undefined>(
    (latest, approval) =>
      latest === undefined || instant(approval.expires) > instant(latest.expires)
        ? approval
        : latest,
    undefined,
  );
}

/** The entries that are sound in themselves: a mistake in one must not hide another's. */
function soundEntries(file: YamlFile<unknown>): readonly (readonly [number, DeletionEntry])[] {
  const list: unknown = Object(file.value).deletions;
  const isEntry = partValidatorOf<DeletionEntry>('deletions', 'request');
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown, index) => (isEntry(entry) ? [[index, entry] as const] : []));
}

function readEntry(
  file: YamlFile<unknown>,
  index: number,
  entry: DeletionEntry,
  faults: readonly EntryFault[],
  problems: Problems,
): DeletionRequest {
  const at: YamlPath = ['deletions', index];
  for (const { path, problem } of faults) {
    problems.add(placed(file, [...at, ...path], problem));
  }
  const target = parseTarget(entry.target).value ?? { project: entry.target };
  return {
    ...entry,
    ...target,
    target: formatTarget(target),
    approvals: entry.approvals ?? [],
    source: file.at([...at, 'target']),
    index,
  };
}

function entryFaults(
  entry: DeletionEntry,
  settings: Settings,
  options: ReadOptions,
): readonly EntryFault[] {
  const reason = checkReason(entry.reason);
  const isWaiting = options.allowUnapproved === true && (entry.approvals ?? []).length === 0;
  return [
    ...(reason === undefined ? [] : [{ path: ['reason'], problem: reason }]),
    ...(entry.mode === 'soft' ? softFaults(entry) : []),
    ...(entry.mode === 'hard' ? confirmFaults(entry) : []),
    ...(entry.mode === 'hard' && !isWaiting ? approvalFaults(entry, settings.approvers) : []),
  ];
}

function softFaults(entry: DeletionEntry): readonly EntryFault[] {
  const present = (['confirm', 'approvals'] as const).filter((key) => entry[key] !== undefined);
  return present.map((key) => ({
    path: [key],
    problem: {
      code: 'deletions/soft-with-approval',
      message: `\`${key}\` has no meaning for a soft deletion, which can be taken back.`,
      remedy: `Delete \`${key}\`, or say mode: hard if it is to go at once and for good.`,
    },
  }));
}

function confirmFaults(entry: DeletionEntry): readonly EntryFault[] {
  if (entry.confirm === entry.target) return [];
  const isMissing = entry.confirm === undefined;
  return [
    {
      path: [isMissing ? 'mode' : 'confirm'],
      problem: {
        code: 'deletions/not-confirmed',
        message: isMissing
          ? `The hard deletion of ${quote(entry.target)} can't be taken back, and is not confirmed.`
          : `\`confirm\` says ${quote(entry.confirm)}, and the target is ${quote(entry.target)}.`,
        remedy: `If it is to go for good, repeat the target: confirm: ${quote(entry.target)}. Otherwise use mode: soft.`,
      },
    },
  ];
}

function duplicates(requests: readonly DeletionRequest[]): readonly Problem[] {
  const seen = new Map<string, Map<string | undefined, DeletionRequest>>();
  return requests.flatMap((request) => {
    const byStack = seen.get(request.target) ?? new Map<string | undefined, DeletionRequest>();
    seen.set(request.target, byStack);
    const same = byStack.get(request.stack);
    const [other] = request.stack === undefined ? byStack.values() : [byStack.get(undefined)];
    if (same === undefined) byStack.set(request.stack, request);
    if (same !== undefined) return [duplicate(request, same)];
    return other === undefined ? [] : [ambiguous(request, other)];
  });
}

function duplicate(request: DeletionRequest, first: DeletionRequest): Problem {
  return {
    code: 'deletions/duplicate',
    message: `The deletion of ${quote(request.target)} is requested already at ${formatSource(first.source)}.`,
    remedy: 'Keep one of the two requests.',
    path: formatPath(['deletions', request.index]),
    source: request.source,
  };
}

function ambiguous(request: DeletionRequest, first: DeletionRequest): Problem {
  return {
    code: 'deletions/ambiguous',
    message: `${quote(request.target)} is also named at ${formatSource(first.source)}, and one of the two requests does not say in which stack.`,
    remedy: 'Give both a `stack`, or keep one of them.',
    path: formatPath(['deletions', request.index]),
    source: request.source,
  };
}

function instant(timestamp: string): number {
  return parseTimestamp(timestamp).value ?? Number.NEGATIVE_INFINITY;
}
