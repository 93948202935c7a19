import { PROTECTED_LABEL } from '../model/marks.js';
import {
  ending,
  label,
  NAMESPACE_DEADLINE,
  NAMESPACE_STATE,
  sentence,
  subject,
  text,
} from './cel.js';
import { CLOCKS } from './clock.js';
import { deletionNeeds, oneOf, UNDECLARED_NEEDS } from './deletion-needs.js';
import { CHANGES_NOTHING } from './early.js';
import { isState, isWho } from './facts.js';
import { type AdmissionPolicy, type Match, TEMPORARY } from './manifest.js';
import { isSame, METADATA, SAME_PARTS } from './parts.js';
import type { ClusterRules } from './rules.js';
import { PART_NAMES } from './table/parts.js';
import { UNDECLARED_DELETIONS, UNDECLARED_UPDATES } from './table/undeclared.js';

/** What is in a project's namespace without being declared, of whatever kind. */
const UNDECLARED: Omit<Match, 'operations' | 'resources'> = {
  apiGroups: ['*'],
  objects: {
    matchExpressions: [{ key: PROTECTED_LABEL, operator: 'NotIn', values: ['true'] }],
  },
  namespaces: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
  scope: 'Namespaced',
  // A scale has a policy of its own.
  except: [...TEMPORARY, { apiGroups: ['*'], resources: ['*/scale'] }],
};

/** Undeclared objects share the fate of their project, unless they are temporary. */
export function bystanderPolicy(rules: ClusterRules): AdmissionPolicy {
  return {
    name: 'bystanders.reprieve.dev',
    match: { ...UNDECLARED, operations: ['DELETE'], resources: ['*'] },
    parameter: CLOCKS[rules.clock].parameter,
    variables: {
      now: CLOCKS[rules.clock].now,
      deadline: NAMESPACE_DEADLINE,
      oldState: `${ending('oldObject')} ? "ending" : ${NAMESPACE_STATE}`,
      allowed: oneOf(UNDECLARED_DELETIONS, rules, deletionNeeds(rules, false)),
    },
    validations: [
      {
        expression: 'variables.allowed',
        message: `variables.allowed ? "" : variables.deadline == "" ? ${STAYS} : ${GOES}`,
      },
    ],
  };
}

const STAYS = sentence(
  subject('oldObject'),
  text(
    ` is in the namespace of a project, and it goes with the project: only objects created with the label ${PROTECTED_LABEL}=false can be deleted earlier`,
  ),
);

const GOES = sentence(
  subject('oldObject'),
  text(' goes with its project, which is recoverable until '),
  'variables.deadline',
  text('; the API server clock says '),
  'string(variables.now)',
);

/** They stay as they are while the project is soft-deleted. */
export function bystanderUpdatesPolicy(rules: ClusterRules): AdmissionPolicy {
  return {
    name: 'bystander-updates.reprieve.dev',
    match: { ...UNDECLARED, operations: ['UPDATE'], resources: ['*/*'] },
    // Whatever changes nothing but the status passes, wherever the project is.
    condition: `!(${CHANGES_NOTHING})`,
    variables: {
      ...METADATA,
      ...SAME_PARTS,
      oldState: `${ending('oldObject')} ? "ending" : ${NAMESPACE_STATE}`,
      // What is under protection, or comes under it, is judged by the transitions.
      judged: `${label('oldObject', PROTECTED_LABEL)} == "true" || ${label('object', PROTECTED_LABEL)} == "true"`,
      allowed: UNDECLARED_UPDATES.map((row) => `(${passes(row, rules)})`).join(' || '),
    },
    validations: [
      {
        expression: 'variables.judged || variables.allowed',
        message: `variables.judged || variables.allowed ? "" : ${NAMESPACE_DEADLINE} != "" ? ${FROZEN} : ${AS_CREATED}`,
      },
    ],
  };
}

function passes(row: (typeof UNDECLARED_UPDATES)[number], rules: ClusterRules): string {
  return [
    isState('variables.oldState', row.from),
    isWho(row.who, rules),
    ...row.needs.map((need) => UNDECLARED_NEEDS[need] ?? 'false'),
    ...PART_NAMES.filter((part) => !row.changes.includes(part)).map(isSame),
  ]
    .filter((each) => each !== 'true')
    .map((each) => `(${each})`)
    .join(' && ');
}

const FROZEN = sentence(
  text('the project is soft-deleted until '),
  NAMESPACE_DEADLINE,
  text(": what is in it can't be changed before it is restored"),
);

const AS_CREATED = sentence(
  subject('oldObject'),
  text(
    ` is in the namespace of a project: whether it is temporary (an owner, the label ${PROTECTED_LABEL}) is decided when it is created`,
  ),
);
