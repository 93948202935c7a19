const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  object: [
    'properties',
    'required',
    'patternProperties',
    'additionalProperties',
    'unevaluatedProperties',
    'propertyNames',
    'minProperties',
    'maxProperties',
    'dependentRequired',
    'dependentSchemas',
  ],
  array: [
    'items',
    'prefixItems',
    'unevaluatedItems',
    'contains',
    'minContains',
    'maxContains',
    'minItems',
    'maxItems',
    'uniqueItems',
  ],
  string: ['minLength', 'maxLength', 'pattern', 'format', 'imageReference'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
};

/** The types that a keyword says something of; it leaves all others alone. */
export const KEYWORD_TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ...Object.entries(BY_TYPE).flatMap(([type, keywords]) =>
    keywords.map((keyword): [string, readonly string[]] => [keyword, [type]]),
  ),
  ['quantity', ['string', 'number', 'object']],
]);
