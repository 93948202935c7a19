import { branchOf, evaluatedIf, mergeEvaluated } from '../evaluated.js';
import type { Keyword } from '../keyword.js';
import { SAME_VALUE } from '../subschema.js';
import { UNDECIDED } from '../verdict.js';

const condition: Keyword = {
  name: 'if',
  schemas: SAME_VALUE,
  evaluate: (evaluator, operand, instance, { pointer, schema }) => {
    const branch = (name: string, inner: unknown) =>
      branchOf(evaluator.schema(inner, `${pointer}/${name}`, instance));
    const given = branch('if', operand);
    const yes = branch('then', schema['then'] ?? true);
    const no = branch('else', schema['else'] ?? true);
    if (given.verdict === 'pass')
      return { ...yes, evaluated: mergeEvaluated([given.evaluated, yes.evaluated]) };
    if (given.verdict === 'fail') return no;
    const parts = [given, yes, no].map((each) => evaluatedIf('undecided', each.evaluated));
    const evaluated = mergeEvaluated(parts);
    return yes.verdict === no.verdict ? { ...yes, evaluated } : { ...UNDECIDED, evaluated };
  },
  match: (_, { schema, part }) => {
    const given = part('/if');
    const [yes, no] = ['then', 'else'].map((name) =>
      name in schema ? part(`/${name}`) : { test: () => true },
    );
    return (value) => (given.test(value) ? yes : no)?.test(value) === true;
  },
  // The schema that applies says what is wrong.
  message: () => undefined,
};

/** One of two schemas, by a third. */
export const conditional: readonly Keyword[] = [
  condition,
  { name: 'then', isSilent: true, schemas: SAME_VALUE },
  { name: 'else', isSilent: true, schemas: SAME_VALUE },
];
