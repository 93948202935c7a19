import { isRecord } from '../base/guards.js';

/**
 * What an update does to what an object holds, such as a secret's data: nothing, something, or it
 * takes some of it away.
 */
export type ContentChange = 'kept' | 'changed' | 'emptied';

/** The values of an object before and after an update, and what of them isn't known. */
export interface Update {
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: unknown;
}

/** Attributes that hold what users put into an object. */
const CONTENT = ['data', 'binary_data', 'spec'];

/** A new revision writes what nobody can see; none at all leaves what is there. */
const REVISIONS = ['data_wo_revision', 'binary_data_wo_revision'];

/** Whether a part of a value is only known after the apply. */
export function hasUnknown(marks: unknown): boolean {
  if (marks === true) return true;
  if (Array.isArray(marks)) return marks.some(hasUnknown);
  return isRecord(marks) && Object.values(marks).some(hasUnknown);
}

/** Compares what an object holds before and after; what isn't known counts as taken away. */
export function contentChange(type: string, { before, after, unknown }: Update): ContentChange {
  const [was, is, open] = [before, after, unknown].map((each) => contentOf(type, each));
  if (hasUnknown(open)) return 'emptied';
  if (JSON.stringify(sorted(was)) === JSON.stringify(sorted(is))) {
    return isRewritten(before, after) ? 'changed' : 'kept';
  }
  return keeps(was, is) ? 'changed' : 'emptied';
}

function isRewritten(before: unknown, after: unknown): boolean {
  if (!isRecord(before) || !isRecord(after)) return false;
  return REVISIONS.some(
    (each) => isSet(before[each]) && isSet(after[each]) && after[each] !== before[each],
  );
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Metadata aside, which holds the marks. A workload that rests is no less than it was. */
function contentOf(type: string, values: unknown): unknown {
  if (!isRecord(values)) return values === true ? true : {};
  if (type === 'terraform_data') return withoutMarks(values['input']);
  if (type === 'kubernetes_manifest') return withoutMarks(values['manifest']);
  return withoutMarks(Object.fromEntries(CONTENT.map((name) => [name, values[name]])));
}

/** What a soft delete itself changes: metadata, whether it starts work, how much may run. */
const RESTING = new Set(['suspend', 'hard', 'replicas']);

function withoutMarks(value: unknown): unknown {
  if (!isRecord(value)) return value === undefined ? {} : value;
  const { metadata: _marks, spec, ...rest } = value;
  return { ...rest, ...(spec === undefined || spec === null ? {} : { spec: awake(spec) }) };
}

function awake(spec: unknown): unknown {
  if (Array.isArray(spec)) return spec.map(awake);
  if (!isRecord(spec)) return spec;
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !RESTING.has(name)));
}

/** Whether everything that was there still is, if perhaps with another value. */
function keeps(was: unknown, is: unknown): boolean {
  if (was === null || was === undefined) return true;
  if (Array.isArray(was)) return Array.isArray(is) && is.length >= was.length;
  if (!isRecord(was)) return is !== null && is !== undefined && (was === '' || is !== '');
  return isRecord(is) && Object.entries(was).every(([name, each]) => keeps(each, is[name]));
}

/** In one order, and without what is empty: providers write none, `{}` and `[]` for the same thing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value ?? null;
  const entries = Object.entries(value)
    .map(([name, each]) => [name, sorted(each)] as const)
    .filter(([, each]) => !isEmpty(each));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === null || (isRecord(value) && Object.keys(value).length === 0);
}
