import { isRecord } from '../model/record.js';
import { sameAs } from './equality.js';
import type { Fault } from './fault.js';
import { type Instance, isOpen } from './instance.js';
import { LIST_RULES } from './kleene-lists.js';
import { OBJECT_RULES, unless } from './kleene-objects.js';
import type { At, Finding, Judge, Related, Rule, Validator } from './rule.js';
import { merged, NONE, type Seen, seenIf } from './seen.js';
import { allSubschemas, resolveRef, type Subschema } from './subschemas.js';
import { all, any, failed, type Judgement, PASS, UNDECIDED, type Verdict } from './verdict.js';

/**
 * Holds a schema against a value of which parts are not known: `pass` and `fail` are only said where
 * every completion would have it so. What is known in every part goes to the validator.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-core
 */
export class Kleene implements Judge {
  /**
   * Whether a value may count as looked at by a schema that fails: the validator has it so in places,
   * and the standard does not. What is left over is then no sure failure.
   */
  private readonly isDoubtful: boolean;
  private readonly refs = new Map<string, Subschema | undefined>();

  /** @param related - where the schema asks for other objects: then nothing goes to the validator */
  constructor(
    private readonly root: unknown,
    readonly validator: Validator,
    private readonly related?: Related,
  ) {
    const keywords = allSubschemas(root).flatMap(({ schema }) => Object.keys(Object(schema)));
    const remainders = keywords.filter((each) => LAST.has(each));
    this.isDoubtful = remainders.length > 1 || keywords.some((each) => BRANCHING.has(each));
  }

  judge(value: unknown, unknown: unknown): Judgement {
    return this.schema(this.root, '', { value, unknown, pointer: '' });
  }

  /** What the schema at a pointer says of a value. */
  schema(schema: unknown, pointer: string, instance: Instance): Finding {
    if (schema === true || (isRecord(schema) && Object.keys(schema).length === 0)) return PASS;
    if (instance.unknown === true) return UNDECIDED;
    if (schema === false) return failed(instance.pointer, 'must not be there');
    if (!isRecord(schema)) return UNDECIDED;
    const isKnown = instance.unknown === undefined;
    if (isKnown && this.related === undefined) {
      return this.placed(this.validator.at(pointer, instance.value), instance);
    }
    return isKnown || isOpen(instance)
      ? this.walk({ schema, pointer }, instance, isKnown)
      : UNDECIDED;
  }

  /** A value that is known, or of which a keyword looks only at what is. */
  alone(schema: object, { value, pointer }: Instance): Judgement {
    return this.placed(this.validator.alone(schema, value), { value, unknown: undefined, pointer });
  }

  private reference(ref: unknown, instance: Instance): Finding {
    const target = typeof ref === 'string' ? this.target(ref) : undefined;
    return target === undefined
      ? UNDECIDED
      : told(this.schema(target.schema, target.pointer, instance));
  }

  private target(ref: string): Subschema | undefined {
    if (!this.refs.has(ref)) this.refs.set(ref, resolveRef(this.root, ref));
    return this.refs.get(ref);
  }

  private walk(at: At, instance: Instance, isKnown: boolean): Finding {
    const found: Finding[] = [];
    const keywords = Object.keys(at.schema).sort((a, b) => stage(a) - stage(b));
    for (const keyword of keywords) {
      const operand = at.schema[keyword];
      const seen = merged(found.map((each) => each.seen ?? NONE));
      found.push(this.keyword(keyword, operand, instance, { at, seen, isKnown }));
    }
    const judgement = all(found);
    return { ...judgement, seen: merged(found.map((each) => each.seen ?? NONE)) };
  }

