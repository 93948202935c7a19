import { API_VERSION, identityInput } from '../../reclamation/clock.js';
import { keyOf } from '../audit/members.js';
import type { ClusterObject } from '../audit/object.js';
import { clockIn, type FoundClock, type LostClock } from './clock.js';
import type { DeclaredObject, DeclaredRecord, DeclaredStack } from './declared.js';

/** What a state is rebuilt from. */
export interface RebuildInput {
  readonly declared: DeclaredStack;
  /** What is there, in the namespaces that are this stack's. */
  readonly objects: readonly ClusterObject[];
  readonly now: Date;
  readonly engine: { readonly name: string; readonly version: string };
  /** What a backend tells states apart by; the serial has to be above the present state's. */
  readonly version: { readonly lineage: string; readonly serial: number };
}

/** A deletion as the rebuilt state has it. */
export interface RebuiltDeletion {
  readonly target: string;
  readonly clock: FoundClock | LostClock;
}

/** A state for `terraform state push`, and what to tell of it. */
export interface RebuiltState {
  readonly state: object;
  readonly found: readonly DeclaredObject[];
  readonly deletions: readonly RebuiltDeletion[];
}

/**
 * Rebuilds a state from the code and the cluster. It names every object by its id and name, and
 * Terraform reads the rest by itself when it plans. Importing would do the same, but writes a
 * secret's content into the state; and a clock can't be imported at all.
 *
 * What is not there is left out: the next deploy makes it.
 */
export function rebuildState(input: RebuildInput): RebuiltState {
  const { declared, now } = input;
  const there = new Map(input.objects.map((it) => [keyOf(it.kind, it.namespace, it.name), it]));
  const objectAt = ({ object: it }: DeclaredObject) =>
    there.get(keyOf(it.resource, it.namespace, it.name));
  const found = declared.objects.filter((each) => objectAt(each) !== undefined);
  const objectsOf = (target: string) =>
    found.filter((each) => each.target === target).flatMap((each) => objectAt(each) ?? []);
  const deletions = declared.tombstones.map((tombstone) => ({
    tombstone,
    target: tombstone.target,
    clock: clockIn(objectsOf(tombstone.target), tombstone.period, now),
  }));
  const records = [
    ...deletions.flatMap(({ tombstone, clock }) => tombstoneRecord(tombstone, clock)),
    ...declared.identities.flatMap((each) =>
      identityRecord(each, (it) => rootOf(found, it), objectAt),
    ),
  ];
  return {
    state: {
      version: 4,
      terraform_version: input.engine.version,
      ...input.version,
      outputs: {},
      resources: [...found.map((each) => resource(each, input.engine.name)), ...records],
      check_results: null,
    },
    found,
    deletions: deletions.map(({ target, clock }) => ({ target, clock })),
  };
}

/** The namespace of a project, the one object of an item. */
function rootOf(found: readonly DeclaredObject[], target: string): DeclaredObject | undefined {
  const own = found.filter((each) => each.target === target);
  return own.find(({ type }) => type === 'kubernetes_namespace_v1') ?? own[0];
}

function resource({ type, name, object, isCounted, revision }: DeclaredObject, engine: string) {
  const { namespace } = object;
  const host = engine === 'OpenTofu' ? 'registry.opentofu.org' : 'registry.terraform.io';
  return {
    mode: 'managed',
    type,
    name,
    provider: `provider["${host}/hashicorp/kubernetes"]`,
    instances: [
      {
        ...(isCounted ? { index_key: 0 } : {}),
        schema_version: 0,
        attributes: {
          id: namespace === undefined ? object.name : `${namespace}/${object.name}`,
          metadata: [{ name: object.name, ...(namespace === undefined ? {} : { namespace }) }],
          // With a revision the provider reads no content into the state.
          ...(revision === undefined ? {} : { data_wo_revision: revision }),
          ...(type === 'kubernetes_secret_v1' ? { wait_for_service_account_token: true } : {}),
        },
      },
    ],
  };
}

function tombstoneRecord({ name, target }: DeclaredRecord, clock: FoundClock | LostClock) {
  if (typeof clock === 'string') return [];
  const { deletedAt: deleted_at, period } = clock;
  return [
    record(name, { api_version: API_VERSION, kind: 'Tombstone', target, deleted_at, period }),
  ];
}

function identityRecord(
  { name, target, targets }: DeclaredRecord,
  root: (target: string) => DeclaredObject | undefined,
  objectAt: (declared: DeclaredObject) => ClusterObject | undefined,
) {
  const uids = targets.map((each) => {
    const declared = root(each);
    return [each, (declared === undefined ? undefined : objectAt(declared)?.uid) ?? null] as const;
  });
  if (uids.every(([, uid]) => uid === null)) return [];
  return [record(name, identityInput(target, Object.fromEntries(uids)))];
}

function record(name: string, input: object) {
  const value = { value: input, type: typeOf(input) };
  return {
    mode: 'managed',
    type: 'terraform_data',
    name,
    provider: 'provider["terraform.io/builtin/terraform"]',
    instances: [
      {
        schema_version: 0,
        attributes: { id: name, input: value, output: value, triggers_replace: null },
      },
    ],
  };
}

/** How Terraform writes a value's type beside it. All leaves of ours are texts. */
function typeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return 'string';
  const entries = Object.entries(value).map(([key, part]) => [key, typeOf(part)]);
  return ['object', Object.fromEntries(entries)];
}
