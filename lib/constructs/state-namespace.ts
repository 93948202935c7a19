import { TerraformBackend, TerraformStack, Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { memberOf } from '../base/guards.js';
import { quote, quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { report } from './report.js';
import type { ReprieveStack } from './stack.js';

/**
 * States that are kept in a namespace of a project. The reclaim of that project would delete the
 * state in the middle of its own apply, and while it is soft-deleted, the policies let nobody write
 * a state at all.
 */
export function reportStatesInProjects(root: IConstruct, stacks: readonly ReprieveStack[]): void {
  const projects = stacks
    .filter(({ target }) => target.name === 'kubernetes')
    .flatMap((stack) => stack.projects);
  for (const backend of root.node.findAll().filter(TerraformBackend.isBackend)) {
    const namespace = namespaceOf(backend);
    const project = projects.find((each) => each.namespaceName === namespace);
    if (project !== undefined && namespace !== undefined) {
      report(backend, stateInside(backend, namespace, project.name));
    }
  }
}

/**
 * The namespace in which a backend keeps its state, where it says one: otherwise it is `default`,
 * which no project can have, or what KUBE_NAMESPACE says by then.
 */
function namespaceOf(backend: TerraformBackend): string | undefined {
  const settings = memberOf(memberOf(backend.toTerraform(), 'terraform'), 'backend');
  const namespace = memberOf(memberOf(settings, 'kubernetes'), 'namespace');
  return typeof namespace === 'string' && !Token.isUnresolved(namespace) ? namespace : undefined;
}

function stateInside(backend: IConstruct, namespace: string, project: string): Problem {
  const stack = TerraformStack.of(backend).node.id;
  return {
    code: 'stack/state-in-project',
    message: `The state of the stack ${quoteName(stack)} would be kept in the namespace ${quote(namespace)}, which belongs to the project ${quote(project)}. While that is soft-deleted, no state could be written; its reclaim would delete the state in the middle of its own apply, and with it every deadline.`,
    remedy:
      'Set the `namespace` of the backend `kubernetes` to one that no project protects, such as one for states alone. Synthesis can’t tell clusters apart: use another name in another cluster as well.',
  };
}
