import { annotation, labelVariable as labelOf, noteVariable as noteOf, texts } from './cel.js';
import { FIELDS_IN_ANNOTATIONS, MARKS, OURS, type Part } from './table/parts.js';
import { STILL_TRACKED } from './written.js';

/** The parts of ours, each by its keys: a foreign label costs nothing. */
const OWN_PARTS = Object.entries(MARKS).map(([part, { labels, annotations }]): [string, string] => [
  sameName(part),
  [
    ...labels.map((key) => `${labelOf('object', key)} == ${labelOf('oldObject', key)}`),
    ...annotations.map((key) => `${noteOf('object', key)} == ${noteOf('oldObject', key)}`),
  ].join(' && '),
]);

const kept = (one: string, other: string, ours: readonly string[]) =>
  `variables.${one}.all(k, k in ${texts(ours)} || (k in variables.${other} && variables.${other}[k] == variables.${one}[k]))`;

/** Annotations that are judged by themselves, each by its key. */
export const JUDGED: readonly string[] = [...OURS.annotations, ...FIELDS_IN_ANNOTATIONS];

/**
 * A kind with a subresource for its status keeps it from everything that is written otherwise. Where
 * a request changes it all the same, the kind has none, and what is there is content.
 */
const SAME_STATUS =
  '(request.?subResource.orValue("") != "" || object.?status == oldObject.?status)';

export const SAME_CONTENT = [
  'object.all(k, k in ["metadata", "status"] || (k in oldObject && object[k] == oldObject[k]))',
  'oldObject.all(k, k in ["metadata", "status"] || k in object)',
  SAME_STATUS,
  ...FIELDS_IN_ANNOTATIONS.map(
    (key) => `${annotation('object', key)} == ${annotation('oldObject', key)}`,
  ),
].join(' && ');
export const SAME_OWNERS =
  'object.metadata.?ownerReferences == oldObject.metadata.?ownerReferences';
export const SAME_FINALIZERS = 'object.metadata.?finalizers == oldObject.metadata.?finalizers';

/**
 * Variables by name, each of which says whether an update leaves a part as it was. They need
 * `labels`, `notes` and their old counterparts (`METADATA`).
 */
export const SAME_PARTS: Readonly<Record<string, string>> = {
  sameContent: SAME_CONTENT,
  sameMetadata: 'variables.labels == variables.oldLabels && variables.notes == variables.oldNotes',
  sameForeign: [
    'variables.sameMetadata',
    [
      kept('labels', 'oldLabels', OURS.labels),
      kept('oldLabels', 'labels', OURS.labels),
      kept('notes', 'oldNotes', JUDGED),
      kept('oldNotes', 'notes', JUDGED),
    ].join(' && '),
  ].join(' || '),
  ...Object.fromEntries(
    OWN_PARTS.map(([name, same]) => [name, `variables.sameMetadata || (${same})`]),
  ),
  sameOwners: SAME_OWNERS,
  sameFinalizers: SAME_FINALIZERS,
  sameTracking: STILL_TRACKED,
};

/** Labels and annotations (`notes`), before and after. */
export const METADATA: Readonly<Record<string, string>> = {
  labels: 'object.metadata.?labels.orValue({})',
  oldLabels: 'oldObject.metadata.?labels.orValue({})',
  notes: 'object.metadata.?annotations.orValue({})',
  oldNotes: 'oldObject.metadata.?annotations.orValue({})',
};

export function sameName(part: string): string {
  return `same${part.charAt(0).toUpperCase()}${part.slice(1)}`;
}

/** Whether an update leaves a part as it was. */
export function isSame(part: Part): string {
  return `variables.${sameName(part)}`;
}
