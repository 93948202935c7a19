import type { Keyword } from '../keyword.js';

/** Keywords that only describe. */
export const annotations: readonly Keyword[] = [
  ...['$schema', '$comment', '$anchor', '$dynamicAnchor', 'title', 'description', 'default'],
  ...['examples', 'deprecated', 'readOnly', 'writeOnly'],
  ...['contentEncoding', 'contentMediaType', 'contentSchema'],
].map((name) => ({ name, isSilent: true }));
