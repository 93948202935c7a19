import { DEADLINE_ANNOTATION, PROTECTED_LABEL } from '../model/marks.js';
import { approvedByAnother } from './approval.js';
import { annotation, ending, hasCome, sentence, subject, text } from './cel.js';
import { CLOCKS } from './clock.js';
import type { Policy } from './manifest.js';
import type { ClusterRules } from './rules.js';

/**
 * Nothing protected ends before its deadline, whoever asks and by whatever way: kubectl, Terraform,
 * the garbage collector, a collection's deletion. It may once the deadline has come, once somebody
 * else approved it, and with a namespace that was allowed to end.
 */
export function deletionPolicy({ approvers, clock }: ClusterRules): Policy {
  return {
    name: 'deletion.reprieve.dev',
    match: {
      operations: ['DELETE'],
      apiGroups: ['*'],
      resources: ['*'],
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
    },
    parameter: CLOCKS[clock].parameter,
    variables: {
      now: CLOCKS[clock].now,
      deadline: annotation('oldObject', DEADLINE_ANNOTATION),
      allowed: `${ending('oldObject')} || ${hasCome('variables.deadline')} || ${approvedByAnother(approvers)}`,
    },
    validations: [
      {
        expression: 'variables.deadline != "" || variables.allowed',
        message: sentence(
          subject('oldObject'),
          text(
            ' is not soft-deleted: request its deletion in deletions.yaml and deploy; then it can be taken back until its deadline',
          ),
        ),
      },
      {
        expression: 'variables.deadline == "" || variables.allowed',
        message: sentence(
          subject('oldObject'),
          text(' is recoverable until '),
          'variables.deadline',
          text('; the API server clock says '),
          'string(variables.now)',
          text(
            '. Earlier it goes only with the approval of another person, for this object and in time',
          ),
        ),
      },
    ],
  };
}
