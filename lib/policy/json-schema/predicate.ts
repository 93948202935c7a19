/** Whether a value that is known in every part matches. */
export type Predicate = (value: unknown) => boolean;

/** The predicate of one schema, which may refer to itself: it is made after others hold it. */
export interface Cell {
  test: Predicate;
}

/** A schema, with the predicates of the schemas in it and of those that it refers to. */
export interface Place {
  readonly schema: Readonly<Record<string, unknown>>;
  /** @param path - JSON pointer from this schema */
  readonly part: (path: string) => Cell;
  /** What a `$ref` leads to; undefined where that isn't in the document. */
  readonly target: (ref: unknown) => Cell | undefined;
}

/** Makes what a keyword asks of a value; undefined for an operand that only the validator knows. */
export type Maker = (operand: unknown, place: Place) => Predicate | undefined;

export function isTexts(operand: unknown): operand is readonly string[] {
  return Array.isArray(operand) && operand.every((each) => typeof each === 'string');
}
