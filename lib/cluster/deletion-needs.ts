import { PROTECTED_LABEL } from '../model/marks.js';
import { approvedByAnother } from './approval.js';
import { hasCome, label, NAMESPACE_DEADLINE, owners, texts, WHO } from './cel.js';
import { isState, isWho } from './facts.js';
import { isResource } from './resource.js';
import type { ClusterRules } from './rules.js';
import { KINDS, type NeedName, TEMPORARY_TYPES } from './table/needs.js';
import type { Row } from './table/rows.js';

type Conditions = Readonly<Partial<Record<NeedName, string>>>;

/** What the rows of deletions and of undeclared objects ask for. Uses `now` and `deadline`. */
export function deletionNeeds(
  { approvers, deleters = [] }: ClusterRules,
  isDeclared: boolean,
): Conditions {
  return {
    'deadline-come': hasCome('variables.deadline'),
    'project-deadline-come': hasCome(NAMESPACE_DEADLINE),
    'approved-by-another': [
      ...(deleters.length === 0 ? [] : [`${WHO} in ${texts(deleters)}`]),
      approvedByAnother(approvers, isDeclared),
    ].join(' && '),
    'passing-kind': `${isResource(...KINDS['passing-kind'])} || oldObject.metadata.?ownerReferences.orValue([]).exists(owner, owner.?controller.orValue(false))`,
    'created-temporary': [
      `${label('oldObject', PROTECTED_LABEL)} == "false"`,
      `${owners('oldObject')} > 0`,
      `(${isResource('/secrets')} && oldObject.?type.orValue("") in ${texts(TEMPORARY_TYPES)})`,
    ].join(' || '),
  };
}

/** What undeclared objects may be created or changed as. */
export const UNDECLARED_NEEDS: Conditions = {
  'owners-not-added': `${owners('object')} <= ${owners('oldObject')}`,
  'temporary-kind': isResource(...KINDS['temporary-kind']),
  'harmless-kind': isResource(...KINDS['harmless-kind']),
  'kubernetes-own-kind': isResource(...KINDS['kubernetes-own-kind']),
};

/** Whether a request without parts passes as one of the rows. Uses `oldState`. */
export function oneOf(rows: readonly Row[], rules: ClusterRules, needs: Conditions): string {
  return rows
    .map(({ from, who, needs: names }) =>
      [
        isState('variables.oldState', from),
        isWho(who, rules),
        ...names.map((name) => needs[name] ?? 'false'),
      ]
        .filter((each) => each !== 'true')
        .map((each) => `(${each})`)
        .join(' && '),
    )
    .map((each) => `(${each})`)
    .join(' || ');
}
