import {
  APPROVAL_ANNOTATION,
  DEADLINE_ANNOTATION,
  PROJECT_LABEL,
  PROTECTED_LABEL,
  REVISION_ANNOTATION,
  SHORTER_PERIOD_ANNOTATION,
  STATE_LABEL,
} from '../model/marks.js';
import {
  isPeriod,
  isTime,
  labelVariable,
  noteVariable,
  owners,
  sentence,
  subject,
  text,
  texts,
  WHO,
} from './cel.js';
import { writtenByKubernetes } from './controllers.js';
import type { Validation } from './manifest.js';
import { isSame } from './parts.js';
import { isResource } from './resource.js';
import type { ClusterRules } from './rules.js';
import type { NeedName } from './table/needs.js';
import { expiresInTime, OWN, STANDS, wholePeriodAhead } from './timed.js';

/** What a need asks for in CEL, with what is said where it does not hold. */
export type Checks = Readonly<Partial<Record<NeedName, readonly Validation[]>>>;

/** The needs that can be judged by the request alone; for an update or a creation. */
export function needsOf(rules: ClusterRules): Checks {
  return {
    'own-record': [OWN_RECORD],
    'state-follows': [STATE_FOLLOWS],
    'period-holds': [periodHolds(rules)],
    'period-grows': periodGrows(rules),
    'not-emptied': [NOT_EMPTIED],
    'revision-with-content': [REVISION_WITH_CONTENT],
    'namespace-kept': [NAMESPACE_KEPT],
    'deadline-reads': [DEADLINE_READS],
    'deadline-later': [DEADLINE_LATER],
    'own-project': [OWN_PROJECT],
    'no-owners': [NO_OWNERS],
    'no-consent': [NO_CONSENT],
    clean: [CLEAN],
    'own-name': ownName(rules),
    'expires-in-time': expiresInTime(),
    'whole-period-ahead': [wholePeriodAhead(rules)],
    'only-withdrawn': [ONLY_WITHDRAWN],
    'finalizers-removed': [FINALIZERS_REMOVED],
    'only-namespace-content': [ONLY_NAMESPACE_CONTENT],
    'written-by-kubernetes': [writtenByKubernetes()],
  };
}

const OWN_RECORD: Validation = {
  expression: 'variables.unclaimed',
  message: sentence(
    subject('oldObject'),
    text(
      ' is protected: metadata.managedFields, by which the API server knows when it was written, is left to the API server',
    ),
  ),
};

const STATE_FOLLOWS: Validation = {
  expression: `(${labelVariable('object', STATE_LABEL)} == "soft-deleted") == (variables.deadline != "")`,
  message: text(
    `the label ${STATE_LABEL} is soft-deleted exactly where the annotation ${DEADLINE_ANNOTATION} is set`,
  ),
};

/** A period that can be kept: not under the floor, and longer than what an apply may take of it. */
function periodHolds({ floor, slack }: ClusterRules): Validation {
  return {
    expression: holds('variables.period', { floor, slack }),
    message: sentence(
      text("the period '"),
      'variables.period',
      text(`' is too short: at least ${floor.text}, and longer than ${slack.text}`),
    ),
  };
}

function holds(period: string, { floor, slack }: Pick<ClusterRules, 'floor' | 'slack'>): string {
  return `${isPeriod(period)} && duration(${period}) >= duration("${floor.seconds}s") && duration(${period}) > duration("${slack.seconds}s")`;
}

function periodGrows(rules: ClusterRules): readonly Validation[] {
  const { expression, message } = periodHolds(rules);
  const grows = `!(${isPeriod('variables.oldPeriod')}) || !(${isPeriod('variables.period')}) || duration(variables.period) >= duration(variables.oldPeriod)`;
  return [
    { expression: `${isSame('period')} || (${expression})`, message },
    {
      expression: `${isSame('period')} || ${grows} || ${shortened(rules)}`,
      message: sentence(
        text('a reclamation period never gets shorter: it is '),
        'variables.oldPeriod',
        text(`. Only an approver can allow it, by the annotation ${SHORTER_PERIOD_ANNOTATION} "`),
        text('USER UID '),
        'variables.oldPeriod',
        text(' '),
        'variables.period',
        text('"'),
      ),
    },
  ];
}

/** Whether another person allowed just this shorter period for just this object. */
function shortened({ approvers }: ClusterRules): string {
  if (approvers.length === 0) return 'false';
  const value = `(user + " " + string(oldObject.metadata.uid) + " " + variables.oldPeriod + " " + variables.period)`;
  return `${texts(approvers)}.exists(user, user.lowerAscii() != ${WHO}.lowerAscii() && ${noteVariable('oldObject', SHORTER_PERIOD_ANNOTATION)}.lowerAscii() == ${value}.lowerAscii())`;
}

const size = (from: 'object' | 'oldObject') =>
  `(size(${from}.?data.orValue({})) + size(${from}.?binaryData.orValue({})))`;

/** Even a deployment replaces content and does not take it away. */
const NOT_EMPTIED: Validation = {
  expression: `${isSame('content')} || !(${isResource('/secrets', '/configmaps')}) || ${size('object')} > 0 || ${size('oldObject')} == 0`,
  message: sentence(
    subject('oldObject'),
    text(" can't be emptied: request its deletion in deletions.yaml, which can be taken back"),
  ),
};

const REVISION = noteVariable('object', REVISION_ANNOTATION);
const OLD_REVISION = noteVariable('oldObject', REVISION_ANNOTATION);

