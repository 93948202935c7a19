import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { publishedSchema } from '../support/schemas.js';
import { ROOT } from '../support/scratch.js';

const NAMES = readdirSync(join(ROOT, 'lib/schemas'))
  .filter((name) => name.endsWith('.schema.json'))
  .map((name) => name.replace('.schema.json', ''));

describe('the published schemas', () => {
  it.each(NAMES)('keep the meta-schema, which no command checks again: %s', (name) => {
    const ajv = new Ajv2020();
    expect(ajv.validateSchema(publishedSchema(name)), ajv.errorsText()).toBe(true);
  });
});
