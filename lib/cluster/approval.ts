import { MAX_APPROVAL } from '../model/limits.js';
import {
  APPROVAL_ANNOTATION,
  DEADLINE_ANNOTATION,
  PERIOD_ANNOTATION,
  PROTECTED_LABEL,
} from '../model/marks.js';
import {
  annotation,
  isTime,
  NAMESPACE_DEADLINE,
  namespaceAnnotation,
  sentence,
  text,
  texts,
  WHO,
} from './cel.js';
import { CLOCKS } from './clock.js';
import { type AdmissionPolicy, PODS } from './manifest.js';
import { OWN, ownName, STANDS } from './needs.js';
import { METADATA } from './parts.js';
import type { ClusterRules } from './rules.js';

const GIVEN = annotation('object', APPROVAL_ANNOTATION);
const CHANGED = `${GIVEN} != "" && ${GIVEN} != ${annotation('oldObject', APPROVAL_ANNOTATION)}`;

/**
 * The part of an approval that takes a clock: it expires within 7 days. Whom it is from and what it
 * is for is asked here too, so that this policy and the transitions can be upgraded one by one.
 */
export function approvalPolicy(rules: ClusterRules): AdmissionPolicy {
  const { approvers, clock } = rules;
  const { now, parameter } = CLOCKS[clock];
  const own = 'variables.own';
  return {
    name: 'approval.reprieve.dev',
    match: {
      operations: ['UPDATE'],
      apiGroups: ['*'],
      resources: ['*/*'],
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
      except: PODS,
    },
    parameter,
    condition: CHANGED,
    variables: {
      ...METADATA,
      now,
      oldDeadline: annotation('oldObject', DEADLINE_ANNOTATION),
      oldPeriod: annotation('oldObject', PERIOD_ANNOTATION),
      given: `string(${GIVEN})`,
      own: `${WHO} in ${texts(approvers)} && ${ownName(rules)
        .map(({ expression }) => `(${expression})`)
        .join(' && ')}`,
      longest: `duration("${MAX_APPROVAL}s")`,
      expires: `variables.given.substring(size(${OWN}), size(variables.given) - size(${STANDS}) - 1)`,
    },
    validations: [
      {
        expression: own,
        message: `${own} ? "" : ${sentence(WHO, text(" may not approve this, or not like this: an approval is given in one's own name and for this very object"))}`,
      },
      {
        expression: `!${own} || (${isTime('variables.expires')} && timestamp(variables.expires) > variables.now && timestamp(variables.expires) <= variables.now + variables.longest)`,
        message: `!${own} ? "" : ${sentence(
          text('approve: an approval has to expire within 7 days, by '),
          'string(variables.now + variables.longest)',
          text(" at the latest: '"),
          'variables.expires',
          text("' is not such a time"),
        )}`,
      },
    ],
  };
}

/**
 * Whether somebody else than the one who asks approved the end of the object, or of the whole
 * project around it, with the deadline that it carries now: an approval does not outlive a restore.
 * Uses `variables.now`.
 */
export function approvedByAnother(approvers: readonly string[]): string {
  if (approvers.length === 0) return 'false';
  const own = consents(approvers, {
    approval: annotation('oldObject', APPROVAL_ANNOTATION),
    uid: 'oldObject.metadata.uid',
    deadline: annotation('oldObject', DEADLINE_ANNOTATION),
  });
  // The type of a namespaceObject knows no uid, though the object has it.
  const around = consents(approvers, {
    approval: namespaceAnnotation(APPROVAL_ANNOTATION),
    uid: 'dyn(namespaceObject).metadata.uid',
    deadline: NAMESPACE_DEADLINE,
  });
  return `(${own} || (namespaceObject != null && ${around}))`;
}

interface Consent {
  readonly approval: string;
  readonly uid: string;
  readonly deadline: string;
}

function consents(approvers: readonly string[], { approval, uid, deadline }: Consent): string {
  const value = `string(${approval})`;
  const name = `(user + " " + string(${uid}) + " ")`;
  const stands = `(" " + (${deadline} == "" ? "live" : ${deadline}))`;
  const expires = `${value}.substring(size(${name}), size(${value}) - size(${stands}))`;
  return [
    `(${value} != "" && ${texts(approvers)}.exists(user, user.lowerAscii() != ${WHO}.lowerAscii()`,
    `&& ${value}.lowerAscii().startsWith(${name}.lowerAscii()) && ${value}.endsWith(${stands})`,
    `&& size(${value}) > size(${name}) + size(${stands})`,
    `&& ${isTime(expires)} && timestamp(${expires}) > variables.now))`,
  ].join(' ');
}
