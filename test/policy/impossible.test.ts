import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../lib/model/policy-document.js';
import { impossibleIn } from '../../lib/policy/impossible.js';
import { Compiler } from '../../lib/policy/json-schema/compiler.js';
import { compilePolicy } from '../../lib/policy/policy.js';
import { targetFields } from '../../lib/validation/target-fields.js';
import { policyDocument } from '../support/policies.js';

const COMPILER = new Compiler(false);
const FIELDS = targetFields();

function found(changes: Partial<PolicyDocument>) {
  const { value, problems } = compilePolicy(policyDocument(changes), {}, COMPILER);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return impossibleIn(value, FIELDS);
}

/** Each impossibility as its code and place, such as `path schema/properties/x`. */
function told(target: string, schema: object, changes: Partial<PolicyDocument> = {}) {
  return found({ target, schema: { ...schema }, ...changes }).map(
    ({ code, steps }) => `${code.split('-')[1]} ${steps.join('/')}`,
  );
}

const spec = (inner: object) => ({ properties: { spec: inner } });

describe('a name that the target can’t have is told, with the nearest one', () => {
  it('in Kubernetes’ own form, which Terraform’s names are not', () => {
    const [fault] = found({
      target: 'container',
      schema: { properties: { image_pull_policy: { const: 'Always' } } },
    });
    expect(fault).toMatchObject({
      code: 'policy-path-impossible',
      steps: ['schema', 'properties', 'image_pull_policy'],
      remedy: 'Did you mean `imagePullPolicy`?',
    });
  });

  it('in what the project’s own files declare', () => {
    const [fault] = found({
      target: 'job-template',
      schema: { properties: { retries: { maximum: 1 }, mode: { const: 'task' } } },
    });
    expect(fault).toMatchObject({ code: 'policy-path-impossible' });
    expect(told('deletion', { properties: { mode: { const: 'medium' } } })).toHaveLength(1);
  });

  it('in the provider’s form, where single blocks are lists', () => {
    const target = 'kubernetes_cron_job_v1';
    expect(told(target, spec({ properties: { schedule: {} } }))).toEqual([
      'type schema/properties/spec/properties',
    ]);
    expect(told(target, spec({ items: { properties: { schedule: {} } } }))).toEqual([]);
    expect(told(target, spec({ items: { properties: { shedule: {} } } }))).toEqual([
      'path schema/properties/spec/items/properties/shedule',
    ]);
  });

  it('at any depth and under every keyword', () => {
    const x = { properties: { hostNetwrok: {} } };
    const at = 'path schema/properties/spec';
    const cases: readonly (readonly [object, string])[] = [
      [{ allOf: [{}, x] }, '/allOf/1/properties/hostNetwrok'],
      [{ anyOf: [x] }, '/anyOf/0/properties/hostNetwrok'],
      [{ oneOf: [x] }, '/oneOf/0/properties/hostNetwrok'],
      [{ not: x }, '/not/properties/hostNetwrok'],
      [{ if: x, else: {} }, '/if/properties/hostNetwrok'],
      [{ if: {}, else: x }, '/else/properties/hostNetwrok'],
      [
        Object.fromEntries([
          ['if', {}],
          ['then', x],
        ]),
        '/then/properties/hostNetwrok',
      ],
      [{ required: ['containers', 'hostNetwrok'] }, '/required/1'],
      [{ dependentRequired: { hostNetwork: ['hostNetwrok'] } }, '/dependentRequired/hostNetwork/0'],
      [
        { dependentSchemas: { hostNetwork: x } },
        '/dependentSchemas/hostNetwork/properties/hostNetwrok',
      ],
      [{ patternProperties: { '^hostnet': {} } }, '/patternProperties/^hostnet'],
      [{ propertyNames: { enum: ['hostNetwrok'] } }, '/propertyNames/enum/0'],
      [
        { properties: { containers: { items: { required: ['imge'] } } } },
        '/properties/containers/items/required/0',
      ],
      [
        { properties: { containers: { contains: { properties: { imge: {} } } } } },
        '/properties/containers/contains/properties/imge',
      ],
      [
        { properties: { containers: { prefixItems: [{ required: ['imge'] }] } } },
        '/properties/containers/prefixItems/0/required/0',
      ],
    ];
    for (const [schema, place] of cases) {
      const [first] = told('pod-template', spec(schema));
      expect(first?.replace(/^\w+/, 'path')).toBe(`${at}${place}`);
    }
  });

  it('behind a reference', () => {
    const schema = { $ref: '#/$defs/pod', $defs: { pod: spec({ required: ['containrs'] }) } };
    expect(told('pod-template', schema)).toEqual([
      'path schema/$defs/pod/properties/spec/required/0',
    ]);
  });

  it('in `when`, and in what `related` looks for', () => {
    expect(told('container', {}, { when: { required: ['imagee'] } })).toEqual([
      'path when/required/0',
    ]);
    const related = {
      kinds: ['ResourceQuota'],
      here: { '/metadata/namespace': '/metadata/name', '/metadata/namspace': '/metadata/nme' },
      object: { '/spec/hard': '/metadata/labels/any' },
      schema: { properties: { spec: { required: ['hart'] } } },
    };
    expect(told('manifest', { related }, { kinds: ['Namespace'] })).toEqual([
      'path schema/related/here//metadata/namspace',
      'path schema/related/schema/properties/spec/required/0',
    ]);
  });

  it('in a target of the provider that isn’t there', () => {
    expect(found({ target: 'kubernetes_secert_v1', schema: {} })).toMatchObject([
      { code: 'policy-target-impossible', remedy: 'Did you mean `kubernetes_secret_v1`?' },
    ]);
  });
});

