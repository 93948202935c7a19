import { PROJECT_LABEL, PROTECTED_LABEL } from '../model/marks.js';
import { sentence, subject, text, WHO } from './cel.js';
import { passesEarly } from './early.js';
import { isState, isWho, rowOf, UPDATE_FACTS } from './facts.js';
import { type AdmissionPolicy, PODS, type Validation } from './manifest.js';
import { type Checks, needsOf } from './needs.js';
import { isSame } from './parts.js';
import type { ClusterRules } from './rules.js';
import { CLOCKED } from './table/needs.js';
import { PART_NAMES, type Part } from './table/parts.js';
import { type Row, UPDATES } from './table/rows.js';

/**
 * An update of a protected object passes as one of the table's transitions or not at all: through
 * every subresource, since an update of `/status` can change labels too.
 */
export function transitionsPolicy(rules: ClusterRules): AdmissionPolicy {
  const needs = needsOf(rules);
  const rows = UPDATES.map((row): [string, string] => [variableOf(row), passes(row, rules, needs)]);
  const nearest = NEAREST.map((each) => branch(each, rules, needs));
  return {
    // What earlier versions called their rules about updates: an upgrade replaces them in one step.
    name: 'tampering.reprieve.dev',
    match: {
      operations: ['UPDATE'],
      apiGroups: ['*'],
      resources: ['*/*'],
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
      except: PODS,
    },
    condition: `!(${passesEarly(rules)})`,
    variables: {
      ...UPDATE_FACTS,
      ...Object.fromEntries(rows),
      allowed: rows.map(([name]) => `variables.${name}`).join(' || '),
      ...Object.fromEntries(nearest.map(({ name, refusal }) => [name, refusal])),
      refusal: [
        ...nearest.map(({ when, name }) => `${when} ? variables.${name} : `),
        text('nothing that may happen to a protected object is like this'),
      ].join(''),
    },
    validations: [
      { expression: 'variables.allowed', message: 'variables.allowed ? "" : variables.refusal' },
    ],
  };
}

function variableOf({ name }: Row): string {
  return `is${camel(name)}`;
}

