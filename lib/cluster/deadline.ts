import {
  DEADLINE_ANNOTATION,
  PERIOD_ANNOTATION,
  PROTECTED_LABEL,
  STATE_LABEL,
} from '../model/marks.js';
import {
  annotation,
  isPeriod,
  isTime,
  NAMESPACE_DEADLINE,
  sentence,
  text,
  texts,
  WHO,
} from './cel.js';
import { CLOCKS } from './clock.js';
import { type AdmissionPolicy, PODS, type Validation } from './manifest.js';
import type { ClusterRules } from './rules.js';

/**
 * The part of the transitions that takes a clock. A deadline that is set is the whole period ahead,
 * less the slack that an apply after its plan and one retry need; an item may take its namespace's
 * deadline as it is. Whatever sets no deadline is not looked at.
 *
 * A tick may be old, and then says too little of how near a deadline is. Where it is the clock, the
 * lease is asked as well: whoever forges that gains no more than the tick's age.
 */
export function deadlinePolicies(rules: ClusterRules): readonly AdmissionPolicy[] {
  const lease = deadlinePolicy('deadline.reprieve.dev', 'lease', rules);
  return rules.clock === 'lease'
    ? [lease]
    : [lease, deadlinePolicy('deadline-tick.reprieve.dev', 'tick', rules)];
}

const OLD = annotation('oldObject', DEADLINE_ANNOTATION);
const NEW = annotation('object', DEADLINE_ANNOTATION);

function deadlinePolicy(
  name: string,
  clock: 'lease' | 'tick',
  rules: ClusterRules,
): AdmissionPolicy {
  return {
    name,
    match: {
      operations: ['UPDATE'],
      apiGroups: ['*'],
      resources: ['*/*'],
      // Whoever sets a deadline sets the state too (`state-follows`): updates of what lives are free.
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true', [STATE_LABEL]: 'soft-deleted' } },
      except: PODS,
    },
    parameter: CLOCKS[clock].parameter,
    // Of others than those whom the table names, nothing passes anyway.
    condition: `${WHO} in ${texts(rules.pipelines)} && ${OLD} == "" && ${NEW} != ""`,
    variables: {
      now: CLOCKS[clock].now,
      new: NEW,
      period: annotation('object', PERIOD_ANNOTATION),
      earliest: `variables.now + duration(variables.period) - duration("${rules.slack.seconds}s")`,
    },
    validations: [wholePeriodAhead(rules)],
  };
}

function wholePeriodAhead({ slack }: ClusterRules): Validation {
  const reads = `${isTime('variables.new')} && ${isPeriod('variables.period')}`;
  return {
    expression: `variables.new == ${NAMESPACE_DEADLINE} || (${reads} && timestamp(variables.new) >= variables.earliest)`,
    message: `!(${reads}) ? ${text('begin: the deadline has to be a time such as 2026-01-03T00:00:00Z, on an object with a period')} : ${sentence(
      text('begin: the deadline has to be '),
      'string(variables.earliest)',
      text(' or later ('),
      'variables.period',
      text(` after the API server's time, `),
      'string(variables.now)',
      text(`, less ${slack.text}), and is `),
      'variables.new',
      text('. If this deletion began earlier, restore it and request it again'),
    )}`,
  };
}
