import { RE2JS } from 're2js';
import { isRecord, memberOf } from '../../model/record.js';
import { FieldShape } from '../fields/field-shape.js';
import { keysIn, stepOf } from '../shape/part.js';
import { type Found, noName, noPointer, noValue } from './impossibility.js';
import type { Spot, Walk } from './walk.js';

/** Looks at what a keyword says, and visits the schemas in it. */
type InnerRule = (walk: Walk, operand: unknown, spot: Spot) => void;

/** A schema that is held against the same value. */
function inPlace(keyword: string): InnerRule {
  return (walk, schema, spot) => walk.visit({ ...below(spot, keyword), schema });
}

/** Several of them, in a list or by name. */
function allInPlace(keyword: string): InnerRule {
  return (walk, operand, spot) => {
    for (const [key, schema] of entriesOf(operand)) {
      walk.visit({ ...below(spot, keyword, key), schema });
    }
  };
}

/** A schema that is held against members or items. */
function inside(keyword: string, inner: (shape: FieldShape) => FieldShape | undefined): InnerRule {
  return (walk, schema, spot) => {
    const shape = inner(spot.shape);
    if (shape === undefined) return;
    walk.visit({ ...below(spot, keyword), schema, shape, place: `${spot.place}/*` });
  };
}

const properties: InnerRule = (walk, operand, spot) => {
  for (const [name, schema] of entriesOf(operand)) {
    const at = below(spot, 'properties', name);
    const shape = memberAt(walk, name, at);
    const place = `${spot.place}${stepOf(name)}`;
    if (shape !== undefined) walk.visit({ ...at, schema, shape, place });
  }
};

const patternProperties: InnerRule = (walk, operand, spot) => {
  const { names } = spot.shape;
  for (const [pattern, schema] of entriesOf(operand)) {
    const at = below(spot, 'patternProperties', pattern);
    const shape =
      names === undefined
        ? spot.shape.members
        : spot.shape.membersOf(names.filter(matching(pattern)));
    walk.tell(shape !== undefined, at, (found) => noName(pattern, found));
    if (shape !== undefined) walk.visit({ ...at, schema, shape, place: `${spot.place}/*` });
  }
};

const prefixItems: InnerRule = (walk, operand, spot) => {
  const shape = spot.shape.elements;
  for (const [index, schema] of entriesOf(operand)) {
    const place = `${spot.place}/${index}`;
    if (shape !== undefined)
      walk.visit({ ...below(spot, 'prefixItems', index), schema, shape, place });
  }
};

const required: InnerRule = (walk, operand, spot) => {
  for (const [index, name] of entriesOf(operand)) {
    memberAt(walk, String(name), below(spot, 'required', index));
  }
};

const dependentRequired: InnerRule = (walk, operand, spot) => {
  for (const [name, others] of entriesOf(operand)) {
    const at = below(spot, 'dependentRequired', name);
    memberAt(walk, name, at);
    for (const [index, other] of entriesOf(others)) {
      memberAt(walk, String(other), below(at, index));
    }
  }
};

const dependentSchemas: InnerRule = (walk, operand, spot) => {
  for (const [name, schema] of entriesOf(operand)) {
    const at = below(spot, 'dependentSchemas', name);
    if (memberAt(walk, name, at) !== undefined) walk.visit({ ...at, schema });
  }
};

const constant: InnerRule = (walk, value, spot) => {
  valueAt(walk, value, below(spot, 'const'));
};

const enumeration: InnerRule = (walk, operand, spot) => {
  for (const [index, value] of entriesOf(operand)) valueAt(walk, value, below(spot, 'enum', index));
};

const reference: InnerRule = (walk, operand, spot) => {
  const target = walk.outline.target(operand);
  if (target === undefined) return;
  const steps = [walk.root, ...keysIn(target.pointer)];
  walk.visit({ ...spot, steps, schema: target.schema });
};

const quantity: InnerRule = (walk, operand, spot) => {
  for (const [side, pointer] of entriesOf(memberOf(operand, 'ratio'))) {
    pointerAt(walk, pointer, below(spot, 'quantity', 'ratio', side));
  }
};

/** Another object of some kinds, and pointers from it to this one. */
const related: InnerRule = (walk, operand, spot) => {
  const kinds = entriesOf(memberOf(operand, 'kinds')).map(([, kind]) => String(kind));
  const other = walk.fields.ofKinds(kinds);
  for (const [from, shape] of [
    ['here', spot.shape],
    ['object', walk.whole],
  ] as const) {
    for (const [into, pointer] of entriesOf(memberOf(operand, from))) {
      const at = below(spot, 'related', from, into);
      pointerAt(walk, into, { ...at, shape: other, place: '' });
      pointerAt(walk, pointer, { ...at, shape });
    }
  }
  const schema = memberOf(operand, 'schema');
  walk.visit({ ...below(spot, 'related', 'schema'), schema, shape: other, place: '' });
};

/** What each keyword says of members, items and values. Others say nothing that can't be. */
export const INNER_RULES: ReadonlyMap<string, InnerRule> = new Map([
  ...['not', 'if', 'then', 'else'].map((each): [string, InnerRule] => [each, inPlace(each)]),
  ...['allOf', 'anyOf', 'oneOf'].map((each): [string, InnerRule] => [each, allInPlace(each)]),
  ...['items', 'contains', 'unevaluatedItems'].map((each): [string, InnerRule] => [
    each,
    inside(each, ({ elements }) => elements),
  ]),
  ...['additionalProperties', 'unevaluatedProperties'].map((each): [string, InnerRule] => [
    each,
    inside(each, ({ members }) => members),
  ]),
  ['propertyNames', inside('propertyNames', namesIn)],
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['prefixItems', prefixItems],
  ['required', required],
  ['dependentRequired', dependentRequired],
  ['dependentSchemas', dependentSchemas],
  ['const', constant],
  ['enum', enumeration],
  ['$ref', reference],
  ['quantity', quantity],
  ['related', related],
]);

function memberAt(walk: Walk, name: string, at: Found): FieldShape | undefined {
  const shape = at.shape.member(name);
  walk.tell(shape !== undefined, at, (found) => noName(name, found));
  return shape;
}

function pointerAt(walk: Walk, pointer: unknown, at: Found): void {
  const isPossible = typeof pointer !== 'string' || at.shape.at(pointer) !== undefined;
  walk.tell(isPossible, at, (found) => noPointer(String(pointer), found));
}

function valueAt(walk: Walk, value: unknown, at: Found): void {
  walk.tell(at.shape.has(value), at, (found) => noValue(value, found));
}

function namesIn({ names }: FieldShape): FieldShape | undefined {
  return FieldShape.of([{ type: 'string', ...(names === undefined ? {} : { enum: names }) }], {});
}

/** Patterns are compiled already where they are used, so none throws. */
function matching(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matcher(text).find();
}

function below<T extends Found>(found: T, ...steps: readonly string[]): T {
  return { ...found, steps: [...found.steps, ...steps] };
}

function entriesOf(operand: unknown): readonly (readonly [string, unknown])[] {
  return Array.isArray(operand) || isRecord(operand) ? Object.entries(operand) : [];
}