function camel(name: string): string {
  return name.replaceAll(/(?:^|\s)(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

/** Whether an update passes as a row: the cheapest of its conditions first. */
function passes(row: Row, rules: ClusterRules, needs: Checks): string {
  const conditions = [
    isState('variables.oldState', row.from),
    isState('variables.state', row.to),
    isWho(row.who, rules),
    ...fixed(row).map(isSame),
    ...row.needs.flatMap((need) => needs[need] ?? []).map(({ expression }) => expression),
  ];
  return conditions
    .filter((each) => each !== 'true')
    .map((each) => `(${each})`)
    .join(' && ');
}

function fixed({ changes }: Row): readonly Part[] {
  return PART_NAMES.filter((part) => !changes.includes(part));
}

/** Which row a refused update comes nearest to. */
interface Nearest {
  readonly when: string;
  readonly row: string;
}

const AWAY = 'variables.oldState != "unprotected" && !variables.sameMembership';
const STAYS = 'variables.state == "soft-deleted" && variables.oldState == "soft-deleted"';

/** The first that applies; each row that a person can mean is among them. */
const NEAREST: readonly Nearest[] = [
  { when: AWAY, row: 'nothing' },
  { when: 'variables.oldState == "ending"', row: 'ending' },
  { when: 'variables.oldState == "unprotected"', row: 'adopt' },
  { when: '!variables.sameConsent', row: 'approve' },
  { when: 'variables.oldState == "live" && variables.state == "soft-deleted"', row: 'begin' },
  { when: 'variables.oldState == "soft-deleted" && variables.state == "live"', row: 'restore' },
  { when: `${STAYS} && !(variables.sameClock && variables.samePeriod)`, row: 'extend' },
  { when: STAYS, row: 'nothing' },
  {
    when: 'variables.oldState == "live" && variables.sameContent && !variables.unclaimed',
    row: 'foreign metadata',
  },
  { when: 'true', row: 'edit' },
];

interface Branch {
  readonly when: string;
  readonly name: string;
  readonly refusal: string;
}

/** What is said where a row comes nearest: its first condition that does not hold. */
function branch({ when, row: name }: Nearest, rules: ClusterRules, needs: Checks): Branch {
  const row = rowOf(UPDATES, name);
  const steps = [
    ...fixed(row).map((part) => ({ expression: isSame(part), message: KEPT[part] })),
    ...row.needs.flatMap((need) =>
      need === 'who' ? [who(row, rules)] : CLOCKED.has(need) ? [] : (needs[need] ?? []),
    ),
  ];
  const refusals = steps.map(({ expression, message }) => `!(${expression}) ? ${message} : `);
  const otherwise = text("this can't be done to a protected object");
  const key =
    when === AWAY ? 'refusedAway' : `refused${camel(name)}${when === STAYS ? 'Kept' : ''}`;
  return {
    when: `(${when})`,
    name: key,
    refusal: `${text(`${name}: `)} + (${refusals.join('')}${otherwise})`,
  };
}

function who(row: Row, rules: ClusterRules): Validation {
  return { expression: isWho(row.who, rules), message: (WHO_ELSE[row.name] ?? nobody)(rules) };
}

const nobody = () => sentence(WHO, text(' may not do this'));

const byWhom = ({ pipelines }: ClusterRules) =>
  `only a deployment may (by ${pipelines.slice(0, 3).join(', ')})`;

/** What is said to those whom a row doesn't name. */
const WHO_ELSE: Readonly<Record<string, (rules: ClusterRules) => string>> = {
  edit: (rules) =>
    sentence(
      WHO,
      text(" can't change the content of "),
      subject('oldObject'),
      text(`: ${byWhom(rules)}. Change the code, and raise a credential's revision`),
    ),
  begin: (rules) =>
    sentence(
      WHO,
      text(" can't begin the deletion of "),
      subject('oldObject'),
      text(
        `: ${byWhom(rules)}, and the deadline has to be a whole period ahead or later. Request the deletion in deletions.yaml`,
      ),
    ),
  extend: (rules) =>
    sentence(
      WHO,
      text(" can't change the deadline or the period of "),
      subject('oldObject'),
      text(`: ${byWhom(rules)}`),
    ),
  restore: (rules) =>
    sentence(
      WHO,
      text(" can't restore "),
      subject('oldObject'),
      text(
        `: ${byWhom(rules)}, and it can't be changed before it is restored. Remove its request from deletions.yaml and deploy`,
      ),
    ),
  adopt: () =>
    sentence(
      WHO,
      text(
        " can't put this under protection: only a pipeline may (cluster.pipelines in reprieve.yaml), without a deadline or an approval on it",
      ),
    ),
  approve: () =>
    sentence(
      WHO,
      text(
        ' may not approve hard deletions or shorter periods: reprieve.yaml lists who may under approvers, with their kubernetesUser',
      ),
    ),
};

/** What is said of a part that has to stay as it is. */
const KEPT: Readonly<Record<Part, string>> = {
  membership: sentence(
    subject('oldObject'),
    text(` is protected: its labels ${PROTECTED_LABEL} and ${PROJECT_LABEL} can't be changed`),
  ),
  owners: sentence(
    subject('oldObject'),
    text(' is protected and can have no owner, on whose end it would be deleted'),
  ),
  tracking: sentence(
    subject('oldObject'),
    text(
      " is protected: metadata.managedFields, by which the API server knows when it was written, can't be emptied",
    ),
  ),
  finalizers: sentence(
    subject('oldObject'),
    text(' is protected: a finalizer could hold up its deletion, and none can be added or removed'),
  ),
  consent: text('an approval is given or removed in a request of its own'),
  clock: text('the deadline is set, moved or removed in a request of its own'),
  period: text('the period is changed by a deployment, in a request of its own'),
  marks: text('the names of stack, project and job template are changed by a deployment'),
  revision: text(
    'the revision of a secret is written by a deployment, with the content, while nothing is being deleted',
  ),
  content: `(variables.oldDeadline == "" ? ${text('nothing else can be changed together with this')} : ${sentence(
    subject('oldObject'),
    text(' is soft-deleted until '),
    'variables.oldDeadline',
    text(": its content can't be changed before it is restored"),
  )})`,
  foreign: sentence(
    subject('oldObject'),
    text(": labels and annotations can't be changed before it is restored, nor with an approval"),
  ),
};
