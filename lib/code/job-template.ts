import { JOB_DEFAULTS } from '../model/limits.js';
import type { EnvironmentSpec, JobTemplateSpec } from '../model/specification.js';
import type { Literal } from './literal.js';

/** A job template without what is the default. References are by name. */
export function jobTemplateProps(spec: JobTemplateSpec): {
  readonly props: { readonly [key: string]: Literal };
} {
  const { image, imageSecret, command, environment, mounts, cpu, memory } = spec;
  const variables = environment.filter((entry) => 'name' in entry);
  const sources = environment.filter((entry) => !('name' in entry));
  const others = (
    [
      ...(['mode', 'serviceAccount', 'runAsUser', 'arrayIndices', 'ephemeralStorage'] as const),
      ...(['maxExecutionTime', 'retryLimit'] as const),
    ] as const
  ).flatMap((key): readonly (readonly [string, Literal])[] => {
    const value = spec[key];
    return value === undefined || value === JOB_DEFAULTS[key] ? [] : [[key, value]];
  });
  const isDefaultSize = cpu === JOB_DEFAULTS.cpu && memory === JOB_DEFAULTS.memory;
  return {
    props: {
      image,
      ...(imageSecret === undefined ? {} : { imageSecret }),
      ...(command.length === 0 ? {} : { command }),
      ...(spec.arguments.length === 0 ? {} : { arguments: spec.arguments }),
      ...(variables.length === 0 ? {} : { environment: Object.fromEntries(variables.map(named)) }),
      ...(sources.length === 0 ? {} : { environmentFrom: sources.map((each) => ({ ...each })) }),
      ...(mounts.length === 0 ? {} : { mounts: mounts.map((each) => ({ ...each })) }),
      ...(isDefaultSize ? {} : { cpu: Number(cpu), memory }),
      ...Object.fromEntries(others),
      ...(spec.allowMissingReferences === true ? { allowMissingReferences: true } : {}),
    },
  };
}

function named(entry: Extract<EnvironmentSpec, { readonly name: string }>): [string, Literal] {
  const { name, ...rest } = entry;
  return [name, 'value' in rest ? rest.value : { ...rest }];
}
