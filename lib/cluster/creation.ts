import { PROTECTED_LABEL } from '../model/marks.js';
import { NAMESPACE_DEADLINE, NAMESPACE_STATE, sentence, text, texts, WHO } from './cel.js';
import { oneOf, UNDECLARED_NEEDS } from './deletion-needs.js';
import { CREATE_FACTS, rowOf } from './facts.js';
import { type AdmissionPolicy, PODS, type Validation } from './manifest.js';
import { needsOf } from './needs.js';
import type { ClusterRules } from './rules.js';
import { CREATIONS } from './table/rows.js';
import { UNDECLARED_CREATIONS } from './table/undeclared.js';

/**
 * Protection begins with a clean object: an empty namesake of something deleted, or one that
 * carries the end already, is refused.
 */
export function creationPolicy(rules: ClusterRules): AdmissionPolicy {
  const needs = needsOf(rules);
  return {
    name: 'creation.reprieve.dev',
    match: {
      operations: ['CREATE'],
      apiGroups: ['*'],
      resources: ['*'],
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
      except: PODS,
    },
    variables: { ...CREATE_FACTS, ...START_FACTS },
    validations: [
      ...rowOf(CREATIONS, 'create').needs.flatMap((need) =>
        need === 'who' ? [byPipeline(rules)] : (needs[need] ?? []),
      ),
      // What is declared has to suit the project as well as what isn't (`start`).
      startsNothing(rules),
    ],
  };
}

function byPipeline({ pipelines }: ClusterRules): Validation {
  return {
    expression: `${WHO} in ${texts(pipelines)}`,
    message: sentence(
      WHO,
      text(
        " can't create protected objects: only a pipeline may (cluster.pipelines in reprieve.yaml)",
      ),
    ),
  };
}

const NOTHING_STARTS = sentence(
  text('the project is soft-deleted until '),
  NAMESPACE_DEADLINE,
  text(': nothing new starts in it. Restore it first'),
);

const STARTING = {
  operations: ['CREATE'],
  namespaces: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
  scope: 'Namespaced',
} as const;

const START_FACTS = {
  oldState: `namespaceObject == null ? "none" : ${NAMESPACE_STATE}`,
};

function startsNothing(rules: ClusterRules): Validation {
  return {
    expression: `variables.oldState == "none" || ${oneOf(UNDECLARED_CREATIONS, rules, UNDECLARED_NEEDS)}`,
    message: NOTHING_STARTS,
  };
}

/** Nothing new starts, or is put, into a project that is being deleted. */
export function startPolicy(rules: ClusterRules): AdmissionPolicy {
  return {
    name: 'start.reprieve.dev',
    match: {
      ...STARTING,
      apiGroups: ['*'],
      resources: ['*'],
      // Of what is declared, `creation` asks the same.
      objects: {
        matchExpressions: [{ key: PROTECTED_LABEL, operator: 'NotIn', values: ['true'] }],
      },
      except: PODS,
    },
    variables: START_FACTS,
    validations: [startsNothing(rules)],
  };
}

/** The same for pods: they are never declared, whatever their label says. */
export function podsPolicy(rules: ClusterRules): AdmissionPolicy {
  return {
    name: 'pods.reprieve.dev',
    match: { ...STARTING, apiGroups: [''], resources: ['pods'] },
    variables: START_FACTS,
    validations: [startsNothing(rules)],
  };
}

/** Running more of what is there is starting as well. The object of a scale has no labels. */
export function scalePolicy(): AdmissionPolicy {
  return {
    name: 'scale.reprieve.dev',
    match: {
      operations: ['UPDATE'],
      apiGroups: ['*'],
      resources: ['*/scale'],
      namespaces: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
      scope: 'Namespaced',
    },
    variables: {},
    validations: [{ expression: `${NAMESPACE_DEADLINE} == ""`, message: NOTHING_STARTS }],
  };
}
