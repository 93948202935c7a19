import { isRecord, memberOf } from '../base/guards.js';
import { REVISION_ANNOTATION } from '../model/marks.js';

/** What a secret with write-only content says of the revision of that content. */
export interface Revisions {
  /** What the engine has: where this changes, the provider writes the content. */
  readonly written: number | undefined;
  /** What the object carries; a text, which need not be a number. */
  readonly carried: string | undefined;
}

/** The revisions of a secret before and after a plan. */
export interface RevisionChange {
  readonly before: Revisions;
  readonly after: Revisions;
}

/** Reads both of a secret's revisions by its values in a plan or a state. */
export function revisionsOf(values: unknown): Revisions {
  if (!isRecord(values)) return { written: undefined, carried: undefined };
  const { data_wo_revision: revision, metadata } = values;
  const carried = memberOf(memberOf(memberOf(metadata, 0), 'annotations'), REVISION_ANNOTATION);
  return {
    written: typeof revision === 'number' ? revision : undefined,
    carried: typeof carried === 'string' ? carried : undefined,
  };
}

/** The same before and after; undefined for what has no write-only content. */
export function revisionChange(
  type: string,
  before: unknown,
  after: unknown,
): RevisionChange | undefined {
  if (!/^kubernetes_secret(_v1)?$/.test(type)) return undefined;
  const change = { before: revisionsOf(before), after: revisionsOf(after) };
  const known = [change.before, change.after].flatMap(({ written, carried }) => [written, carried]);
  return known.every((each) => each === undefined) ? undefined : change;
}
