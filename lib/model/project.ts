import { isRecord } from '../base/guards.js';
import { inert, quote } from '../base/inert.js';
import { didYouMean } from '../base/nearest.js';
import { type Checked, type Problem, Problems } from '../base/problem.js';
import { unknownProperties } from '../base/texts.js';
import { DEFAULT_QUOTA } from './limits.js';
import { normaliseAmount, parseAmount } from './sizes.js';
import type { ItemKind, JobTemplateSpec, ProjectSpec, QuotaSpec } from './specification.js';

const AMOUNTS: readonly string[] = ['memory', 'ephemeralStorage'];
const MAX_COUNT = 1_000_000;

/** Checks a project's quota and fills in the platform's limits for what it leaves out. */
export function checkQuota(quota: Partial<QuotaSpec> | undefined): Checked<QuotaSpec> {
  if (quota === undefined) return { value: DEFAULT_QUOTA, problems: [] };
  const problems = new Problems();
  for (const problem of unknownProperties(quota, Object.keys(DEFAULT_QUOTA))) problems.add(problem);
  for (const [key, value] of Object.entries(isRecord(quota) ? quota : {})) {
    if (value === undefined || !Object.hasOwn(DEFAULT_QUOTA, key)) continue;
    if (AMOUNTS.includes(key)) problems.take(parseAmount(`quota.${key}`, value));
    else if (!isCount(key, value)) problems.add(wrongCount(key, value));
  }
  const given = Object.entries(isRecord(quota) ? quota : {})
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, typeof value === 'string' ? normaliseAmount(value) : value]);
  return problems.result({ ...DEFAULT_QUOTA, ...Object.fromEntries(given) });
}

/** Checks that a project does not declare more than its quota lets in. */
export function checkQuotaUse(spec: ProjectSpec): readonly Problem[] {
  const count = (...kinds: readonly (object | undefined)[]) =>
    kinds.reduce((sum: number, items) => sum + Object.keys(items ?? {}).length, 0);
  const uses = [
    ['jobs', 'job templates', count(spec['job-templates'])],
    ['secrets', 'secrets', count(spec['registry-secrets'], spec.secrets)],
    ['configMaps', 'config maps', count(spec['config-maps'])],
  ] as const;
  return uses
    .filter(([key, , used]) => used > spec.quota[key])
    .map(([key, label, used]) => ({
      code: 'project/quota',
      message: `${used} ${label} are more than the quota of ${spec.quota[key]}.`,
      remedy: `Raise \`quota.${key}\`, or use a second project.`,
    }));
}

/** What a job template names that something other than this app makes, by the template's name. */
export type ForeignReferences = ReadonlyMap<
  string,
  readonly { readonly kind: ItemKind; readonly name: string }[]
>;

/** A problem, and the template that has it. */
export interface MissingReference extends Problem {
  readonly template: string;
}

/** What a job template names, and whether that must exist. */
export interface Referring {
  readonly imageSecret?: unknown;
  /** Of environment and mounts. */
  readonly entries: readonly object[];
  readonly allowMissingReferences?: unknown;
}

/** An item whose declaration has problems: it will be there, and what it names is looked for all the same. */
export interface UnsoundItem {
  readonly kind: ItemKind;
  readonly name: string;
  readonly refers?: Referring;
}

/** Checks that what job templates name exists in their project. */
export function checkReferences(
  spec: ProjectSpec,
  elsewhere: ForeignReferences = new Map(),
  unsound: readonly UnsoundItem[] = [],
): readonly MissingReference[] {
  const sound = Object.entries(spec['job-templates'] ?? {}).map(
    ([name, template]) => [name, referringOf(template)] as const,
  );
  const others = unsound.flatMap(({ name, refers }) =>
    refers === undefined ? [] : [[name, refers] as const],
  );
  return [...sound, ...others]
    .filter(([, template]) => template.allowMissingReferences !== true)
    .flatMap(([name, template]) => {
      const foreign = [...(elsewhere.get(name) ?? []), ...unsound];
      const known = (kind: ItemKind) => [
        ...Object.keys(spec[kind] ?? {}),
        ...foreign.filter((each) => each.kind === kind).map((each) => each.name),
      ];
      const registries = known('registry-secrets');
      const secrets = [...registries, ...known('secrets')];
      return [
        ...missing(name, 'registry secret', imageSecretOf(template), registries),
        ...missing(name, 'secret', namesOf(template, 'secret'), secrets),
        ...missing(name, 'config map', namesOf(template, 'configMap'), known('config-maps')),
      ];
    });
}

function referringOf({ environment, mounts, ...template }: JobTemplateSpec): Referring {
  return { ...template, entries: [...environment, ...mounts] };
}

function imageSecretOf({ imageSecret }: Referring): readonly string[] {
  return typeof imageSecret === 'string' ? [imageSecret] : [];
}

function namesOf({ entries }: Referring, key: 'secret' | 'configMap'): readonly string[] {
  const names = entries.flatMap((entry) => {
    const name: unknown = Reflect.get(entry, key);
    return typeof name === 'string' ? [name] : [];
  });
  return [...new Set(names)];
}

function missing(
  template: string,
  what: string,
  named: readonly string[],
  known: readonly string[],
): readonly MissingReference[] {
  return named
    .filter((name) => !known.includes(name))
    .map((name) => ({
      template,
      code: 'job-template/missing-reference',
      message: `The job template ${inert(template)} names the ${what} ${quote(name)}, which its project does not have or is about to lose.`,
      remedy: `Declare it, or say allowMissingReferences: true if something else makes it.${didYouMean(name, known)}`,
    }));
}

function isCount(key: string, value: unknown): boolean {
  const isNumber = key === 'cpu' ? Number.isFinite(value) : Number.isSafeInteger(value);
  return isNumber && Number(value) >= 0 && Number(value) <= MAX_COUNT;
}

function wrongCount(key: string, value: unknown): Problem {
  return {
    code: 'project/quota-value',
    message: `\`quota.${key}\` ${quote(value)} is not a limit.`,
    remedy: `Use a number from 0 to ${MAX_COUNT}.`,
  };
}