/**
 * A revision alone would say that a rotation was carried out which was refused: after that the old
 * credential would live on without a trace.
 */
const REVISION_WITH_CONTENT: Validation = {
  expression: `${isSame('revision')} || (${REVISION} != "" && (${OLD_REVISION} == "" || !${isSame('content')}))`,
  message: sentence(
    subject('oldObject'),
    text(' holds revision '),
    `(${OLD_REVISION} == "" ? "?" : ${OLD_REVISION})`,
    text(', and this says revision '),
    `(${REVISION} == "" ? "?" : ${REVISION})`,
    text(
      ' with the same content. If an earlier rotation was refused: npx reprieve recover, then deploy. Otherwise the credential’s variable still has the old value',
    ),
  ),
};

const NAMESPACE_KEPT: Validation = {
  expression: `${isSame('content')} || !(${isResource('/namespaces')})`,
  message: sentence(
    subject('oldObject'),
    text(" is not being deleted: its spec can't be changed before that"),
  ),
};

const DEADLINE_READS: Validation = {
  expression: `${isTime('variables.deadline')} && ${isPeriod('variables.period')}`,
  message: sentence(
    text("the deadline '"),
    'variables.deadline',
    text("' has to be a time such as 2026-01-03T00:00:00Z, on an object with a period"),
  ),
};

const DEADLINE_LATER: Validation = {
  expression: `variables.deadline == variables.oldDeadline || (${isTime('variables.deadline')} && ${isTime('variables.oldDeadline')} && timestamp(variables.deadline) >= timestamp(variables.oldDeadline))`,
  message: sentence(
    text('a deadline never comes nearer: it is '),
    'variables.oldDeadline',
    text(' and can only be moved later, or be removed by a restore'),
  ),
};

const around = (key: string) => `namespaceObject.metadata.?labels[${text(key)}].orValue("")`;

const OWN_PROJECT: Validation = {
  expression: `namespaceObject == null || (${around(PROTECTED_LABEL)} == "true" && ${around(PROJECT_LABEL)} == ${labelVariable('object', PROJECT_LABEL)})`,
  message: sentence(
    subject('object'),
    text(' is protected, and its namespace is not that of the same project'),
  ),
};

/** Nothing may belong to an object on whose end the garbage collector would delete it. */
const NO_OWNERS: Validation = {
  expression: `${owners('object')} == 0`,
  message: sentence(
    subject('object'),
    text(' is protected and can have no owner, on whose end it would be deleted'),
  ),
};

const NO_CONSENT: Validation = {
  expression: [APPROVAL_ANNOTATION, SHORTER_PERIOD_ANNOTATION]
    .map((key) => `${noteVariable('object', key)} == ""`)
    .join(' && '),
  message: text('an approval is for an object that exists: it can’t be created with one'),
};

const CLEAN: Validation = {
  expression: `variables.deadline == "" && ${labelVariable('object', STATE_LABEL)} != "soft-deleted"`,
  message: sentence(
    subject('object'),
    text(
      ' would be created as something that is being deleted, empty in place of what was there. Restore the deletion, or close it once it is over',
    ),
  ),
};

const CONSENTS = [APPROVAL_ANNOTATION, SHORTER_PERIOD_ANNOTATION];

const ONLY_WITHDRAWN: Validation = {
  expression: CONSENTS.map((key) => {
    const now = noteVariable('object', key);
    return `(${now} == "" || ${now} == ${noteVariable('oldObject', key)})`;
  }).join(' && '),
  message: text('an approval can only be removed by others than approvers'),
};

function ownName({ floor, slack }: ClusterRules): readonly Validation[] {
  const approval = noteVariable('object', APPROVAL_ANNOTATION);
  const shorter = noteVariable('object', SHORTER_PERIOD_ANNOTATION);
  const same = (key: string, value: string) =>
    `${value} == "" || ${value} == ${noteVariable('oldObject', key)}`;
  const from = `(${OWN} + variables.oldPeriod + " ")`;
  return [
    {
      expression: `${same(APPROVAL_ANNOTATION, approval)} || (${approval}.lowerAscii().startsWith(${OWN}.lowerAscii()) && ${approval}.endsWith(" " + ${STANDS}) && size(${approval}) > size(${OWN}) + size(${STANDS}))`,
      message: sentence(
        text("an approval is given in one's own name and for this very object: set it to '"),
        OWN,
        text("EXPIRES ' + '"),
        STANDS,
        text("', with EXPIRES such as 2026-01-03T00:00:00Z"),
      ),
    },
    {
      expression: `${same(SHORTER_PERIOD_ANNOTATION, shorter)} || (${shorter}.lowerAscii().startsWith(${from}.lowerAscii()) && ${holds(`${shorter}.substring(size(${from}))`, { floor, slack })})`,
      message: sentence(
        text("a shorter period is allowed in one's own name and for this very object: set it to '"),
        from,
        text(`PERIOD', with a period of at least ${floor.text}`),
      ),
    },
  ];
}

const FINALIZERS_REMOVED: Validation = {
  expression:
    'object.metadata.?finalizers.orValue([]).all(each, each in oldObject.metadata.?finalizers.orValue([]))',
  message: sentence(
    subject('oldObject'),
    text(' is being deleted: its finalizers can only be removed'),
  ),
};

const ONLY_NAMESPACE_CONTENT: Validation = {
  expression: `${isSame('content')} || ${isResource('/namespaces')}`,
  message: sentence(
    subject('oldObject'),
    text(" is being deleted: its content can't be changed any more"),
  ),
};
