import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { FieldFile } from '../../../lib/policy/fields/schema.js';
import { kindOf } from '../../../lib/policy/shape/kinds.js';
import { manifestOf } from '../../../lib/policy/shape/manifest.js';
import { attributesOf } from '../../../lib/policy/shape/terraform.js';
import { fieldFile, fullValue } from '../../support/fields.js';

const TERRAFORM = fieldFile('terraform');
const KUBERNETES = fieldFile('kubernetes');

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
for (const { source, $defs } of [TERRAFORM, KUBERNETES]) ajv.addSchema({ $defs }, keyOf(source));

/** What the provider has, and Kubernetes has not, or not in this version. */
const NOT_IN_KUBERNETES: ReadonlySet<string> = new Set([
  'volumes/local',
  'azureFile/secretNamespace',
  'secretRef/namespace',
  'spec/targetCPUUtilizationPercentage',
  'spec/backend',
  'backend/serviceName',
  'backend/servicePort',
]);

function keyOf(source: string): string {
  return source.replaceAll(/\W/g, '');
}

/** What is wrong with a value, by the target's newest version. Which text may stand is left out. */
function faults({ source, targets }: FieldFile, target: string, value: unknown): readonly string[] {
  const validate = ajv.getSchema(`${keyOf(source)}#/$defs/${targets[target]?.at(-1)}`);
  if (validate === undefined) throw new Error(`no schema of ${target}`);
  if (validate(value)) return [];
  return (validate.errors ?? [])
    .filter(({ keyword }) => keyword !== 'enum')
    .map(({ instancePath, keyword, params }) => {
      const [around] = instancePath.replaceAll(/\/\d+/g, '').split('/').slice(-1);
      return keyword === 'additionalProperties'
        ? `${around}/${params['additionalProperty']}`
        : `${instancePath} ${JSON.stringify(params)}`;
    })
    .filter((each) => !NOT_IN_KUBERNETES.has(each));
}

function resource(type: string) {
  const [name = ''] = TERRAFORM.targets[type] ?? [];
  const value = fullValue({ $ref: `#/$defs/${name}` }, TERRAFORM);
  return { value, unknown: {}, sensitive: {} };
}

describe('a resource with everything that the provider can have', () => {
  const types = Object.keys(TERRAFORM.targets);

  it.each(types.filter((type) => kindOf(type) !== undefined))(
    '%s becomes a manifest that Kubernetes knows in every field',
    (type) => {
      const manifest = manifestOf(type, resource(type));
      expect(manifest).toBeDefined();
      expect(faults(KUBERNETES, kindOf(type)?.kind ?? '', manifest?.value)).toEqual([]);
    },
  );

  it.each(types)('%s keeps the provider’s own form', (type) => {
    expect(faults(TERRAFORM, type, attributesOf(type, resource(type)).value)).toEqual([]);
  });
});
