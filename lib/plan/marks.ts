import { parseDuration } from '../base/duration.js';
import { isRecord } from '../base/guards.js';
import { parseTimestamp } from '../base/timestamp.js';
import {
  DEADLINE_ANNOTATION,
  PERIOD_ANNOTATION,
  PROJECT_LABEL,
  PROJECT_NAME_ANNOTATION,
  PROTECTED_LABEL,
  STATE_LABEL,
} from '../model/marks.js';

/** What an object in state says about itself, by the labels and annotations of ours. */
export interface ReadLabels {
  /** Whether it carries the label of a protected object. */
  readonly isProtected: boolean;
  /** Whether it was marked as soft-deleted. */
  readonly isSoftDeleted: boolean;
  /** The deadline written on it, if it can be read. */
  readonly reclaimAfter: Date | undefined;
  /** The seconds for which its deletion can be taken back, if it says so. */
  readonly period: number | undefined;
  /** The project's name. */
  readonly project: string | undefined;
}

/**
 * Reads the marks of an object in any of the shapes that hold Kubernetes metadata: a provider's
 * block (`metadata` in a list), a manifest and the object that it made, and the sandbox's stand-in (`input.metadata`).
 */
export function marksOf(before: unknown): ReadLabels {
  const found = metadataIn(before);
  const labels = found.map((metadata) => record(metadata['labels']));
  const annotations = found.map((metadata) => record(metadata['annotations']));
  const deadline = pick(annotations, DEADLINE_ANNOTATION);
  const instant = deadline === undefined ? undefined : parseTimestamp(deadline).value;
  return {
    isProtected: pick(labels, PROTECTED_LABEL) === 'true',
    isSoftDeleted: pick(labels, STATE_LABEL) === 'soft-deleted',
    reclaimAfter: instant === undefined ? undefined : new Date(instant),
    period: secondsOf(pick(annotations, PERIOD_ANNOTATION)),
    project: pick(annotations, PROJECT_NAME_ANNOTATION) ?? pick(labels, PROJECT_LABEL),
  };
}

/**
 * Which marks of an object are only known after the apply: some by their names; those that its labels or
 * annotations may have, where nobody can see which there will be; or any, where it isn't known whether it
 * will have labels at all. Left out where all are known.
 */
export type OpenMarks = 'named' | 'maps' | 'any';

/** Reads from a plan's `after_unknown` which marks aren't known; what a cluster fills in doesn't count. */
export function openMarksOf(unknown: unknown): OpenMarks | undefined {
  const { input, manifest } = record(unknown);
  const places = [unknown, input, manifest];
  const metadata = places.map(record).flatMap(({ metadata: own }) => own);
  const maps = metadata.map(record).flatMap(({ labels, annotations }) => [labels, annotations]);
  const isNamed = maps.map(record).some((map) => OURS.some((name) => hasOpen(map, name)));
  if (isNamed) return 'named';
  if ([manifest, ...metadata, ...maps].includes(true)) return 'maps';
  return [unknown, input].includes(true) ? 'any' : undefined;
}

const OURS = [PROTECTED_LABEL, STATE_LABEL, DEADLINE_ANNOTATION, PERIOD_ANNOTATION];

function hasOpen(map: Values, name: string): boolean {
  return Object.hasOwn(map, name) && map[name] === true;
}

function secondsOf(period: string | undefined): number | undefined {
  return period === undefined ? undefined : parseDuration(period).value?.seconds;
}

type Values = Readonly<Record<string, unknown>>;

function metadataIn(before: unknown): readonly Values[] {
  if (!isRecord(before)) return [];
  const { input, manifest, object } = before;
  return [before, input, manifest, object]
    .map(record)
    .flatMap(({ metadata }) => (Array.isArray(metadata) ? metadata : [metadata]))
    .filter(isRecord);
}

function pick(sources: readonly Values[], name: string): string | undefined {
  const values = sources.filter((source) => Object.hasOwn(source, name)).map((each) => each[name]);
  return values.find((value): value is string => typeof value === 'string');
}

function record(value: unknown): Values {
  return isRecord(value) ? value : {};
}
