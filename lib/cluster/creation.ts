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
    variables: CREATE_FACTS,
    validations: rowOf(CREATIONS, 'create').needs.flatMap((need) =>
      need === 'who' ? [byPipeline(rules)] : (needs[need] ?? []),
    ),
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

/** Nothing new starts, or is put, into a project that is being deleted. */
export function startPolicy(rules: ClusterRules): AdmissionPolicy {
  return {
    name: 'start.reprieve.dev',
    match: {
      operations: ['CREATE'],
      apiGroups: ['*'],
      resources: ['*'],
      namespaces: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
      scope: 'Namespaced',
    },
    variables: {
      oldState: NAMESPACE_STATE,
      allowed: oneOf(UNDECLARED_CREATIONS, rules, UNDECLARED_NEEDS),
    },
    validations: [
      { expression: 'variables.allowed', message: `variables.allowed ? "" : ${NOTHING_STARTS}` },
    ],
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
