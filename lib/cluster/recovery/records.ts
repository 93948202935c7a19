import { isRecord, memberOf } from '../../base/guards.js';
import { identityInput } from '../../state/clock.js';
import { API_VERSION } from '../../state/records.js';
import { type ClusterObject, readObject } from '../audit/object.js';
import { clockIn, type FoundClock, type LostClock } from './clock.js';

/** An object that was found in a cluster, by the address of its resource without an index. */
export interface FoundObject {
  readonly address: string;
  readonly metadata: unknown;
}

/** A deletion that goes on, and what the cluster knows of its clock. */
export interface FoundDeletion {
  readonly target: string;
  readonly clock: FoundClock | LostClock;
}

/** A record for the state: the block's name, and what it holds. */
export interface RecoveredRecord {
  readonly name: string;
  readonly input: object;
}

/** What found objects say about the deletions that a stack declares. */
export interface Recovered {
  readonly deletions: readonly FoundDeletion[];
  readonly records: readonly RecoveredRecord[];
}

/**
 * Tells the records of running deletions from the objects that a lost state left in the cluster, so
 * that their deadlines stay. Without its clock in state, a deletion's period would begin anew.
 *
 * @param stack the content of cdk.tf.json
 */
export function recoveredRecords(
  stack: unknown,
  found: readonly FoundObject[],
  now: Date,
): Recovered {
  const declared = declaredRecords(stack);
  const members = new Map(declared.flatMap(({ input }) => membersIn(input)));
  const objects = found.flatMap(({ address, metadata }) => {
    const object = readObject(address.split('.')[0] ?? '', metadata);
    const target = members.get(address);
    return object === undefined || target === undefined ? [] : [{ target, object }];
  });
  const of = (target: string) =>
    objects.filter((it) => it.target === target).map((it) => it.object);
  const tombstones = ofKind(declared, 'Tombstone').flatMap((it) => {
    const there = of(it.target);
    if (there.length === 0) return [];
    return [{ ...it, clock: clockIn(there, textIn(it.input, 'period'), now) }];
  });
  const clocks = tombstones.flatMap(({ name, target, clock }) =>
    typeof clock === 'string' ? [] : [{ name, input: tombstoneOf(target, clock) }],
  );
  const identities = ofKind(declared, 'Identity')
    .filter(({ target }) => tombstones.some((it) => `${it.target}/`.startsWith(`${target}/`)))
    .map(({ name, target, input }) => ({ name, input: identityOf(target, input, of) }));
  return {
    deletions: tombstones.map(({ target, clock }) => ({ target, clock })),
    records: [...clocks, ...identities],
  };
}

interface Declared {
  readonly name: string;
  readonly target: string;
  readonly input: unknown;
}

function declaredRecords(stack: unknown): readonly Declared[] {
  const blocks = memberOf(memberOf(stack, 'resource'), 'terraform_data');
  return Object.entries(isRecord(blocks) ? blocks : {}).map(([name, block]) => {
    const input = memberOf(block, 'input');
    return { name, target: textIn(input, 'target'), input };
  });
}

function ofKind(records: readonly Declared[], kind: string): readonly Declared[] {
  return records.filter(({ input }) => memberOf(input, 'kind') === kind);
}

function membersIn(input: unknown): readonly (readonly [string, string])[] {
  const members = memberOf(input, 'kind') === 'Guard' ? memberOf(input, 'members') : undefined;
  return (Array.isArray(members) ? members : []).map(
    (member) => [textIn(member, 'address'), textIn(member, 'target')] as const,
  );
}

function tombstoneOf(target: string, { deletedAt, period }: FoundClock) {
  return { api_version: API_VERSION, kind: 'Tombstone', target, deleted_at: deletedAt, period };
}

/** A project's root is its namespace; an item has one object. */
function identityOf(
  target: string,
  input: unknown,
  of: (target: string) => readonly ClusterObject[],
) {
  const targets = Object.keys(Object(memberOf(input, 'objects')));
  const uids = targets.map((each) => {
    const own = of(each);
    const root = own.find(({ kind }) => kind === 'kubernetes_namespace_v1');
    const known = each === target ? root : own[0];
    return [each, known?.uid ?? null] as const;
  });
  return identityInput(target, Object.fromEntries(uids));
}

function textIn(value: unknown, key: string): string {
  const found = memberOf(value, key);
  return typeof found === 'string' ? found : '';
}
