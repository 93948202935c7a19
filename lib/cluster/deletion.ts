import { DEADLINE_ANNOTATION, PROTECTED_LABEL } from '../model/marks.js';
import { annotation, ending, hasCome, sentence, subject, text } from './cel.js';
import { CLOCKS } from './clock.js';
import { deletionNeeds, oneOf } from './deletion-needs.js';
import { type AdmissionPolicy, PODS } from './manifest.js';
import type { ClusterRules } from './rules.js';
import { DELETIONS } from './table/rows.js';

const DEADLINE = annotation('oldObject', DEADLINE_ANNOTATION);

/**
 * Nothing protected ends before its deadline, whoever asks and by whatever way: kubectl, Terraform,
 * the garbage collector, a collection's deletion. It may once the deadline has come, once somebody
 * else approved it, and with a namespace that was allowed to end.
 */
export function deletionPolicy(rules: ClusterRules): AdmissionPolicy {
  return {
    name: 'deletion.reprieve.dev',
    match: {
      operations: ['DELETE'],
      apiGroups: ['*'],
      resources: ['*'],
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
      except: PODS,
    },
    parameter: CLOCKS[rules.clock].parameter,
    // What is over, or is ending by itself, passes by one question.
    condition: `!(has(oldObject.metadata.deletionTimestamp) || ${hasCome(DEADLINE, CLOCKS[rules.clock].now)})`,
    variables: {
      now: CLOCKS[rules.clock].now,
      deadline: DEADLINE,
      oldState: `${ending('oldObject')} ? "ending" : variables.deadline == "" ? "live" : "soft-deleted"`,
      allowed: oneOf(DELETIONS, rules, deletionNeeds(rules, true)),
    },
    validations: [
      {
        expression: 'variables.allowed',
        message: `variables.allowed ? "" : variables.deadline == "" ? ${LIVE} : ${SOFT_DELETED}`,
      },
    ],
  };
}

const LIVE = sentence(
  subject('oldObject'),
  text(
    ' is not soft-deleted: request its deletion in deletions.yaml and deploy; then it can be taken back until its deadline',
  ),
);

const SOFT_DELETED = sentence(
  subject('oldObject'),
  text(' is recoverable until '),
  'variables.deadline',
  text('; the API server clock says '),
  'string(variables.now)',
  text('. Earlier it goes only with the approval of another person, for this object and in time'),
);
