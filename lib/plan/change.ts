import { isRecord } from '../base/guards.js';
import { quote } from '../base/inert.js';
import type { Checked, Problem } from '../base/problem.js';
import { withoutIndex } from '../state/address.js';
import { readRecord, type StateRecord } from '../state/records.js';
import { type ContentChange, contentChange, hasUnknown, type Update } from './content.js';
import { writesMarks } from './foreign-marks.js';
import { imagesIn } from './images.js';
import { marksOf, type OpenMarks, openMarksOf, type ReadLabels } from './marks.js';
import { hasReadable, type RevisionChange, revisionChange } from './revisions.js';
import { uidsOf } from './uids.js';

/** One entry of a plan, reduced to what a review needs: no value of the object is kept. */
export interface ResourceChange {
  /** With the index. */
  readonly address: string;
  /** Without the resource's own index: how guards name their members. */
  readonly base: string;
  /** Where the object was before this plan, where that was elsewhere; without its index, too. */
  readonly previous: { readonly address: string; readonly base: string } | undefined;
  readonly type: string;
  readonly actions: readonly string[];
  readonly reason: string | null;
  /** The attributes that force a replacement, such as `metadata[0].name`. */
  readonly attributes: readonly string[];
  readonly deposed: string | undefined;
  /** Why an engine has put the change off. */
  readonly deferred: string | undefined;
  readonly marks: ReadLabels;
  /** What the object would say about itself after the plan. */
  readonly marksAfter: ReadLabels;
  /** Which of these are only known after the apply. */
  readonly openMarks: OpenMarks | undefined;
  /** Image references in an object that ends. */
  readonly images: readonly string[];
  /** The record of ours before and after, where it is one. */
  readonly before: StateRecord | undefined;
  readonly after: StateRecord | undefined;
  readonly hasBefore: boolean;
  /** Whether the plan takes the object in from elsewhere: what was at the address is not it. */
  readonly importing: boolean;
  /** Whether the apply could still make a record of ours of it. */
  readonly isOpaque: boolean;
  /** Whether it will be a record of ours of which a part is only known after the apply. */
  readonly isUndecided: boolean;
  /** What an update does to what the object holds; its marks aside. */
  readonly content: ContentChange;
  /** Of a secret with write-only content: which revision of it there is. */
  readonly revisions: RevisionChange | undefined;
  /** Whether the state will have content in clear text that is write-only by then. */
  readonly isReadable: boolean;
  /** Whether it writes marks of ours into an object that another resource, or none, stands for. */
  readonly writesMarks: boolean;
  /** By which approvals name the object that ends: its uid, and the id of its resource. */
  readonly uids: readonly string[];
}

const HARMLESS = new Set(['no-op', 'read', 'create', 'update', 'open', 'renew', 'close', 'import']);

/**
 * Whether a change ends the object that is there, or lets go of it. An action that nobody knew
 * when this was written counts, too.
 */
export function ends(change: Pick<ResourceChange, 'actions'>): boolean {
  return change.actions.some((action) => !HARMLESS.has(action));
}

/** Whether a change makes a new object. */
export function creates(change: Pick<ResourceChange, 'actions'>): boolean {
  return change.actions.includes('create');
}

/** Whether a change leaves the object, and only takes it out of the state. */
export function forgets(change: Pick<ResourceChange, 'actions'>): boolean {
  return change.actions.includes('forget');
}

/** Reads one element of `resource_changes` or `resource_drift`. */
export function readChange(element: unknown, deferred?: string): Checked<ResourceChange> {
  if (!isRecord(element)) return unreadable('a change', 'an object', element);
  const { address, mode, type, change } = element;
  if (typeof address !== 'string') return unreadable('address', 'a text', address);
  if (!isRecord(change)) return unreadable(`change of ${quote(address)}`, 'an object', change);
  const actions = change['actions'];
  if (!isTexts(actions) || actions.length === 0) {
    return unreadable(`change.actions of ${quote(address)}`, 'a list of texts', actions);
  }
  const { before, after, after_unknown: unknown } = change;
  const isRecordType = type === 'terraform_data' && mode !== 'data';
  const values = { before, after, unknown };
  const kind = textOrNull(type) ?? '';
  return {
    value: {
      address,
      base: baseOf(element, address),
      previous: previousOf(element, address),
      type: kind,
      actions,
      reason: textOrNull(element['action_reason']),
      attributes: attributesIn(change['replace_paths']),
      deposed: textOrNull(element['deposed']) ?? undefined,
      deferred,
      marks: marksOf(before),
      marksAfter: marksOf(after),
      openMarks: openMarksOf(unknown),
      images: ends({ actions })
        ? imagesIn(before, marksOfBefore(type, change['before_sensitive']))
        : [],
      ...recordsIn(isRecordType, values),
      importing: isRecord(change['importing']),
      hasBefore: before !== null && before !== undefined,
      content: actions.includes('update') ? contentChange(kind, values) : 'kept',
      revisions: revisionChange(kind, before, after),
      isReadable: hasReadable(kind, after),
      writesMarks: writesMarks(kind, values),
      uids: ends({ actions }) ? uidsOf(before) : [],
    },
    problems: [],
  };
}

