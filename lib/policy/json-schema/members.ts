import { NONE, surely } from './evaluated.js';
import { childOf, type Instance, possibleNames } from './instance.js';
import type { Evaluator, Finding } from './keyword.js';
import { all, type Judgement, PASS } from './verdict.js';

/** A schema and its pointer in the whole. */
export type Placed = readonly [schema: unknown, pointer: string];

/** Evaluates the members of an object by the schemas that each has. */
export function evaluateMembers(
  evaluator: Evaluator,
  instance: Instance,
  schemasFor: (name: string) => readonly Placed[],
): Finding {
  const names: string[] = [];
  const found = possibleNames(instance).flatMap((name) => {
    const schemas = schemasFor(name);
    if (schemas.length > 0) names.push(name);
    return schemas.map((each) => evaluateMember(evaluator, instance, name, each));
  });
  return { ...all(found), evaluated: evaluator.isJoint ? surely(names) : NONE };
}

/** A member that certainly isn't there passes. */
export function evaluateMember(
  evaluator: Evaluator,
  instance: Instance,
  name: string,
  [schema, pointer]: Placed,
): Judgement {
  const inner = childOf(instance, name);
  return inner === undefined ? PASS : evaluator.schema(schema, pointer, inner);
}
