import { quoteName } from '../../base/inert.js';
import type { ObjectReference } from '../../state/object-reference.js';
import type { ClusterRules } from '../rules.js';
import { type AuditFinding, finding } from './finding.js';

/** Groups of Kubernetes' own that end like those of custom kinds. */
const KUBERNETES_OWN =
  /^(?:(?:admissionregistration|apiextensions|apiregistration|authentication|authorization|certificates|coordination|discovery|events|networking|node|policy|resource|scheduling|storage)\.k8s\.io|rbac\.authorization\.k8s\.io|flowcontrol\.apiserver\.k8s\.io)$/;

/** Finds custom kinds of which states have objects, and whose definition anybody may delete. */
export function auditDefinitions(
  inState: readonly ObjectReference[],
  { definitions = [] }: ClusterRules,
): readonly AuditFinding[] {
  const groups = new Map(inState.flatMap(({ resource }) => customKind(resource)));
  return [...groups]
    .filter(([group]) => !definitions.some((each) => each.endsWith(`.${group}`)))
    .map(([group, kind]) =>
      finding(
        'definition/unguarded',
        `CustomResourceDefinition *.${group}`,
        `Objects of the custom kind ${quoteName(kind)} are declared: whoever deletes its definition deletes them all, past admission.`,
        `Find its name (kubectl get customresourcedefinitions), put it into reprieve.yaml, and apply the policies: cluster: { definitions: [PLURAL.${group}] }. Then only cluster.admins change or delete it.`,
      ),
    );
}

/** `widget.v1.example.org` is a widget of the group example.org. */
function customKind(resource: string): readonly (readonly [string, string])[] {
  const [, kind, group] = /^([^.]+)\.v[^.]+\.(.+\..+)$/.exec(resource) ?? [];
  if (kind === undefined || group === undefined || KUBERNETES_OWN.test(group)) return [];
  return [[group, kind]];
}