/** An address without the resource's own index, built from its parts: a key may hold any text. */
export function baseOf(element: Readonly<Record<string, unknown>>, address: string): string {
  const { module_address: module, mode, type, name } = element;
  if (typeof type !== 'string' || typeof name !== 'string') return withoutIndex(address);
  const parts = [
    typeof module === 'string' ? module : '',
    mode === 'data' ? 'data' : '',
    type,
    name,
  ];
  const base = parts.filter((part) => part !== '').join('.');
  return address === base || address.startsWith(`${base}[`) ? base : withoutIndex(address);
}

function previousOf(element: Readonly<Record<string, unknown>>, address: string) {
  const previous = element['previous_address'];
  if (typeof previous !== 'string' || previous === address) return undefined;
  return { address: previous, base: withoutIndex(previous) };
}

/** A record is told by its `api_version`: nobody can tell while that isn't known. */
function isOpaque(unknown: unknown): boolean {
  const input = isRecord(unknown) ? unknown['input'] : unknown;
  return input === true || (isRecord(input) && input['api_version'] === true);
}

type Records = Pick<ResourceChange, 'before' | 'after' | 'isOpaque' | 'isUndecided'>;

function recordsIn(isRecordType: boolean, { before, after, unknown }: Update): Records {
  return isRecordType
    ? {
        before: recordIn(before),
        after: recordIn(after),
        isOpaque: isOpaque(unknown),
        isUndecided: isUndecided(after, unknown),
      }
    : { before: undefined, after: undefined, isOpaque: false, isUndecided: false };
}

/** Only the uids of objects that are about to be made may still be unknown. */
function isUndecided(after: unknown, unknown: unknown): boolean {
  const record = recordIn(after);
  if (record === undefined || !isRecord(unknown)) return false;
  const input = unknown['input'];
  if (record.kind !== 'Identity' || !isRecord(input)) return hasUnknown(input);
  return Object.entries(input).some(([name, each]) => name !== 'objects' && hasUnknown(each));
}

/** A `terraform_data` repeats its input as its output, and the plan marks only the input. */
function marksOfBefore(type: unknown, marks: unknown): unknown {
  return type === 'terraform_data' && isRecord(marks)
    ? { ...marks, output: marks['input'] }
    : marks;
}

/** The record of ours that a `terraform_data` holds; undefined where it holds other data. */
export function recordIn(values: unknown): StateRecord | undefined {
  return isRecord(values) ? readRecord(values['input']) : undefined;
}

/** An entry of Terraform 1.0's drift has no address, but all of its parts. */
export function withAddress(element: unknown): unknown {
  if (!isRecord(element) || element['address'] !== undefined) return element;
  const { module_address: module, mode, type, name, index } = element;
  if (typeof type !== 'string' || typeof name !== 'string') return element;
  const within = typeof module === 'string' && module !== '' ? `${module}.` : '';
  const base = `${within}${mode === 'data' ? 'data.' : ''}${type}.${name}`;
  const key = typeof index === 'string' ? quotedKey(index) : index;
  return { ...element, address: key === undefined || key === null ? base : `${base}[${key}]` };
}

/** A key as Terraform writes it into an address. */
function quotedKey(key: string): string {
  return JSON.stringify(key).replaceAll(/([$%])\{/g, '$1$1{');
}

function attributesIn(paths: unknown): readonly string[] {
  if (!Array.isArray(paths)) return [];
  return paths.filter(Array.isArray).map((path: readonly unknown[]) => {
    return path.map(stepText).join('').replace(/^\./, '');
  });
}

/** A step into a set names the element by its value: any element, for people. */
function stepText(step: unknown): string {
  if (typeof step === 'number') return `[${step}]`;
  if (typeof step !== 'string') return '[*]';
  return /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(step)
    ? `.${step}`
    : `[${JSON.stringify(step)}]`;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function unreadable(what: string, wanted: string, value: unknown): Checked<never> {
  const problem: Problem = {
    code: 'plan/shape',
    message: `In the plan, ${what} is ${quote(value)}, not ${wanted}.`,
    remedy: 'Write the plan anew by `terraform show -json PLAN`, and give it unchanged.',
  };
  return { problems: [problem] };
}
