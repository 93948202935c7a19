import { sentence, subject, text, texts, WHO } from './cel.js';
import type { AdmissionPolicy } from './manifest.js';
import type { ClusterRules } from './rules.js';

/**
 * A definition that is deleted takes its objects along, past admission, and one whose schema gets
 * narrower cuts them. Only admins do either to the definitions that reprieve.yaml names.
 */
export function definitionPolicies({
  admins = [],
  definitions = [],
}: ClusterRules): readonly AdmissionPolicy[] {
  if (definitions.length === 0) return [];
  const same = 'request.operation == "UPDATE" && object.spec == oldObject.spec';
  const unowned = 'object.metadata.?ownerReferences.orValue([]).size() == 0';
  return [
    {
      name: 'definitions.reprieve.dev',
      match: {
        operations: ['UPDATE', 'DELETE'],
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions', 'customresourcedefinitions/*'],
      },
      variables: {},
      validations: [
        {
          // A collection's deletion names nothing; what is deleted has a name in any case.
          expression: `!(oldObject.metadata.name in ${texts(definitions)}) || has(oldObject.metadata.deletionTimestamp) || ${WHO} in ${texts(admins)} || (${same} && ${unowned})`,
          message: sentence(
            subject('oldObject'),
            text(
              ' defines a kind of which objects are protected: they would go with it, or be cut. Only an admin of reprieve.yaml changes or deletes it (cluster.admins)',
            ),
          ),
        },
      ],
    },
  ];
}
