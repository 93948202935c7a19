import { describe, expect, it } from 'vitest';
import { POD_SECURITY_VERSIONS } from '../../lib/model/pod-security.js';
import { compilePolicy } from '../../lib/policy/policy.js';
import { policyDocument } from '../support/policies.js';

const since = (versions: object) => ({ $since: versions });

function schemaIn(version: string, schema: object) {
  const { value, problems } = compilePolicy(
    policyDocument({ schema: { ...schema } }),
    {},
    undefined,
    false,
    version,
  );
  return value === undefined ? problems.map(({ code }) => code) : value.schemas['schema'];
}

describe('what holds from a version on', () => {
  it('is that of the newest version that isn’t newer', () => {
    const schema = { enum: since({ '1.25': ['a'], '1.31': ['b'], '1.9': ['z'] }) };
    const said = POD_SECURITY_VERSIONS.map((version) => schemaIn(version, schema));
    expect(said.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => ({ enum: ['a'] })));
    expect(said.slice(6)).toEqual(Array.from({ length: 7 }, () => ({ enum: ['b'] })));
  });

  it('may be a whole schema, and one in another', () => {
    const inner = since({ '1.25': { const: 1 }, '1.36': { const: 2 } });
    const schema = since({ '1.25': true, '1.30': { allOf: [inner] } });
    expect(schemaIn('1.29', schema)).toEqual({ allOf: [true] });
    expect(schemaIn('1.30', schema)).toEqual({ allOf: [{ const: 1 }] });
    expect(schemaIn('1.37', schema)).toEqual({ allOf: [{ const: 2 }] });
  });

  it.each([
    ['without the oldest version', since({ '1.31': true })],
    ['with something that is no version', since({ '1.25': true, latest: true })],
    ['with other keys beside it', { ...since({ '1.25': true }), type: 'object' }],
    ['that is no object', { not: { $since: '1.25' } }],
  ])('is a problem %s', (_, schema) => {
    expect(schemaIn('1.37', schema)).toEqual(['policy/since']);
  });

  it('gives a parameter another default, unless reprieve.yaml sets it', () => {
    const document = policyDocument({
      parameters: { only: { type: 'string', default: since({ '1.25': 'a', '1.26': 'b' }) } },
      schema: { const: { $parameter: 'only' } },
    });
    const only = (parameters: object, version: string) =>
      compilePolicy(document, { ...parameters }, undefined, false, version).value?.schemas[
        'schema'
      ];
    expect(only({}, '1.25')).toEqual({ const: 'a' });
    expect(only({}, '1.26')).toEqual({ const: 'b' });
    expect(only({ only: 'c' }, '1.26')).toEqual({ const: 'c' });
  });
});
