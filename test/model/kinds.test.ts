import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkJobTemplate } from '../../lib/model/job-template.js';
import { NAMES_SHARED_BY } from '../../lib/model/kinds.js';
import { JOB_DEFAULTS } from '../../lib/model/limits.js';
import { ROOT } from '../support/built.js';

it('knows which kinds share their names in a namespace', () => {
  expect(NAMES_SHARED_BY).toEqual([
    ['registry-secrets', 'secrets'],
    ['config-maps'],
    ['job-templates'],
  ]);
});

it('fills in the defaults of a job template that its docstrings promise', () => {
  expect(checkJobTemplate('x', { image: 'busybox' }).value).toMatchObject(JOB_DEFAULTS);
  const source = readFileSync(join(ROOT, 'lib/constructs/job-template.ts'), 'utf8');
  const promised = [...source.matchAll(/@default '?([\w]+)'? \*\/\s+readonly (\w+)\?/g)];
  const known = new Map(Object.entries(JOB_DEFAULTS).map(([key, value]) => [key, String(value)]));
  const compared = promised.filter(([, , key = '']) => known.has(key));
  expect(compared.length).toBeGreaterThanOrEqual(7);
  for (const [, value, key = ''] of compared) expect([key, value]).toEqual([key, known.get(key)]);
});
