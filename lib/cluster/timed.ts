import { MAX_APPROVAL } from '../model/limits.js';
import { APPROVAL_ANNOTATION, DEADLINE_ANNOTATION } from '../model/marks.js';
import { isTime, NAMESPACE_DEADLINE, noteVariable, sentence, text } from './cel.js';
import type { Validation } from './manifest.js';
import type { ClusterRules } from './rules.js';
import { timesOf } from './written.js';

/** What an approval for an object has to begin with, and what to end with. */
export const OWN = '(request.userInfo.username + " " + string(oldObject.metadata.uid) + " ")';
export const STANDS = '(variables.oldDeadline == "" ? "live" : variables.oldDeadline)';

/** The times at which an update wrote a deadline or an approval, by the update itself. */
export const TIMES: Readonly<Record<string, string>> = {
  begun: timesOf(DEADLINE_ANNOTATION, false),
  given: timesOf(APPROVAL_ANNOTATION, true),
};

/**
 * A deadline that is set is the whole period ahead of the request, less the slack that an apply
 * after its plan and one retry need; an item may take its namespace's deadline as it is. Where the
 * API server keeps no track of the object, only the policy with a clock judges (`deadline.ts`).
 */
export function wholePeriodAhead({ slack }: ClusterRules): Validation {
  const earliest = (time: string) =>
    `${time} + duration(variables.period) - duration("${slack.seconds}s")`;
  return {
    expression: `variables.deadline == ${NAMESPACE_DEADLINE} || variables.begun.all(t, timestamp(variables.deadline) >= ${earliest('t')})`,
    message: tooNear({ slack }, 'variables.begun[0]', earliest('variables.begun[0]')),
  };
}

/** What is said of a deadline that is too near. */
export function tooNear(
  { slack }: Pick<ClusterRules, 'slack'>,
  now: string,
  earliest: string,
): string {
  return sentence(
    text('the deadline has to be '),
    `string(${earliest})`,
    text(' or later ('),
    'variables.period',
    text(` after the API server's time, `),
    `string(${now})`,
    text(`, less ${slack.text}), and is `),
    'variables.deadline',
    text(
      '. If this deletion began earlier, restore it and request it again; if that time is yet to come, it was claimed in metadata.managedFields',
    ),
  );
}

const APPROVAL = noteVariable('object', APPROVAL_ANNOTATION);
const EXPIRES = `${APPROVAL}.substring(size(${OWN}), size(${APPROVAL}) - size(${STANDS}) - 1)`;
const LONGEST = `duration("${MAX_APPROVAL}s")`;

/** An approval expires within 7 days of the request that gives it. */
export function expiresInTime(): readonly Validation[] {
  const same = `${APPROVAL} == "" || ${APPROVAL} == ${noteVariable('oldObject', APPROVAL_ANNOTATION)}`;
  return [
    {
      expression: `${same} || size(variables.given) > 0`,
      message: text(
        'the API server keeps no track of who writes this object (metadata.managedFields is empty), so an approval would have no time: write any label of it once by kubectl apply --server-side',
      ),
    },
    {
      expression: `${same} || (${isTime(EXPIRES)} && variables.given.all(t, timestamp(${EXPIRES}) > t && timestamp(${EXPIRES}) <= t + ${LONGEST}))`,
      message: sentence(
        text('an approval has to expire within 7 days, by '),
        `string(variables.given[0] + ${LONGEST})`,
        text(" at the latest: '"),
        EXPIRES,
        text("' is not such a time"),
      ),
    },
  ];
}
