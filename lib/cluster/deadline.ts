import { DEADLINE_ANNOTATION, PERIOD_ANNOTATION, PROTECTED_LABEL } from '../model/marks.js';
import { annotation, isPeriod, isTime, NAMESPACE_DEADLINE, sentence, text } from './cel.js';
import { CLOCKS } from './clock.js';
import type { Policy } from './manifest.js';
import type { ClusterRules } from './rules.js';

/**
 * A deadline that is set lies the whole period ahead, less the slack that an apply after its plan
 * and one retry need; from then on it may move later or be taken away, which is a restore, but
 * never come nearer. An item may take its namespace's deadline as it is.
 *
 * A tick may be old, and then says too little of how near a deadline is. Where it is the clock, the
 * lease is asked as well: whoever forges that gains no more than the tick's age.
 */
export function deadlinePolicies(rules: ClusterRules): readonly Policy[] {
  const lease = deadlinePolicy('deadline.reprieve.dev', 'lease', rules);
  return rules.clock === 'lease'
    ? [lease]
    : [lease, deadlinePolicy('deadline-tick.reprieve.dev', 'tick', rules)];
}

function deadlinePolicy(name: string, clock: 'lease' | 'tick', { slack }: ClusterRules): Policy {
  const idle = 'variables.new == "" || variables.new == variables.old';
  const readable = `${isTime('variables.new')} && ${isPeriod('variables.period')}`;
  return {
    name,
    match: {
      operations: ['UPDATE'],
      apiGroups: ['*'],
      resources: ['*/*'],
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
    },
    parameter: CLOCKS[clock].parameter,
    variables: {
      now: CLOCKS[clock].now,
      old: annotation('oldObject', DEADLINE_ANNOTATION),
      new: annotation('object', DEADLINE_ANNOTATION),
      period: annotation('object', PERIOD_ANNOTATION),
      earliest: `variables.now + duration(variables.period) - duration("${slack.seconds}s")`,
    },
    validations: [
      {
        expression: `${idle} || (${readable})`,
        message: sentence(
          text("the deadline '"),
          'variables.new',
          text("' has to be a time such as 2026-01-03T00:00:00Z, on an object with a period"),
        ),
      },
      {
        expression: `${idle} || variables.old == "" || !(${readable}) || (${isTime('variables.old')} && timestamp(variables.new) >= timestamp(variables.old))`,
        message: sentence(
          text('a deadline never comes nearer: it is '),
          'variables.old',
          text(' and can only be moved later, or taken away by a restore'),
        ),
      },
      {
        expression: `${idle} || variables.old != "" || !(${readable}) || timestamp(variables.new) >= variables.earliest || variables.new == ${NAMESPACE_DEADLINE}`,
        message: sentence(
          text('the deadline has to be '),
          'string(variables.earliest)',
          text(' or later ('),
          'variables.period',
          text(` after the API server's time, `),
          'string(variables.now)',
          text(`, less ${slack.text}), and is `),
          'variables.new',
          text('. If this deletion began earlier, restore it and request it again'),
        ),
      },
    ],
  };
}
