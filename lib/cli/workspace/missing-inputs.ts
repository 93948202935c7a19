import { existsSync } from 'node:fs';
import { quoteName } from '../../base/inert.js';
import type { Problem } from '../../base/problem.js';
import { type UnsetVariable, unsetVariables } from '../../engine/configuration/variables.js';
import { environmentVariable } from '../../model/credential-variable.js';
import { kubeconfigOf } from '../cluster/access.js';
import { type Io, misuse } from '../terminal/io.js';
import { readSynthesized, type Stack } from './workspace.js';

/**
 * Everything that the plans of these stacks need and that isn't there: variables, and the kubeconfig. A
 * variable of several stacks is one problem.
 */
export function missingInputs(io: Io, stacks: readonly Stack[]): readonly Problem[] {
  const byName = new Map<string, { unset: UnsetVariable; stacks: string[]; users: string[] }>();
  for (const stack of stacks) {
    const sources = { folder: stack.folder, env: io.env };
    for (const unset of unsetVariables(configurationOf(stack), sources)) {
      const known = byName.get(unset.name) ?? { unset, stacks: [], users: [] };
      known.stacks.push(stack.name);
      if (unset.users !== '') known.users.push(unset.users);
      byName.set(unset.name, known);
    }
  }
  const variables = [...byName.values()].map(({ unset, users, stacks: names }) =>
    unsetProblem(unset, names, users),
  );
  return [...variables, ...stacks.flatMap((stack) => lostKubeconfig(io, stack))];
}

/** Of what can't be read the engine says what is wrong with it. */
function configurationOf(stack: Stack): unknown {
  try {
    return readSynthesized(stack);
  } catch {
    return undefined;
  }
}

/** Ends the command with all of them, before anything runs that would fail for one. */
export function requireInputs(io: Io, stacks: readonly Stack[]): void {
  const problems = missingInputs(io, stacks);
  if (problems.length > 0) misuse(...problems);
}

function unsetProblem(
  { name, isEmpty }: UnsetVariable,
  stacks: readonly string[],
  users: readonly string[],
): Problem {
  const variable = environmentVariable(name);
  const state = isEmpty ? 'is set to an empty text' : 'is not set';
  const need =
    users.length > 0
      ? `${users.map(quoteName).join(', ')} ${users.length === 1 ? 'needs' : 'need'} this credential`
      : `${stacks.map(quoteName).join(', ')} ${stacks.length === 1 ? 'needs' : 'need'} the variable ${quoteName(name)}, which has no default`;
  return {
    code: 'variable/unset',
    message: `${quoteName(variable)} ${state}: ${need}.`,
    remedy: `Set it where the plan and the apply run: read -rs ${variable} && export ${variable} (a pipeline takes it from its store of secrets).`,
  };
}

/** Without the file, the provider only warns, and the apply fails at each object. */
function lostKubeconfig(io: Io, stack: Stack): readonly Problem[] {
  if (stack.target !== 'kubernetes' || io.env['KUBERNETES_SERVICE_HOST'] !== undefined) return [];
  const file = configurationOf(stack) === undefined ? undefined : kubeconfigOf(io, stack);
  if (file === undefined || existsSync(file)) return [];
  return [
    {
      code: 'cluster/no-kubeconfig',
      message: `The stack ${quoteName(stack.name)} takes its cluster from the kubeconfig ${quoteName(file)}, which isn't there.`,
      remedy:
        'Write the kubeconfig there, or name another in the stack’s Target.kubernetes({ configPath: … }).',
    },
  ];
}
