import { randomUUID } from 'node:crypto';
import { isRecord } from '../base/guards.js';
import type { Engine } from './find.js';
import { EngineError } from './run.js';

/**
 * A state as it is stored: what `state pull` gives and `state push` takes. Everything in it that
 * isn't understood here is kept as it is.
 */
export interface RawState {
  readonly version: 4;
  readonly serial: number;
  readonly lineage: string;
  readonly resources: readonly RawResource[];
  readonly [other: string]: unknown;
}

/** A resource of a stored state. */
export interface RawResource {
  readonly module?: string;
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly provider: string;
  readonly instances: readonly Readonly<Record<string, unknown>>[];
  readonly [other: string]: unknown;
}

/** A `terraform_data` by its block's name, and what it holds. */
export interface RecordInput {
  readonly name: string;
  readonly input: object;
}

/** Reads what `state pull` printed; nothing at all stands for a state that was never written. */
export function readRawState(engine: Engine, text: string): RawState {
  if (text.trim() === '') return emptyState(engine);
  try {
    const json: unknown = JSON.parse(text);
    if (isRawState(json)) return json;
  } catch {
    // Told below: what the parser says could repeat a value.
  }
  throw new EngineError(`The state that ${engine.name} gave is not one of version 4.`);
}

/** A state in which nothing is. */
export function emptyState(engine: Engine): RawState {
  return {
    version: 4,
    terraform_version: engine.version,
    serial: 0,
    lineage: randomUUID(),
    outputs: {},
    resources: [],
  };
}

/** The addresses of the root module's managed resources that have an object, without an index. */
export function knownAddresses(state: RawState): ReadonlySet<string> {
  const managed = state.resources.filter(
    ({ module, mode, instances }) =>
      module === undefined && mode === 'managed' && instances.length > 0,
  );
  return new Set(managed.map(({ type, name }) => `${type}.${name}`));
}

/** An object that a provider can be asked about, by what it has to know for that. */
export interface Askable {
  readonly type: string;
  readonly name: string;
  readonly index?: number;
  /** The provider's alias, where the resource names one. */
  readonly alias?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A resource as it would stand in state if it had been noted. */
export function asResource(candidate: Askable, provider: string): RawResource {
  const { type, name, index, alias, attributes } = candidate;
  const instance = { schema_version: 0, attributes };
  return {
    mode: 'managed',
    type,
    name,
    provider: `provider["${provider}"]${alias === undefined ? '' : `.${alias}`}`,
    instances: [index === undefined ? instance : { index_key: index, ...instance }],
  };
}

/** A record of ours as it would stand in state if it had been noted. All that it holds is text. */
export function asRecord({ name, input }: RecordInput): RawResource {
  const value = { value: input, type: typeOf(input) };
  const attributes = { id: name, input: value, output: value, triggers_replace: null };
  return {
    mode: 'managed',
    type: 'terraform_data',
    name,
    provider: 'provider["terraform.io/builtin/terraform"]',
    instances: [{ schema_version: 0, attributes }],
  };
}

/** How a state says a value's type beside it. */
function typeOf(value: unknown): unknown {
  if (!isRecord(value)) return 'string';
  const entries = Object.entries(value).map(([key, part]) => [key, typeOf(part)]);
  return ['object', Object.fromEntries(entries)];
}

/** The state with more resources in it, as its next version. */
export function withResources(state: RawState, added: readonly RawResource[]): RawState {
  const replaced = new Set(added.map(key));
  const kept = state.resources.filter((resource) => !replaced.has(key(resource)));
  return { ...state, serial: state.serial + 1, resources: [...kept, ...added] };
}

function key({ module = '', mode, type, name }: RawResource): string {
  return [module, mode, type, name].join(' ');
}

function isRawState(json: unknown): json is RawState {
  if (!isRecord(json) || json['version'] !== 4) return false;
  const { serial, lineage, resources } = json;
  return (
    Number.isSafeInteger(serial) &&
    typeof lineage === 'string' &&
    Array.isArray(resources) &&
    resources.every(isRawResource)
  );
}

function isRawResource(json: unknown): boolean {
  if (!isRecord(json) || !Array.isArray(json['instances'])) return false;
  const texts = [json['mode'], json['type'], json['name'], json['provider']];
  return texts.every((text) => typeof text === 'string') && json['instances'].every(isRecord);
}
