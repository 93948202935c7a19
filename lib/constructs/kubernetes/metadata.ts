import { literal } from '../../reclamation/expression.js';
import type { Fate } from '../reclamation.js';

export const PROTECTED_LABEL = 'reprieve.dev/protected';
export const PROJECT_LABEL = 'reprieve.dev/project';
export const STATE_LABEL = 'reprieve.dev/state';
export const PERIOD_ANNOTATION = 'reprieve.dev/period';
export const DEADLINE_ANNOTATION = 'reprieve.dev/reclaim-after';
/** The project's own name, which need not be a label's value. */
export const PROJECT_NAME_ANNOTATION = 'reprieve.dev/project-name';
/** The job template's own name, where the CronJob's had to be shortened. */
export const TEMPLATE_NAME_ANNOTATION = 'reprieve.dev/job-template';

/** On a namespace: the stack that made it, so that no other takes it over. */
export const STACK_ANNOTATION = 'reprieve.dev/stack';

/** What every object of a project says about itself. */
export interface Marks {
  readonly project: string;
  readonly namespace: string;
  readonly stack: string;
  readonly period: string;
  readonly fate: Fate;
}

/** Labels and annotations by which the cluster's admission policies know a protected object. */
export function objectMetadata(
  name: string,
  marks: Marks,
  annotations: Readonly<Record<string, string>> = {},
) {
  const doomed = marks.fate.deadline;
  return {
    name,
    labels: {
      [PROTECTED_LABEL]: 'true',
      [PROJECT_LABEL]: marks.namespace,
      [STATE_LABEL]: marks.fate.doomed ? 'soft-deleted' : 'active',
    },
    annotations: {
      [PERIOD_ANNOTATION]: marks.period,
      [PROJECT_NAME_ANNOTATION]: literal(marks.project),
      ...literal(annotations),
      ...(doomed === undefined ? {} : { [DEADLINE_ANNOTATION]: `\${${doomed}}` }),
    },
  };
}

/** The same, for an object inside the project's namespace. */
export function namespacedMetadata(
  name: string,
  marks: Marks,
  annotations: Readonly<Record<string, string>> = {},
) {
  return { ...objectMetadata(name, marks, annotations), namespace: marks.namespace };
}
