import {
  APPROVAL_ANNOTATION,
  DEADLINE_ANNOTATION,
  PERIOD_ANNOTATION,
  PROJECT_LABEL,
  PROTECTED_LABEL,
  REVISION_ANNOTATION,
  SHORTER_PERIOD_ANNOTATION,
  STATE_LABEL,
} from '../model/marks.js';
import { annotation, label } from './cel.js';
import { isWho } from './facts.js';
import { SAME_CONTENT, SAME_FINALIZERS, SAME_OWNERS } from './parts.js';
import { isResource } from './resource.js';
import type { ClusterRules } from './rules.js';
import { OURS } from './table/parts.js';
import { STILL_TRACKED, UNCLAIMED } from './written.js';

/**
 * Conditions by which most updates pass before a policy makes anything of them. The API server makes
 * both objects anew for the conditions of a policy, for its validations, for its messages and for its
 * audit annotations, which costs more than all questions: a policy that is left at its condition
 * costs a quarter. A condition knows neither variables nor the namespace; where it can't tell, its
 * answer is no, and the table is asked.
 */

const isKept = (read: typeof label, keys: readonly string[]) =>
  keys.map((key) => `${read('object', key)} == ${read('oldObject', key)}`).join(' && ');

/**
 * Whether an update leaves everything as it was, apart from status and some foreign labels and
 * annotations. It never goes through those one by one.
 *
 * @param foreign what has to hold for them to change; `false` for never
 */
function leavesAll(foreign: string): string {
  const same = (kind: 'labels' | 'annotations', read: typeof label) =>
    `(object.metadata.?${kind} == oldObject.metadata.?${kind} || (${foreign} && ${isKept(read, OURS[kind])}))`;
  return [same('labels', label), same('annotations', annotation), SAME_CONTENT].join(' && ');
}

/** What no row of anybody changes; the cheapest questions. */
const KEPT_BY_ALL = [SAME_FINALIZERS, SAME_OWNERS, `(${STILL_TRACKED})`].join(' && ');

/** Whether an update passes as _nothing_, whatever and wherever the object is. */
export const CHANGES_NOTHING = `${KEPT_BY_ALL} && ${leavesAll('false')}`;

/**
 * Whether an update passes as _edit_ or _restore_, which ask the same, without a new period or a new
 * revision, and not of a namespace: what else these two need is asked by the table.
 */
function byDeployment(rules: ClusterRules): string {
  const size = (field: string) => `size(object.?${field}.orValue({}))`;
  return [
    isWho('pipeline', rules),
    `${annotation('object', DEADLINE_ANNOTATION)} == ""`,
    `${label('object', STATE_LABEL)} != "soft-deleted"`,
    isKept(label, [PROTECTED_LABEL, PROJECT_LABEL]),
    isKept(annotation, [
      APPROVAL_ANNOTATION,
      SHORTER_PERIOD_ANNOTATION,
      PERIOD_ANNOTATION,
      REVISION_ANNOTATION,
    ]),
    `!(${isResource('/namespaces')})`,
    `(!(${isResource('/secrets', '/configmaps')}) || ${size('data')} + ${size('binaryData')} > 0)`,
  ].join(' && ');
}

/**
 * Whether an update of a protected object passes as _nothing_, as _foreign metadata_ (of what is ending,
 * as _ending_), or as one of a deployment's.
 */
export function passesEarly(rules: ClusterRules): string {
  const isLive = `${annotation('oldObject', DEADLINE_ANNOTATION)} == ""`;
  return `${KEPT_BY_ALL} && ((${byDeployment(rules)}) || (${leavesAll(isLive)} && (${UNCLAIMED})))`;
}
