import { isRecord } from '../../base/guards.js';
import type { FieldShape } from '../fields/field-shape.js';
import { below, type Spot, type Walk } from './field-check.js';
import { type Found, type Impossibility, idle } from './impossibility.js';
import type { Keyword } from './keyword.js';
import type { Outline } from './outline.js';
import { KEYWORDS } from './registry.js';
import type { Subschema } from './subschema.js';

/** A schema, and what it is checked against. */
export interface FieldWalkProps {
  /** How the policy's file names the schema: `when` or `schema`. */
  readonly root: string;
  readonly outline: Outline;
  readonly shape: FieldShape;
  readonly ofKinds: (kinds: readonly string[]) => FieldShape;
}

/** What a schema asks for that its target can't have. */
export function impossibleInSchema(props: FieldWalkProps): readonly Impossibility[] {
  const { root, outline, shape } = props;
  const walk = new FieldWalk(props);
  walk.visit({ schema: outline.root, steps: [root], shape, place: '' });
  return walk.found;
}

class FieldWalk implements Walk {
  readonly root: string;
  readonly whole: FieldShape;
  private readonly faults = new Map<string, Impossibility>();
  /** What is possible somewhere: a `$ref` may lead several places to one schema. */
  private readonly fine = new Set<string>();
  private readonly visited = new Map<string, FieldShape[]>();

  constructor(private readonly props: FieldWalkProps) {
    this.root = props.root;
    this.whole = props.shape;
  }

  get found(): readonly Impossibility[] {
    return [...this.faults].flatMap(([key, fault]) => (this.fine.has(key) ? [] : [fault]));
  }

  ofKinds(kinds: readonly string[]): FieldShape {
    return this.props.ofKinds(kinds);
  }

  target(ref: unknown): Subschema | undefined {
    return this.props.outline.target(ref);
  }

  visit(spot: Spot): void {
    const { schema } = spot;
    if (!isRecord(schema) || this.wasAt(spot)) return;
    const uses = Object.entries(schema).flatMap(([name, operand]) => {
      const keyword = KEYWORDS.get(name);
      return keyword === undefined ? [] : [{ keyword, operand, at: below(spot, name) }];
    });
    const isPossible = uses.every(
      ({ keyword, operand, at }) => keyword.admits?.(this, operand, at) ?? true,
    );
    if (!isPossible) return;
    for (const { keyword, operand, at } of uses) this.check(keyword, operand, at);
  }

  tell(isPossible: boolean, found: Found, fault: (found: Found) => Impossibility): void {
    const key = JSON.stringify(found.steps);
    if (isPossible) this.fine.add(key);
    else if (!this.faults.has(key)) this.faults.set(key, fault(found));
  }

  private check(keyword: Keyword, operand: unknown, at: Spot): void {
    const { name, types } = keyword;
    if (types !== undefined) {
      const isIdle = !types.some((type) => at.shape.hasType(type));
      this.tell(!isIdle, at, (found) => idle(name, types, found));
      if (isIdle) return;
    }
    if (keyword.fields !== undefined) keyword.fields(this, operand, at);
    else this.visitInPlace(keyword, operand, at);
  }

  private visitInPlace({ schemas }: Keyword, operand: unknown, at: Spot): void {
    for (const { steps, schema, inPlace } of schemas?.(operand) ?? []) {
      if (inPlace) this.visit({ ...below(at, ...steps), schema });
    }
  }

  private wasAt({ steps, shape }: Spot): boolean {
    const key = JSON.stringify(steps);
    const before = this.visited.get(key) ?? [];
    if (before.some((each) => each.isSame(shape))) return true;
    this.visited.set(key, [...before, shape]);
    return false;
  }
}
