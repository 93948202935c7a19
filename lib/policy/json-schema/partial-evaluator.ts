import { isRecord } from '../../base/guards.js';
import type { Validator } from './compiler.js';
import { type Evaluated, mergeEvaluated, NONE } from './evaluated.js';
import type { Fault } from './fault.js';
import { type Instance, isOpen } from './instance.js';
import type { At, Context, Evaluator, Finding, Keyword } from './keyword.js';
import { Matcher, matchAlone } from './matcher.js';
import type { Outline } from './outline.js';
import type { Predicate } from './predicate.js';
import { KEYWORDS } from './registry.js';
import type { Subschema } from './subschema.js';
import { all, failure, type Judgement, PASS, UNDECIDED } from './verdict.js';

/**
 * Checks a schema against a value of which parts are not known: `pass` and `fail` are only said where
 * every completion would have it so. What is known in every part is left to the matcher. The
 * validator has the words for what the matcher refuses, and is asked for no verdict.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-core
 */
export class PartialEvaluator implements Evaluator {
  /** Then no schema may be passed over, even where all is known. */
  readonly isJoint: boolean;

  /**
   * @param context - where the schema asks for other objects
   * @param matcher - made once for all that is judged by the same schema
   */
  constructor(
    private readonly outline: Outline,
    private readonly validator: Validator,
    readonly context?: Context,
    private readonly matcher = new Matcher(outline),
  ) {
    this.isJoint = outline.having(isLast).length > 0;
  }

  /** The same, for a value that others must be beside. */
  in(context: Context): PartialEvaluator {
    return new PartialEvaluator(this.outline, this.validator, context, this.matcher);
  }

  judge(value: unknown, unknown: unknown): Judgement {
    return this.schema(this.outline.root, '', { value, unknown, pointer: '' });
  }

  /** The same of what is known in every part, if nothing else has to be looked at for it. */
  get matches(): Predicate | undefined {
    return this.asksOthers('') ? undefined : this.matcher.at('');
  }

  schema(schema: unknown, pointer: string, instance: Instance): Finding {
    const isKnown = instance.unknown === undefined;
    if (isKnown && isRecord(schema) && !this.isJoint && !this.asksOthers(pointer)) {
      const matches = this.matcher.at(pointer);
      if (matches?.(instance.value) === true) return PASS;
      // The validator would take such numbers for others, and tell those.
      if (matches !== undefined && !this.outline.isExact) return this.refused(pointer, instance);
    }
    return this.opened(this.part(schema, pointer, instance), instance);
  }

  private part(schema: unknown, pointer: string, instance: Instance): Finding {
    const isKnown = instance.unknown === undefined;
    if (schema === true || (isRecord(schema) && Object.keys(schema).length === 0)) return PASS;
    if (instance.unknown === true) return UNDECIDED;
    if (schema === false) return failure(instance.pointer, 'must not be there');
    if (!isRecord(schema)) return UNDECIDED;
    return isKnown || isOpen(instance) ? this.walk({ schema, pointer }, instance) : UNDECIDED;
  }

  /** What is undecided is so at this place, if nothing in it says where. */
  private opened(finding: Finding, { pointer }: Instance): Finding {
    return finding.verdict === 'undecided' && finding.open === undefined
      ? { ...finding, open: [pointer] }
      : finding;
  }

  alone(keyword: Keyword, operand: unknown, instance: Instance): Judgement {
    const { value } = instance;
    const matches = matchAlone(keyword, operand)?.(value);
    if (matches === true) return PASS;
    const found = this.validator.alone({ [keyword.name]: operand }, value);
    // Of what no policy can have, only the validator knows what it means.
    return matches === undefined && found?.length === 0 ? PASS : refusal(found, instance);
  }

  target(ref: unknown): Subschema | undefined {
    return this.outline.target(ref);
  }

  /**
   * Where a part is passed over, nothing is known of what it has evaluated; then no part is, if that
   * is asked for.
   */
  private asksOthers(pointer: string): boolean {
    return this.context !== undefined && this.outline.asksOthers(pointer);
  }

  /** Only for what doesn't match the validator is asked, which says why. */
  private refused(pointer: string, instance: Instance): Judgement {
    return refusal(this.validator.at(pointer, instance.value), instance);
  }

  private walk(at: At, instance: Instance): Finding {
    const found: Finding[] = [];
    for (const name of Object.keys(at.schema)) {
      const keyword = KEYWORDS.get(name) ?? { name };
      if (keyword.isSilent !== true && !isLast(keyword))
        found.push(this.opened(this.keyword(keyword, instance, at), instance));
    }
    for (const keyword of LAST) {
      if (!(keyword.name in at.schema)) continue;
      found.push(this.opened(this.last(keyword, instance, at, evaluatedBy(found)), instance));
    }
    return { ...all(found), evaluated: evaluatedBy(found) };
  }

  private keyword(keyword: Keyword, instance: Instance, at: At): Finding {
    if (!isAbout(keyword, instance)) return PASS;
    const operand = at.schema[keyword.name];
    if (keyword.evaluate !== undefined) return keyword.evaluate(this, operand, instance, at);
    return instance.unknown === undefined ? this.alone(keyword, operand, instance) : UNDECIDED;
  }

  private last(keyword: Keyword, instance: Instance, at: At, evaluated: Evaluated): Finding {
    if (!isAbout(keyword, instance)) return PASS;
    const operand = at.schema[keyword.name];
    return keyword.evaluateRest?.(this, operand, instance, at, evaluated) ?? UNDECIDED;
  }
}

/** Keywords about what the others have not evaluated. */
const LAST = [...KEYWORDS.values()].filter(isLast);

function isLast({ evaluateRest }: Keyword): boolean {
  return evaluateRest !== undefined;
}

function isAbout({ types }: Keyword, { value }: Instance): boolean {
  if (types === undefined) return true;
  return types.some((each) => each === typeOf(value));
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return value === null ? 'null' : typeof value;
}

function evaluatedBy(found: readonly Finding[]): Evaluated {
  return mergeEvaluated(found.map(({ evaluated = NONE }) => evaluated));
}

/** The validator may see nothing wrong in what doesn't match: it has faults of its own. */
function refusal(found: readonly Fault[] | undefined, { pointer }: Instance): Judgement {
  if (found === undefined || found.length === 0)
    return failure(pointer, 'does not match the schema');
  const faults = found.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));
  return { verdict: 'fail', faults };
}