  private keyword(
    keyword: string,
    operand: unknown,
    instance: Instance,
    { at, seen, isKnown }: { readonly at: At; readonly seen: Seen; readonly isKnown: boolean },
  ): Finding {
    if (DESCRIBING.has(keyword)) return PASS;
    if (keyword === '$ref') return this.reference(operand, instance);
    if (keyword === 'related') return this.related?.(this, operand, instance, at) ?? UNDECIDED;
    const rule = RULES.get(keyword);
    if (rule !== undefined) return rule(this, operand, instance, at);
    const rest = LAST.get(keyword);
    if (rest !== undefined) {
      const finding = rest(this, operand, instance, at, seen);
      return { ...unless(this.isDoubtful, finding), ...seenOf(finding) };
    }
    if (isKnown) return this.alone({ [keyword]: operand }, instance);
    // An object or a list, which keywords about texts and numbers are not about.
    return OF_SCALARS.has(keyword) ? PASS : UNDECIDED;
  }

  private placed(faults: readonly Fault[] | undefined, { pointer }: Instance): Judgement {
    if (faults === undefined) return UNDECIDED;
    if (faults.length === 0) return PASS;
    const placed = faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));
    return { verdict: 'fail', faults: placed };
  }
}

/** Keywords that only describe, or are looked at together with another one. */
const DESCRIBING = new Set([
  ...['$schema', '$comment', '$defs', '$anchor', '$dynamicAnchor', 'title', 'description'],
  ...['default', 'examples', 'deprecated', 'readOnly', 'writeOnly', 'then', 'else'],
  ...['minContains', 'maxContains'],
]);

const OF_SCALARS = new Set([
  ...['pattern', 'minLength', 'maxLength', 'format', 'minimum', 'maximum', 'multipleOf'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'imageReference', 'contentEncoding'],
  ...['contentMediaType', 'contentSchema'],
]);

/** Keywords whose schemas may fail without the whole failing. */
const BRANCHING = new Set('anyOf oneOf if not dependentSchemas $ref $dynamicRef'.split(' '));

type LastRule = (...parts: [...Parameters<Rule>, Seen]) => Finding;

/** They are about what the other keywords have not looked at. */
const LAST: ReadonlyMap<string, LastRule> = new Map([
  ['unevaluatedProperties', OBJECT_RULES.unevaluatedProperties],
  ['unevaluatedItems', LIST_RULES.unevaluatedItems],
]);

const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...Object.entries(OBJECT_RULES.rules),
  ...Object.entries(LIST_RULES.rules),
  ['type', (judge, operand, instance) => judge.alone({ type: operand }, outside(instance))],
  ['const', (_, operand, instance) => equals(instance, [operand])],
  ['enum', (_, operand, instance) => equals(instance, Array.isArray(operand) ? operand : [])],
  ['allOf', branching('allOf', all)],
  ['anyOf', branching('anyOf', any)],
  ['oneOf', branching('oneOf', one)],
  ['not', negation],
  ['if', conditional],
]);

function seenOf({ seen }: Finding): Pick<Finding, 'seen'> {
  return seen === undefined ? {} : { seen };
}

function stage(keyword: string): number {
  return LAST.has(keyword) ? 1 : 0;
}

/** For a keyword that doesn't look inside. */
function outside(instance: Instance): Instance {
  return { ...instance, unknown: undefined };
}

function equals(instance: Instance, wanted: readonly unknown[]): Judgement {
  const verdicts = wanted.map((each) => sameAs(instance, each));
  if (verdicts.includes('pass')) return PASS;
  if (verdicts.includes('undecided')) return UNDECIDED;
  return failed(instance.pointer, 'must be one of the allowed values');
}

interface Branch extends Finding {
  readonly seen: Seen;
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
    return { ...join(found, instance), seen: merged(found.map(({ seen }) => seen)) };
  };
}

function told(finding: Finding): Branch {
  return { ...finding, seen: seenIf(finding.verdict, finding.seen ?? NONE) };
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
  if (given.verdict === 'pass') return { ...yes, seen: merged([given.seen, yes.seen]) };
  if (given.verdict === 'fail') return no;
  const seen = merged([given, yes, no].map((each) => seenIf('undecided', each.seen)));
  return yes.verdict === no.verdict ? { ...yes, seen } : { ...UNDECIDED, seen };
}
