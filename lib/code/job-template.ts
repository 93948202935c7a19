import { JOB_DEFAULTS } from '../model/limits.js';
import type { EnvironmentSpec, ItemKind, JobTemplateSpec } from '../model/specification.js';
import type { Expression, Literal } from './literal.js';

/** The variable that holds an item, where the printed code declares it. */
export type Variables = (kinds: readonly ItemKind[], name: string) => Expression | undefined;

/** A job template without what is the default. What has no variable is referred to by its name. */
export function jobTemplateProps(
  spec: JobTemplateSpec,
  variableOf: Variables,
): { readonly [key: string]: Literal } {
  const { image, imageSecret, command, cpu, memory } = spec;
  const variables = spec.environment.filter((entry) => 'name' in entry);
  const sources = spec.environment.filter((entry) => !('name' in entry));
  const refer = (entry: Entry) => referring(entry, variableOf);
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
    image,
    ...(imageSecret === undefined
      ? {}
      : { imageSecret: variableOf(['registry-secrets'], imageSecret) ?? imageSecret }),
    ...(command.length === 0 ? {} : { command }),
    ...(spec.arguments.length === 0 ? {} : { arguments: spec.arguments }),
    ...(variables.length === 0
      ? {}
      : { environment: Object.fromEntries(variables.map((each) => named(each, refer))) }),
    ...(sources.length === 0 ? {} : { environmentFrom: sources.map(refer) }),
    ...(spec.mounts.length === 0 ? {} : { mounts: spec.mounts.map(refer) }),
    ...(isDefaultSize ? {} : { cpu: Number(cpu), memory }),
    ...Object.fromEntries(others),
    ...(spec.readOnlyRootFilesystem === true ? { readOnlyRootFilesystem: true } : {}),
    ...(spec.allowMissingReferences === true ? { allowMissingReferences: true } : {}),
  };
}

type Entry = Readonly<Record<string, string>>;

/** An entry with variables in place of the names that it refers to. */
function referring(entry: Entry, variableOf: Variables): { readonly [key: string]: Literal } {
  const kinds: Readonly<Record<string, readonly ItemKind[]>> = {
    secret: ['secrets', 'registry-secrets'],
    configMap: ['config-maps'],
  };
  const parts = Object.entries(entry).map(([key, value]) => [
    key,
    variableOf(Object.hasOwn(kinds, key) ? (kinds[key] ?? []) : [], value) ?? value,
  ]);
  return Object.fromEntries(parts);
}

function named(
  entry: Extract<EnvironmentSpec, { readonly name: string }>,
  refer: (entry: Entry) => Literal,
): [string, Literal] {
  const { name, ...rest } = entry;
  return [name, 'value' in rest ? rest.value : refer(rest)];
}
