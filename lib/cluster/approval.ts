import { APPROVAL_ANNOTATION, PROTECTED_LABEL } from '../model/marks.js';
import { MAX_APPROVAL } from '../reclamation/approvals.js';
import { annotation, isTime, namespaceAnnotation, sentence, text, texts, WHO } from './cel.js';
import { CLOCKS } from './clock.js';
import type { Policy } from './manifest.js';
import type { ClusterRules } from './rules.js';

/**
 * A second person consents to a hard deletion in their own name, for one object (or for a project,
 * by its namespace), and for at most 7 days. Only an update can do that, so that the object and
 * its uid are there already; anyone may take an approval away.
 */
export function approvalPolicy({ approvers, clock }: ClusterRules): Policy {
  const given = 'variables.given == ""';
  return {
    name: 'approval.reprieve.dev',
    match: {
      operations: ['UPDATE'],
      apiGroups: ['*'],
      resources: ['*/*'],
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
    },
    parameter: CLOCKS[clock].parameter,
    variables: {
      now: CLOCKS[clock].now,
      approval: annotation('object', APPROVAL_ANNOTATION),
      // Nothing to judge where nothing was given.
      given: `variables.approval == ${annotation('oldObject', APPROVAL_ANNOTATION)} ? "" : variables.approval`,
      longest: `duration("${MAX_APPROVAL}s")`,
      own: `${WHO} + " " + oldObject.metadata.uid + " "`,
      expires:
        'variables.given.startsWith(variables.own) ? variables.given.substring(size(variables.own)) : ""',
    },
    validations: [
      {
        expression: `${given} || (${WHO} in ${texts(approvers)} && !${WHO}.startsWith("system:"))`,
        message: sentence(
          WHO,
          text(
            ' may not approve hard deletions: reprieve.yaml lists who may under approvers, with their kubernetesUser',
          ),
        ),
      },
      {
        expression: `${given} || variables.expires != ""`,
        message: sentence(
          text("an approval is given in one's own name and for this very object: set it to '"),
          'variables.own',
          text("EXPIRES', such as 2026-01-03T00:00:00Z"),
        ),
      },
      {
        expression: `${given} || variables.expires == "" || (${isTime('variables.expires')} && timestamp(variables.expires) > variables.now && timestamp(variables.expires) <= variables.now + variables.longest)`,
        message: sentence(
          text('an approval has to expire within 7 days, by '),
          'string(variables.now + variables.longest)',
          text(" at the latest: '"),
          'variables.expires',
          text("' is not such a time"),
        ),
      },
    ],
  };
}

/**
 * Whether somebody else than the one who asks approved the end of the object, or of the whole
 * project around it. Uses `variables.now`.
 */
export function approvedByAnother(approvers: readonly string[]): string {
  if (approvers.length === 0) return 'false';
  const own = consents(
    approvers,
    annotation('oldObject', APPROVAL_ANNOTATION),
    'oldObject.metadata.uid',
  );
  // The type of a namespaceObject knows no uid, though the object has it.
  const around = consents(
    approvers,
    namespaceAnnotation(APPROVAL_ANNOTATION),
    'dyn(namespaceObject).metadata.uid',
  );
  return `(${own} || (namespaceObject != null && ${around}))`;
}

function consents(approvers: readonly string[], approval: string, uid: string): string {
  const name = `(user + " " + string(${uid}) + " ")`;
  const expires = `string(${approval}).substring(size(${name}))`;
  return [
    `${texts(approvers)}.exists(user, user != ${WHO} && string(${approval}).startsWith(${name})`,
    `&& ${isTime(expires)} && timestamp(${expires}) > variables.now)`,
  ].join(' ');
}
