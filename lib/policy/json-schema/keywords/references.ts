import { keysIn } from '../../shape/part.js';
import { branchOf } from '../evaluated.js';
import type { Keyword } from '../keyword.js';
import { EACH_PARTS } from '../subschema.js';
import { UNDECIDED } from '../verdict.js';

const reference: Keyword = {
  name: '$ref',
  isTied: true,
  evaluate: (evaluator, ref, instance) => {
    const target = evaluator.target(ref);
    return target === undefined
      ? UNDECIDED
      : branchOf(evaluator.schema(target.schema, target.pointer, instance));
  },
  match: (ref, { target }) => {
    const inner = target(ref);
    return inner && ((value) => inner.test(value));
  },
  fields: (walk, ref, at) => {
    const target = walk.target(ref);
    if (target === undefined) return;
    const steps = [walk.root, ...keysIn(target.pointer)];
    walk.visit({ ...at, steps, schema: target.schema });
  },
};

/** The schemas under `$defs` and the ways to them. */
export const references: readonly Keyword[] = [
  reference,
  // A policy's schema is one document, where the outermost anchor of a name is the only one.
  { ...reference, name: '$dynamicRef' },
  { name: '$defs', isSilent: true, schemas: EACH_PARTS },
  { name: 'definitions', isSilent: true, schemas: EACH_PARTS },
];
