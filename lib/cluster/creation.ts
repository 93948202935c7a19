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
  label,
  NAMESPACE_DEADLINE,
  sentence,
  subject,
  text,
  texts,
  WHO,
} from './cel.js';
import type { Policy } from './manifest.js';
import type { ClusterRules } from './rules.js';
import { NO_OWNERS, periodHolds } from './tampering.js';

/**
 * Protection begins with a clean object: an empty namesake of something deleted, or one that
 * carries the end already, is refused.
 */
export function creationPolicy(rules: ClusterRules): Policy {
  return {
    name: 'creation.reprieve.dev',
    match: {
      operations: ['CREATE'],
      apiGroups: ['*'],
      resources: ['*'],
      objects: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
    },
    variables: {
      period: annotation('object', PERIOD_ANNOTATION),
      around: `(namespaceObject == null ? {} : namespaceObject.metadata.?labels.orValue({}))`,
    },
    validations: [
      {
        expression: `${WHO} in ${texts(rules.pipelines)}`,
        message: sentence(
          WHO,
          text(
            " can't create protected objects: only a pipeline may (cluster.pipelines in reprieve.yaml)",
          ),
        ),
      },
      {
        expression: `${annotation('object', DEADLINE_ANNOTATION)} == "" && ${label('object', STATE_LABEL)} != "soft-deleted"`,
        message: sentence(
          subject('object'),
          text(
            ' would be created as something that is being deleted, empty in place of what was there. Restore the deletion, or close it once it is over',
          ),
        ),
      },
      {
        expression: `${annotation('object', APPROVAL_ANNOTATION)} == ""`,
        message: text('an approval is for an object that exists: it can’t be created with one'),
      },
      {
        expression: `namespaceObject == null || (variables.around[?"${PROTECTED_LABEL}"].orValue("") == "true" && variables.around[?"${PROJECT_LABEL}"].orValue("") == ${label('object', PROJECT_LABEL)})`,
        message: sentence(
          subject('object'),
          text(' is protected, and its namespace is not that of the same project'),
        ),
      },
      periodHolds(rules),
      NO_OWNERS,
    ],
  };
}

/** Nothing new starts, or is put, into a project that is being deleted. */
export function startPolicy(): Policy {
  return {
    name: 'start.reprieve.dev',
    match: {
      operations: ['CREATE'],
      apiGroups: ['', 'apps', 'batch'],
      resources: [
        'pods',
        'replicationcontrollers',
        'secrets',
        'configmaps',
        'persistentvolumeclaims',
        'deployments',
        'statefulsets',
        'daemonsets',
        'replicasets',
        'jobs',
        'cronjobs',
      ],
      namespaces: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
    },
    variables: {},
    validations: [
      {
        expression: `${NAMESPACE_DEADLINE} == ""`,
        message: sentence(
          text('the project is soft-deleted until '),
          NAMESPACE_DEADLINE,
          text(': nothing new starts in it. Restore it first'),
        ),
      },
    ],
  };
}

/** Running more of what is there is starting as well. */
export function scalePolicy(): Policy {
  const { variables, validations } = startPolicy();
  return {
    name: 'scale.reprieve.dev',
    match: {
      operations: ['UPDATE'],
      apiGroups: ['*'],
      resources: ['*/scale'],
      namespaces: { matchLabels: { [PROTECTED_LABEL]: 'true' } },
    },
    variables,
    validations,
  };
}