describe('values and types that can’t occur are told', () => {
  it('in enumerations of the API', () => {
    const schema = spec({ properties: { restartPolicy: { enum: ['Never', 'OnFailures'] } } });
    const [fault] = found({ target: 'pod-template', schema });
    expect(fault).toMatchObject({
      code: 'policy-value-impossible',
      steps: ['schema', 'properties', 'spec', 'properties', 'restartPolicy', 'enum', '1'],
      remedy: 'Did you mean `OnFailure`?',
    });
  });

  it('of another type', () => {
    const inner = (schema: object) => spec({ properties: { hostNetwork: schema } });
    const at = 'schema/properties/spec/properties/hostNetwork';
    expect(told('pod-template', inner({ const: 'true' }))).toEqual([`value ${at}/const`]);
    expect(told('pod-template', inner({ type: 'string', pattern: 'x' }))).toEqual([
      `type ${at}/type`,
    ]);
    expect(told('pod-template', inner({ type: ['boolean', 'string'], minLength: 1 }))).toEqual([
      `type ${at}/minLength`,
    ]);
    expect(told('pod-template', inner({ type: ['boolean', 'null'], const: true }))).toEqual([]);
  });
});

describe('nothing is said', () => {
  it('of maps whose keys are a user’s own, of quantities and of ports by name or number', () => {
    const labels = {
      properties: { labels: { required: ['team'] }, annotations: { required: ['x/y'] } },
    };
    expect(told('manifest', { properties: { metadata: labels } })).toEqual([]);
    const data = { properties: { data: { properties: { any: { pattern: 'x' } } } } };
    expect(told('manifest', data, { kinds: ['ConfigMap'] })).toEqual([]);
    const limits = { properties: { limits: { properties: { 'example.org/gpu': { const: 1 } } } } };
    expect(told('container', { properties: { resources: limits } })).toEqual([]);
    const probe = { properties: { httpGet: { properties: { port: { enum: ['http', 80] } } } } };
    expect(told('container', { properties: { livenessProbe: probe } })).toEqual([]);
  });

  it('of kinds that aren’t Kubernetes’ own, but for their metadata', () => {
    const own = spec({ properties: { anything: {} } });
    expect(told('manifest', own, { kinds: ['Gadget'] })).toEqual([]);
    expect(told('manifest', own, { kinds: ['Gadget', 'Pod'] })).toEqual([]);
    expect(told('pod-template', own, { kinds: ['Gadget'] })).toEqual([]);
    expect(told('manifest', own, { kinds: ['Pod'] })).toEqual([
      'path schema/properties/spec/properties/anything',
    ]);
  });

  it('of kinds of the same name in another API', () => {
    const schema = spec({ properties: { minAvailable: {} } });
    const version = (apiVersion: string) => ({ properties: { apiVersion: { const: apiVersion } } });
    const job = (apiVersion: string) =>
      told('manifest', schema, { kinds: ['Job'], when: version(apiVersion) });
    expect(job('batch.volcano.sh/v1alpha1')).toEqual([]);
    expect(job('batch/v1')).toHaveLength(1);
  });

  it('of any resource, of other providers, and of what may have any form', () => {
    const schema = { properties: { anything: { properties: { at: { const: 'all' } } } } };
    expect(told('resource', schema)).toEqual([]);
    expect(told('aws_s3_bucket', schema)).toEqual([]);
    expect(told('kubernetes_manifest', { properties: { manifest: schema } })).toEqual([]);
  });

  it('of a schema that is used in several places, and fits one of them', () => {
    const schema = {
      properties: { metadata: { $ref: '#/$defs/any' }, spec: { $ref: '#/$defs/any' } },
      $defs: { any: { properties: { hostNetwork: {}, labels: {}, nowhere: {} } } },
    };
    expect(told('pod-template', schema)).toEqual(['path schema/$defs/any/properties/nowhere']);
  });

  it('twice, and the walk ends where a schema refers to itself', () => {
    const schema = {
      $ref: '#/$defs/any',
      $defs: {
        any: { additionalProperties: { $ref: '#/$defs/any' }, items: { $ref: '#/$defs/any' } },
      },
    };
    expect(told('manifest', schema, { kinds: ['CustomResourceDefinition'] })).toEqual([]);
  });
});
