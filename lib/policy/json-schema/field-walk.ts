import { isRecord } from '../../model/record.js';
import { isOfOtherVersion } from '../fields/api-versions.js';
import type { FieldShape } from '../fields/field-shape.js';
import type { Fields } from '../fields/fields.js';
import type { Policy } from '../policy.js';
import { INNER_RULES } from './field-rules.js';
import { type Found, type Impossibility, idle, noTarget, noType } from './impossibility.js';
import { KEYWORD_TYPES } from './keyword-types.js';
import { Outline } from './outline.js';
import type { Spot, Walk } from './walk.js';

/**
 * What a policy asks for that its target can't have: names, types and values that never occur. The
 * policy says nothing there, whatever the object is. Only what is certain is told.
 */
export function impossibleIn(policy: Policy, fields: Fields): readonly Impossibility[] {
  const { document, schemas } = policy;
  const types = fields.missingType(document.target);
  if (types !== undefined) return [noTarget(document.target, types)];
  const whole = fields.of(document);
  if (isOfOtherVersion(schemas, whole)) return [];
  return Object.entries(schemas).flatMap(([root, schema]) => {
    const walk = new SchemaWalk(new Outline(schema), fields, whole, root);
    walk.visit({ schema, steps: [root], shape: whole, place: '' });
    return walk.found;
  });
}

class SchemaWalk implements Walk {
  private readonly faults = new Map<string, Impossibility>();
  /** What is possible somewhere: a `$ref` may lead several places to one schema. */
  private readonly fine = new Set<string>();
  private readonly visited = new Map<string, FieldShape[]>();

  constructor(
    readonly outline: Outline,
    readonly fields: Fields,
    readonly whole: FieldShape,
    readonly root: string,
  ) {}

  get found(): readonly Impossibility[] {
    return [...this.faults].flatMap(([key, fault]) => (this.fine.has(key) ? [] : [fault]));
  }

  visit(spot: Spot): void {
    const { schema, shape } = spot;
    if (!isRecord(schema) || this.wasAt(spot)) return;
    const wanted = [schema['type'] ?? []].flat().map(String);
    const isPossible = wanted.length === 0 || wanted.some((type) => shape.hasType(type));
    this.tell(isPossible, under(spot, 'type'), (found) => noType(wanted, found));
    // Of another type, nothing else in there says anything either.
    if (!isPossible) return;
    for (const [keyword, operand] of Object.entries(schema)) this.apply(keyword, operand, spot);
  }

  tell(isPossible: boolean, found: Found, fault: (found: Found) => Impossibility): void {
    const key = JSON.stringify(found.steps);
    if (isPossible) this.fine.add(key);
    else if (!this.faults.has(key)) this.faults.set(key, fault(found));
  }

  private apply(keyword: string, operand: unknown, spot: Spot): void {
    const types = KEYWORD_TYPES.get(keyword);
    const isIdle = types?.some((type) => spot.shape.hasType(type)) === false;
    if (types !== undefined) {
      this.tell(!isIdle, under(spot, keyword), (found) => idle(keyword, types, found));
    }
    if (!isIdle) INNER_RULES.get(keyword)?.(this, operand, spot);
  }

  private wasAt({ steps, shape }: Spot): boolean {
    const key = JSON.stringify(steps);
    const before = this.visited.get(key) ?? [];
    if (before.some((each) => each.isSame(shape))) return true;
    this.visited.set(key, [...before, shape]);
    return false;
  }
}

function under(spot: Spot, keyword: string): Found {
  return { ...spot, steps: [...spot.steps, keyword] };
}
