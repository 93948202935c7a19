import { PROTECTED_LABEL } from '../model/marks.js';
import { approvedByAnother } from './approval.js';
import {
  ending,
  hasCome,
  label,
  NAMESPACE_DEADLINE,
  owners,
  sentence,
  subject,
  text,
} from './cel.js';
import { CLOCKS } from './clock.js';
import { SAME_CONTENT } from './content.js';
import type { Policy } from './manifest.js';
import type { ClusterRules } from './rules.js';

/**
 * What lies in a project's namespace without being declared: it goes and comes back with the
 * project, so it stays as it is while that is soft-deleted. While the project lives it stays too,
 * unless it was created for passing use: with an owner, or with the label `protected: "false"`.
 */
export function bystanderPolicy({ approvers, clock }: ClusterRules): Policy {
  const passing = `${label('oldObject', PROTECTED_LABEL)} == "false" || ${owners('oldObject')} > 0`;
  const token = 'oldObject.?type.orValue("") == "kubernetes.io/service-account-token"';
  return {
    name: 'bystanders.reprieve.dev',
    match: {
      operations: ['UPDATE', 'DELETE'],
      apiGroups: ['', 'batch'],
      resources: ['secrets', 'configmaps', 'persistentvolumeclaims', 'cronjobs'],
      objects: {
        matchExpressions: [{ key: PROTECTED_LABEL, operator: 'NotIn', values: ['true'] }],
      },
      namespaces: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
    },
    parameter: CLOCKS[clock].parameter,
    variables: {
      now: CLOCKS[clock].now,
      deadline: NAMESPACE_DEADLINE,
      deleting: 'request.operation == "DELETE"',
      // What is under protection, or comes under it, is judged by the other policies.
      free: `${ending('oldObject')} || ${label('oldObject', PROTECTED_LABEL)} == "true" || (!variables.deleting && ${label('object', PROTECTED_LABEL)} == "true")`,
      over: `${hasCome('variables.deadline')} || ${approvedByAnother(approvers)}`,
    },
    validations: [
      {
        expression: `variables.free || !variables.deleting || variables.deadline != "" || ${token} || ${passing} || variables.over`,
        message: sentence(
          subject('oldObject'),
          text(
            ` lies in the namespace of a project and was not created for passing use (with the label ${PROTECTED_LABEL} "false"): it goes with the project`,
          ),
        ),
      },
      {
        expression:
          'variables.free || !variables.deleting || variables.deadline == "" || variables.over',
        message: sentence(
          subject('oldObject'),
          text(' goes with its project, which is recoverable until '),
          'variables.deadline',
          text('; the API server clock says '),
          'string(variables.now)',
        ),
      },
      {
        expression: `variables.free || variables.deleting || variables.deadline == "" || (${SAME_CONTENT})`,
        message: sentence(
          text('the project is soft-deleted until '),
          'variables.deadline',
          text(": what is in it can't be changed before it is restored"),
        ),
      },
      {
        expression: `variables.free || variables.deleting || (${label('object', PROTECTED_LABEL)} == ${label('oldObject', PROTECTED_LABEL)} && ${owners('object')} <= ${owners('oldObject')})`,
        message: sentence(
          subject('oldObject'),
          text(
            ` lies in the namespace of a project: whether it is for passing use (an owner, the label ${PROTECTED_LABEL}) is said when it is created`,
          ),
        ),
      },
    ],
  };
}
