import type { Evaluated } from '../evaluated.js';
import { inside } from '../field-check.js';
import { elementsOf } from '../instance.js';
import type { JsonType, Keyword } from '../keyword.js';
import { ofLists } from '../predicate.js';
import { PARTS } from '../subschema.js';
import { type Range, within } from '../verdict.js';
import { containsWording } from '../wording.js';
import { fewest } from './item-count.js';

const types: readonly JsonType[] = ['array'];

const some: Keyword = {
  name: 'contains',
  types,
  schemas: PARTS,
  evaluate: (evaluator, operand, instance, at) => {
    const wanted = allowedIn(at.schema);
    const items = elementsOf(instance).map((item, index) => ({
      item,
      index: String(index),
      verdict: evaluator.schema(operand, `${at.pointer}/contains`, item).verdict,
    }));
    const passing = items.filter(({ verdict }) => verdict === 'pass').map(({ item }) => item);
    const possible = items.filter(({ verdict }) => verdict !== 'fail');
    const actual = { least: fewest(passing), most: possible.length };
    const message = containsWording(wanted, operand);
    const judgement = within(actual, wanted, instance.pointer, message);
    if (!evaluator.isJoint) return judgement;
    const evaluated: Evaluated = new Map(
      possible.map(({ index, verdict }) => [index, verdict === 'pass' ? 'surely' : 'perhaps']),
    );
    return { ...judgement, evaluated };
  },
  match: (_, { schema, part }) => {
    const { least, most } = allowedIn(schema);
    const item = part('/contains');
    return ofLists((list) => {
      const found = list.filter((each) => item.test(each)).length;
      return found >= least && found <= most;
    });
  },
  fields: inside(({ elements }) => elements),
  message: (params, _, operand) => containsWording(allowedIn(params), operand),
};

/** How many of a list's items must be of a certain kind. */
export const contains: readonly Keyword[] = [
  some,
  { name: 'minContains', types, isSilent: true },
  { name: 'maxContains', types, isSilent: true },
];

function allowedIn(schema: Readonly<Record<string, unknown>>): Range {
  const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = schema;
  return { least: Number(minContains), most: Number(maxContains) };
}
