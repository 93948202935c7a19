import { DEADLINE_ANNOTATION, PERIOD_ANNOTATION, PROTECTED_LABEL } from '../model/marks.js';
import { ending, labelVariable, noteVariable, texts, WHO } from './cel.js';
import { METADATA, SAME_PARTS } from './parts.js';
import type { ClusterRules } from './rules.js';
import { CONTROLLERS } from './table/controllers.js';
import type { Row, State, Who } from './table/rows.js';
import { TIMES } from './timed.js';
import { UNCLAIMED } from './written.js';

const stateOf = (subject: 'object' | 'oldObject', deadline: string) =>
  `${labelVariable(subject, PROTECTED_LABEL)} != "true" ? "unprotected" : ${deadline} == "" ? "live" : "soft-deleted"`;

/** What is known of an update, for every row of the table: variables by name. */
export const UPDATE_FACTS: Readonly<Record<string, string>> = {
  ...METADATA,
  deadline: noteVariable('object', DEADLINE_ANNOTATION),
  oldDeadline: noteVariable('oldObject', DEADLINE_ANNOTATION),
  period: noteVariable('object', PERIOD_ANNOTATION),
  oldPeriod: noteVariable('oldObject', PERIOD_ANNOTATION),
  ending: ending('oldObject'),
  oldState: `variables.ending ? "ending" : ${stateOf('oldObject', 'variables.oldDeadline')}`,
  state: `variables.ending ? "ending" : ${stateOf('object', 'variables.deadline')}`,
  ...SAME_PARTS,
  ...TIMES,
  unclaimed: UNCLAIMED,
};

/** What is known of an object that is created. */
export const CREATE_FACTS: Readonly<Record<string, string>> = {
  labels: METADATA['labels'] ?? '',
  notes: METADATA['notes'] ?? '',
  deadline: noteVariable('object', DEADLINE_ANNOTATION),
  period: noteVariable('object', PERIOD_ANNOTATION),
};

/** Whether the one who asks is whom a row names. */
export function isWho(who: Who, { pipelines, approvers }: ClusterRules): string {
  if (who === 'pipeline') return `${WHO} in ${texts(pipelines)}`;
  if (who === 'kubernetes') return `${WHO} in ${texts(Object.keys(CONTROLLERS))}`;
  if (who === 'approver') return `${WHO} in ${texts(approvers)} && !${WHO}.startsWith("system:")`;
  return 'true';
}

/** Whether a variable is one of a row's states. */
export function isState(variable: string, states: readonly State[]): string {
  const [first, ...more] = states;
  if (more.length === 0) return `${variable} == "${first}"`;
  return `${variable} in ${texts(states)}`;
}

/** The row of a name. */
export function rowOf(rows: readonly Row[], name: string): Row {
  const row = rows.find((each) => each.name === name);
  if (row === undefined) throw new Error(`The table has no row ${name}.`);
  return row;
}
