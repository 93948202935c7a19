import { isRecord } from '../../model/record.js';
import { sameAs } from './equality.js';
import { type Evaluated, evaluatedIf, merged, NONE } from './evaluated.js';
import type { Fault } from './fault.js';
import { type Instance, isOpen } from './instance.js';
import type { At, Finding, Judge, Rule, Validator } from './keyword.js';
import { scalarPredicate } from './keywords/bounds.js';
import { LIST_RULES } from './keywords/items.js';
import { OBJECT_RULES } from './keywords/properties.js';
import { Predicates } from './matcher.js';
import { DESCRIBING, type Outline } from './outline.js';
import type { Predicate } from './predicate.js';
import {
  all,
  any,
  failed,
  type Judgement,
  PASS,
  UNDECIDED,
  unless,
  type Verdict,
} from './verdict.js';

/**
 * Holds a schema against a value of which parts are not known: `pass` and `fail` are only said where
 * every completion would have it so. What is known in every part goes to the validator.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-core
 */
export class PartialEvaluator implements Judge {
  /**
   * Whether a value may count as looked at by a schema that fails: the validator has it so in places,
   * and the standard does not. What is left over is then no sure failure.
   */
  private readonly isDoubtful: boolean;

  /**
   * @param related - where the schema asks for other objects
   * @param predicates - made once for all that is judged by the same schema
   */
  constructor(
    private readonly outline: Outline,
    readonly validator: Validator,
    private readonly related?: Rule,
    private readonly predicates = new Predicates(outline),
  ) {
    const remainders = [...LAST.keys()].reduce((sum, each) => sum + outline.count(each), 0);
    this.isDoubtful = remainders > 1 || BRANCHING.some((each) => outline.keywords.has(each));
  }

  /** The same, for a value that others have to stand beside. */
  beside(related: Rule): PartialEvaluator {
    return new PartialEvaluator(this.outline, this.validator, related, this.predicates);
  }

  judge(value: unknown, unknown: unknown): Judgement {
    return this.schema(this.outline.root, '', { value, unknown, pointer: '' });
  }

  /** The same of what is known in every part, if nothing else has to be looked at for it. */
  get matches(): Predicate | undefined {
    return this.asksOthers('') ? undefined : this.predicates.at('');
  }

  /** What the schema at a pointer says of a value. */
  schema(schema: unknown, pointer: string, instance: Instance): Finding {
    const isKnown = instance.unknown === undefined;
    if (isKnown && isRecord(schema) && !this.asksOthers(pointer))
      return this.known(pointer, instance);
    if (schema === true || (isRecord(schema) && Object.keys(schema).length === 0)) return PASS;
    if (instance.unknown === true) return UNDECIDED;
    if (schema === false) return failed(instance.pointer, 'must not be there');
    if (!isRecord(schema)) return UNDECIDED;
    return isKnown || isOpen(instance)
      ? this.walk({ schema, pointer }, instance, isKnown)
      : UNDECIDED;
  }

  /**
   * Where a part is passed over, nothing is known of what it has looked at; then no part is, if that
   * is asked for.
   */
  private asksOthers(pointer: string): boolean {
    return this.related !== undefined && this.outline.asksOthers(pointer);
  }

  /** Only for what doesn't match the validator is asked, which says why. */
  private known(pointer: string, instance: Instance): Judgement {
    const matches = this.predicates.at(pointer)?.(instance.value);
    if (matches === true) return PASS;
    const faults = this.validator.at(pointer, instance.value);
    const isSilent = matches === false && faults?.length === 0;
    return isSilent
      ? failed(instance.pointer, 'does not match the schema')
      : this.placed(faults, instance);
  }

  /** One keyword on a value that is known, or of which it looks only at what is. */
  alone(keyword: string, operand: unknown, instance: Instance): Judgement {
    const { value } = instance;
    if (scalarPredicate(keyword, operand)?.(value) === true) return PASS;
    return this.placed(this.validator.alone({ [keyword]: operand }, value), instance);
  }

  private walk(at: At, instance: Instance, isKnown: boolean): Finding {
    const found: Finding[] = [];
    for (const each of Object.keys(at.schema)) {
      if (!LAST.has(each) && !DESCRIBING.has(each))
        found.push(this.keyword(each, instance, at, isKnown));
    }
    for (const [keyword, rule] of LAST) {
      if (!(keyword in at.schema)) continue;
      const evaluated = merged(found.map((each) => each.evaluated ?? NONE));
      const finding = rule(this, at.schema[keyword], instance, at, evaluated);
      found.push({ ...finding, ...unless(this.isDoubtful, finding) });
    }
    const { verdict, faults } = all(found);
    return { verdict, faults, evaluated: merged(found.map((each) => each.evaluated ?? NONE)) };
  }

