import {
  DEADLINE_ANNOTATION,
  PERIOD_ANNOTATION,
  PROTECTED_LABEL,
  STATE_LABEL,
} from '../model/marks.js';
import { annotation, isPeriod, isTime, NAMESPACE_DEADLINE, text, texts, WHO } from './cel.js';
import { CLOCKS } from './clock.js';
import { type AdmissionPolicy, PODS, type Validation } from './manifest.js';
import type { ClusterRules } from './rules.js';
import { tooNear } from './timed.js';

const OLD = annotation('oldObject', DEADLINE_ANNOTATION);
const NEW = annotation('object', DEADLINE_ANNOTATION);

/**
 * What the transitions ask of a new deadline by the time of the request, asked by the lease as well:
 * an object may be one that the API server keeps no track of. Whatever sets no deadline is not looked
 * at. A tick would say too little here, since it may be old.
 */
export function deadlinePolicy(rules: ClusterRules): AdmissionPolicy {
  return {
    name: 'deadline.reprieve.dev',
    match: {
      operations: ['UPDATE'],
      apiGroups: ['*'],
      resources: ['*/*'],
      // Whoever sets a deadline sets the state too (`state-follows`): updates of what lives are free.
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true', [STATE_LABEL]: 'soft-deleted' } },
      except: PODS,
    },
    parameter: CLOCKS.lease.parameter,
    // Of others than those whom the table names, nothing passes anyway.
    condition: `${WHO} in ${texts(rules.pipelines)} && ${OLD} == "" && ${NEW} != ""`,
    variables: {
      now: CLOCKS.lease.now,
      deadline: NEW,
      period: annotation('object', PERIOD_ANNOTATION),
      earliest: `variables.now + duration(variables.period) - duration("${rules.slack.seconds}s")`,
    },
    validations: [wholePeriodAhead(rules)],
  };
}

function wholePeriodAhead(rules: ClusterRules): Validation {
  const reads = `${isTime('variables.deadline')} && ${isPeriod('variables.period')}`;
  return {
    expression: `variables.deadline == ${NAMESPACE_DEADLINE} || (${reads} && timestamp(variables.deadline) >= variables.earliest)`,
    message: `!(${reads}) ? ${text('begin: the deadline has to be a time such as 2026-01-03T00:00:00Z, on an object with a period')} : "begin: " + ${tooNear(rules, 'variables.now', 'variables.earliest')}`,
  };
}
