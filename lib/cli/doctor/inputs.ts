import { memberOf } from '../../base/guards.js';
import type { Io } from '../terminal/io.js';
import { missingInputs } from '../workspace/missing-inputs.js';
import { readSynthesized, type Stack } from '../workspace/workspace.js';
import { type Check, checker } from './check.js';

/**
 * What a plan of the stack needs from the environment, each by its name. A warning: who deploys from a
 * pipeline has the credentials there.
 */
export function checkInputs(io: Io, stack: Stack): readonly Check[] {
  const { ok, warning } = checker('variables', stack.name);
  const problems = missingInputs(io, [stack]).filter(({ code }) => code === 'variable/unset');
  if (problems.length > 0) {
    return problems.map(({ message, remedy }) => warning(message, remedy));
  }
  const hasVariables = memberOf(readSynthesized(stack), 'variable') !== undefined;
  return hasVariables ? [ok('all that a plan needs are set')] : [];
}
