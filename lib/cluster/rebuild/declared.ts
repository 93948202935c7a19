import { isRecord, memberOf } from '../../model/record.js';
import { type ObjectReference, objectOf } from '../../reclamation/object-reference.js';

/** A Kubernetes resource as a synthesized stack declares it. */
export interface DeclaredObject {
  readonly type: string;
  /** The block's name. */
  readonly name: string;
  /** The deletion target that it goes with; undefined where no guard has it. */
  readonly target: string | undefined;
  readonly object: ObjectReference;
  /** Whether it has a count, so that it stands at index 0. */
  readonly isCounted: boolean;
  /** The revision of a write-only content. */
  readonly revision: number | undefined;
}

/** A record that keeps something which the cluster knows too. */
export interface DeclaredRecord {
  readonly name: string;
  readonly target: string;
  /** Of a tombstone, in Terraform's units. */
  readonly period: string;
  /** Of an identity: the targets whose root objects it knows. */
  readonly targets: readonly string[];
}

/** What a synthesized stack says that can be found again in a cluster. */
export interface DeclaredStack {
  readonly objects: readonly DeclaredObject[];
  /** Addresses whose objects can't be told from the code: they have to be imported by hand. */
  readonly unknown: readonly string[];
  readonly tombstones: readonly DeclaredRecord[];
  readonly identities: readonly DeclaredRecord[];
}

/** Reads a stack's cdk.tf.json. */
export function readDeclaredStack(json: unknown): DeclaredStack {
  const blocks = blocksIn(json);
  const records = blocks.map(({ name, block }) => ({ name, input: memberOf(block, 'input') }));
  const targets = new Map(records.flatMap(({ input }) => membersIn(input)));
  const kubernetes = blocks.filter(({ type }) => type.startsWith('kubernetes_'));
  const read = kubernetes.map((each) => ({ ...each, found: declaredObject(each, targets) }));
  return {
    objects: read.flatMap(({ found }) => found ?? []),
    unknown: read.filter(({ found }) => found === undefined).map((it) => `${it.type}.${it.name}`),
    tombstones: recordsOf(records, 'Tombstone'),
    identities: recordsOf(records, 'Identity'),
  };
}

interface Block {
  readonly type: string;
  readonly name: string;
  readonly block: unknown;
}

function blocksIn(json: unknown): readonly Block[] {
  const types = memberOf(json, 'resource');
  return Object.entries(isRecord(types) ? types : {}).flatMap(([type, named]) =>
    Object.entries(isRecord(named) ? named : {}).map(([name, block]) => ({ type, name, block })),
  );
}

function declaredObject(
  { type, name, block }: Block,
  targets: ReadonlyMap<string, string>,
): DeclaredObject | undefined {
  const object = type === 'kubernetes_manifest' ? undefined : objectOf(type, block);
  const isKnown = object !== undefined && !`${object.namespace} ${object.name}`.includes('${');
  if (!isKnown || memberOf(block, 'for_each') !== undefined) return undefined;
  const revision = memberOf(block, 'data_wo_revision');
  return {
    type,
    name,
    target: targets.get(`${type}.${name}`),
    object,
    isCounted: memberOf(block, 'count') !== undefined,
    revision: typeof revision === 'number' ? revision : undefined,
  };
}

function membersIn(input: unknown): readonly (readonly [string, string])[] {
  const members = memberOf(input, 'kind') === 'Guard' ? memberOf(input, 'members') : undefined;
  return (Array.isArray(members) ? members : []).flatMap((member) => {
    const [address, target] = [memberOf(member, 'address'), memberOf(member, 'target')];
    return typeof address === 'string' && typeof target === 'string' ? [[address, target]] : [];
  });
}

function recordsOf(
  records: readonly { readonly name: string; readonly input: unknown }[],
  kind: string,
): readonly DeclaredRecord[] {
  return records.flatMap(({ name, input }) => {
    const [target, period] = [memberOf(input, 'target'), memberOf(input, 'period')];
    if (memberOf(input, 'kind') !== kind || typeof target !== 'string') return [];
    const targets = Object.keys(Object(memberOf(input, 'objects')));
    return [{ name, target, period: typeof period === 'string' ? period : '', targets }];
  });
}
