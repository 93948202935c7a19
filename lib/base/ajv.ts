import { createRequire } from 'node:module';
import type { Ajv2020 } from 'ajv/dist/2020.js';

const require = createRequire(import.meta.url);

/** Loading it takes a twentieth of a second, which only they have to wait for who compile a schema. */
export function ajv2020(): typeof Ajv2020 {
  const ajv: typeof import('ajv/dist/2020.js') = require('ajv/dist/2020.js');
  return ajv.Ajv2020;
}
