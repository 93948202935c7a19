/**
 * What can be at a place: a JSON Schema of few keywords. One without any stands for anything, an
 * object with `properties` alone may have others.
 */
export interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: FieldSchema | false;
  readonly items?: FieldSchema;
  /** `#/$defs/NAME` of the same file. */
  readonly $ref?: string;
}

/** What the targets of some API can have. `npm run fields` makes these files. */
export interface FieldFile {
  /** Whose fields they are, with the version. */
  readonly source: string;
  /** Names of definitions by target: a kind may have several, one for each version. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  readonly $defs: Readonly<Record<string, FieldSchema>>;
}
