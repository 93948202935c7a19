import {
  APPROVAL_ANNOTATION,
  DEADLINE_ANNOTATION,
  PERIOD_ANNOTATION,
  PROJECT_LABEL,
  PROJECT_NAME_ANNOTATION,
  PROTECTED_LABEL,
  REVISION_ANNOTATION,
  SHORTER_PERIOD_ANNOTATION,
  STACK_ANNOTATION,
  STATE_LABEL,
  TEMPLATE_NAME_ANNOTATION,
} from '../../model/marks.js';

/** What an update can change, apart from status and from what the API server writes. */
export type Part =
  | 'content'
  | 'foreign'
  | 'marks'
  | 'revision'
  | 'membership'
  | 'clock'
  | 'period'
  | 'consent'
  | 'owners'
  | 'finalizers'
  | 'tracking';

/** Labels and annotations that make up a part. */
export interface Keys {
  readonly labels: readonly string[];
  readonly annotations: readonly string[];
}

/** The parts that consist of labels and annotations of ours. */
export const MARKS: Readonly<
  Record<'marks' | 'revision' | 'membership' | 'clock' | 'period' | 'consent', Keys>
> = {
  membership: { labels: [PROTECTED_LABEL, PROJECT_LABEL], annotations: [] },
  clock: { labels: [STATE_LABEL], annotations: [DEADLINE_ANNOTATION] },
  period: { labels: [], annotations: [PERIOD_ANNOTATION] },
  marks: {
    labels: [],
    annotations: [STACK_ANNOTATION, PROJECT_NAME_ANNOTATION, TEMPLATE_NAME_ANNOTATION],
  },
  revision: { labels: [], annotations: [REVISION_ANNOTATION] },
  consent: { labels: [], annotations: [APPROVAL_ANNOTATION, SHORTER_PERIOD_ANNOTATION] },
};

/** All labels and annotations of ours; the others are foreign. */
export const OURS: Keys = {
  labels: Object.values(MARKS).flatMap(({ labels }) => labels),
  annotations: Object.values(MARKS).flatMap(({ annotations }) => annotations),
};

/**
 * Annotations in which an older version of a kind carries fields that have a place of their own in a
 * newer one. The API server makes those fields of them, so they are content and not foreign:
 * `autoscaling/v1` has metrics and behavior there, `apps/v1` the revision to go back to.
 */
export const FIELDS_IN_ANNOTATIONS: readonly string[] = [
  'autoscaling.alpha.kubernetes.io/metrics',
  'autoscaling.alpha.kubernetes.io/behavior',
  'deprecated.deployment.rollback.to',
];

/** How the documentation calls them. */
export const PARTS: Readonly<Record<Part, string>> = {
  content: 'everything but metadata and status',
  foreign: 'labels and annotations that are not ours',
  marks: 'the names of stack, project and job template',
  revision: "the revision of a secret's content",
  membership: 'the labels that protect',
  clock: 'state and deadline',
  period: 'period',
  consent: 'approvals',
  owners: 'owner references',
  finalizers: 'finalizers',
  tracking: 'the record of who wrote what (managedFields), if it is emptied',
};

export const PART_NAMES: readonly Part[] = [
  'membership',
  'owners',
  'finalizers',
  'tracking',
  'consent',
  'clock',
  'period',
  'marks',
  'revision',
  'content',
  'foreign',
];