  private keyword(keyword: string, instance: Instance, at: At, isKnown: boolean): Finding {
    const operand = at.schema[keyword];
    if (keyword === '$ref') return this.reference(operand, instance);
    if (keyword === 'related') return this.related?.(this, operand, instance, at) ?? UNDECIDED;
    const rule = RULES.get(keyword);
    if (rule !== undefined) return rule(this, operand, instance, at);
    if (isKnown) return this.alone(keyword, operand, instance);
    // An object or a list, which keywords about texts and numbers are not about.
    return OF_SCALARS.has(keyword) ? PASS : UNDECIDED;
  }

  private reference(ref: unknown, instance: Instance): Finding {
    const target = this.outline.target(ref);
    return target === undefined
      ? UNDECIDED
      : told(this.schema(target.schema, target.pointer, instance));
  }

  private placed(faults: readonly Fault[] | undefined, { pointer }: Instance): Judgement {
    if (faults === undefined) return UNDECIDED;
    if (faults.length === 0) return PASS;
    const placed = faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));
    return { verdict: 'fail', faults: placed };
  }
}

const OF_SCALARS = new Set([
  ...['pattern', 'minLength', 'maxLength', 'format', 'minimum', 'maximum', 'multipleOf'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'imageReference', 'contentEncoding'],
  ...['contentMediaType', 'contentSchema'],
]);

/** Keywords whose schemas may fail without the whole failing. */
const BRANCHING = ['anyOf', 'oneOf', 'if', 'not', 'dependentSchemas', '$ref', '$dynamicRef'];

type LastRule = (...parts: [...Parameters<Rule>, Evaluated]) => Finding;

/** They are about what the other keywords have not looked at. */
const LAST: ReadonlyMap<string, LastRule> = new Map([
  ['unevaluatedProperties', OBJECT_RULES.unevaluatedProperties],
  ['unevaluatedItems', LIST_RULES.unevaluatedItems],
]);

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...Object.entries(OBJECT_RULES.rules),
  ...Object.entries(LIST_RULES.rules),
  ['type', (judge, operand, instance) => judge.alone('type', operand, instance)],
  ['const', (_, operand, instance) => equals(instance, [operand])],
  ['enum', (_, operand, instance) => equals(instance, Array.isArray(operand) ? operand : [])],
  ['allOf', branching('allOf', all)],
  ['anyOf', branching('anyOf', any)],
  ['oneOf', branching('oneOf', one)],
  ['not', negation],
  ['if', conditional],
]);

function equals(instance: Instance, wanted: readonly unknown[]): Judgement {
  const verdicts = wanted.map((each) => sameAs(instance, each));
  if (verdicts.includes('pass')) return PASS;
  if (verdicts.includes('undecided')) return UNDECIDED;
  return failed(instance.pointer, 'must be one of the allowed values');
}

interface Branch extends Finding {
  readonly evaluated: Evaluated;
}

/** A keyword with several schemas for the same value. */
function branching(
  keyword: string,
  join: (found: readonly Judgement[], instance: Instance) => Judgement,
): Rule {
  return (judge, operand, instance, at) => {
    const schemas: readonly unknown[] = Array.isArray(operand) ? operand : [];
    const found = schemas.map((each, index) =>
      told(judge.schema(each, `${at.pointer}/${keyword}/${index}`, instance)),
    );
    return { ...join(found, instance), evaluated: merged(found.map(({ evaluated }) => evaluated)) };
  };
}

function told(finding: Finding): Branch {
  return { ...finding, evaluated: evaluatedIf(finding.verdict, finding.evaluated ?? NONE) };
}

function one(found: readonly Judgement[], { pointer }: Instance): Judgement {
  const count = (wanted: Verdict) => found.filter(({ verdict }) => verdict === wanted).length;
  const isUndecided = count('pass') < 2 && count('undecided') > 0;
  if (isUndecided) return UNDECIDED;
  return count('pass') === 1 ? PASS : failed(pointer, 'must match exactly one schema in oneOf');
}

function negation(judge: Judge, operand: unknown, instance: Instance, at: At): Finding {
  const { verdict } = judge.schema(operand, `${at.pointer}/not`, instance);
  if (verdict === 'undecided') return UNDECIDED;
  return verdict === 'fail' ? PASS : failed(instance.pointer, 'must NOT be valid');
}

function conditional(judge: Judge, operand: unknown, instance: Instance, at: At): Finding {
  const { pointer, schema } = at;
  const given = told(judge.schema(operand, `${pointer}/if`, instance));
  const yes = told(judge.schema(schema['then'] ?? true, `${pointer}/then`, instance));
  const no = told(judge.schema(schema['else'] ?? true, `${pointer}/else`, instance));
  if (given.verdict === 'pass')
    return { ...yes, evaluated: merged([given.evaluated, yes.evaluated]) };
  if (given.verdict === 'fail') return no;
  const evaluated = merged(
    [given, yes, no].map((each) => evaluatedIf('undecided', each.evaluated)),
  );
  return yes.verdict === no.verdict ? { ...yes, evaluated } : { ...UNDECIDED, evaluated };
}
