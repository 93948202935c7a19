import {
  APPROVAL_ANNOTATION,
  DEADLINE_ANNOTATION,
  PERIOD_ANNOTATION,
  PROJECT_LABEL,
  PROTECTED_LABEL,
  STATE_LABEL,
} from '../model/marks.js';
import {
  annotation,
  ending,
  isPeriod,
  label,
  owners,
  sentence,
  subject,
  text,
  texts,
  WHO,
} from './cel.js';
import { ITEMS, isResource, SAME_CONTENT } from './content.js';
import type { Policy, Validation } from './manifest.js';
import type { ClusterRules } from './rules.js';

/**
 * What protects an object stays on it, and what could be restored stays what it was: through every
 * subresource, since an update of `/status` can change labels too.
 */
export function tamperingPolicy(rules: ClusterRules): Policy {
  return {
    name: 'tampering.reprieve.dev',
    match: {
      operations: ['UPDATE'],
      apiGroups: ['*'],
      resources: ['*/*'],
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
    },
    variables: {
      was: `${label('oldObject', PROTECTED_LABEL)} == "true"`,
      ending: ending('oldObject'),
      deadline: annotation('object', DEADLINE_ANNOTATION),
      oldDeadline: annotation('oldObject', DEADLINE_ANNOTATION),
      period: annotation('object', PERIOD_ANNOTATION),
      oldPeriod: annotation('oldObject', PERIOD_ANNOTATION),
      pipeline: `${WHO} in ${texts(rules.pipelines)}`,
      same: SAME_CONTENT,
    },
    validations: [
      labelsStay(),
      begun(),
      ...periodStays(rules),
      stateFollows(),
      NO_OWNERS,
      frozen(),
      written(rules),
      notEmptied(),
    ].map(unlessEnding),
  };
}

/** Nothing may belong to an object on whose end the garbage collector would delete it. */
export const NO_OWNERS: Validation = {
  expression: `${owners('object')} == 0`,
  message: sentence(
    subject('object'),
    text(' is protected and can have no owner, on whose end it would be deleted'),
  ),
};

/** A period that can be kept: not under the floor, and longer than what an apply may take of it. */
export function periodHolds({ floor, slack }: ClusterRules): Validation {
  return {
    expression: `${isPeriod('variables.period')} && duration(variables.period) >= duration("${floor.seconds}s") && duration(variables.period) > duration("${slack.seconds}s")`,
    message: sentence(
      text("the reclamation period '"),
      'variables.period',
      text(
        `' is none of at least ${floor.text} that is longer than ${slack.text}: it can't be set here`,
      ),
    ),
  };
}

function unlessEnding({ expression, message }: Validation): Validation {
  return { expression: `variables.ending || (${expression})`, message };
}

function labelsStay(): Validation {
  const stays = `${label('object', PROTECTED_LABEL)} == "true" && ${label('object', PROJECT_LABEL)} == ${label('oldObject', PROJECT_LABEL)}`;
  return {
    expression: `!variables.was || (${stays})`,
    message: sentence(
      subject('oldObject'),
      text(` is protected: its labels ${PROTECTED_LABEL} and ${PROJECT_LABEL} can't be changed`),
    ),
  };
}

/** What exists already, such as an adopted namespace, comes under protection as it is. */
function begun(): Validation {
  return {
    expression: `variables.was || (variables.pipeline && variables.deadline == "" && ${annotation('object', APPROVAL_ANNOTATION)} == "")`,
    message: sentence(
      WHO,
      text(
        ` can't put this under protection: only a pipeline may (cluster.pipelines in reprieve.yaml), without a deadline or an approval on it`,
      ),
    ),
  };
}

function periodStays(rules: ClusterRules): readonly Validation[] {
  const holds = periodHolds(rules);
  const readable = `${isPeriod('variables.oldPeriod')} && ${isPeriod('variables.period')}`;
  return [
    holds,
    {
      expression: `!variables.was || !(${readable}) || duration(variables.period) >= duration(variables.oldPeriod)`,
      message: sentence(
        text('a reclamation period never gets shorter: it is '),
        'variables.oldPeriod',
      ),
    },
  ];
}

function stateFollows(): Validation {
  return {
    expression: `(${label('object', STATE_LABEL)} == "soft-deleted") == (variables.deadline != "")`,
    message: text(
      `the label ${STATE_LABEL} is soft-deleted exactly where the annotation ${DEADLINE_ANNOTATION} is set`,
    ),
  };
}

/** A quota bounds and holds nothing: it is 0 during a deletion, and a restore raises it. */
function frozen(): Validation {
  return {
    expression: `variables.oldDeadline == "" || variables.same || ${isResource('/resourcequotas')}`,
    message: sentence(
      subject('oldObject'),
      text(' is soft-deleted until '),
      'variables.oldDeadline',
      text(": its content can't be changed before it is restored"),
    ),
  };
}

function written({ pipelines }: ClusterRules): Validation {
  return {
    expression: `!variables.was || variables.same || variables.pipeline || !(${ITEMS})`,
    message: sentence(
      WHO,
      text(" can't change the content of "),
      subject('oldObject'),
      text(
        `: only a deployment may (by ${pipelines.slice(0, 3).join(', ')}). Change the code, and raise a credential's revision`,
      ),
    ),
  };
}

/** Even a deployment replaces content and does not take it away. */
function notEmptied(): Validation {
  const content = (from: 'object' | 'oldObject') =>
    `(size(${from}.?data.orValue({})) + size(${from}.?binaryData.orValue({})))`;
  return {
    expression: `!(${isResource('/secrets', '/configmaps')}) || ${content('object')} > 0 || ${content('oldObject')} == 0`,
    message: sentence(
      subject('oldObject'),
      text(" can't be emptied: request its deletion in deletions.yaml, which can be taken back"),
    ),
  };
}
