import type { Construct } from 'constructs';
import {
  countWhileKept,
  guardInput,
  type IdentifiedMember,
  identityInput,
  type KeptInstances,
} from '../state/clock.js';
import { type Data, Expression } from '../state/expression.js';
import type { DeletionClocks } from './deletion-clocks.js';
import { isMultiple } from './instances.js';
import type { Members } from './members.js';
import { type ProtectedMember, uidOf } from './protected-member.js';
import { StateRecord } from './record.js';

/** What the records of one reclamation are made of. */
export interface RecordedReclamation {
  readonly scope: Construct;
  readonly target: string;
  readonly period: string;
  readonly isProject: boolean;
  readonly beforeReclaim: string | undefined;
  readonly members: Members;
  readonly clocks: DeletionClocks;
  readonly identity: StateRecord;
}

/** Writes the guard, the identities and what stands in for `prevent_destroy`. */
export function writeRecords(reclamation: RecordedReclamation): void {
  writeGuard(reclamation);
  writeIdentities(reclamation);
  keepWhileSoftDeleted(reclamation);
}

function writeGuard(reclamation: RecordedReclamation): void {
  const { scope, target, period, members, clocks, isProject, beforeReclaim } = reclamation;
  const { listed } = members;
  const dependsOn = members.all.map(({ address }) => address).sort();
  const targets = listed.map((each) => each.target);
  const guard = guardInput(target, period, listed, clocks.addressesOf(targets), {
    isProject,
    ...(beforeReclaim === undefined ? {} : { beforeReclaim }),
  });
  new StateRecord(scope, 'guard', guard, { dependsOn });
}

/**
 * While nothing is being deleted, the uids follow the objects. During a deletion they are frozen and
 * refer to no doomed object, whose own count depends on what was recorded here.
 *
 * The record also says what is being deleted. A restore changes that, after all that it restores: so
 * the record keeps its reference to the tombstone until then, in every attempt, and an engine keeps
 * the tombstone as long. An object whose update failed has forgotten its own reference.
 */
function writeIdentities(reclamation: RecordedReclamation): void {
  const { target, members, clocks, identity } = reclamation;
  const { running } = clocks;
  const objects = [...members.roots].flatMap(([root, member]) => [
    [root, isTouched(member, clocks) ? null : new Expression(uidOf(member))] as const,
    ...uidsOfInstances(member, clocks),
  ]);
  const deleting = running.map(
    (each) => [each.target, new Expression(`${each.tombstone}.input.target`)] as const,
  );
  const input = identityInput<Data, Data>(
    target,
    Object.fromEntries(objects),
    Object.fromEntries(deleting),
    Object.fromEntries(keysOfInstances(members, clocks)),
  );
  identity.write(input, {
    ...(running.length === 0 ? {} : { frozen: frozenParts(members) }),
    dependsOn: restored(reclamation),
  });
}

function uidsOfInstances({ instances, uid }: ProtectedMember, clocks: DeletionClocks) {
  const isFrozen = clocks.running.length > 0;
  return instances.map(({ target, address }) => {
    const known = isFrozen ? null : new Expression(`try(${address}.${uid}, null)`);
    return [target, known] as const;
  });
}

/** Which instances there are, so that none can leave while something is being deleted. */
function keysOfInstances(members: Members, clocks: DeletionClocks) {
  return several(members).map((member) => {
    const { address } = member;
    const isFrozen = isTouched(member, clocks);
    return [address, isFrozen ? null : new Expression(`[for k, v in ${address} : k]`)] as const;
  });
}

function frozenParts(members: Members): readonly string[] {
  return several(members).length === 0 ? ['objects'] : ['objects', 'instances'];
}

function several({ all }: Members): readonly ProtectedMember[] {
  return all.filter(({ resource }) => isMultiple(resource));
}

/** Whether it is being deleted, as a whole or one of its instances. */
function isTouched({ target, instances }: ProtectedMember, clocks: DeletionClocks): boolean {
  return [target, ...instances.map((each) => each.target)].some(
    (each) => clocks.fateOf(each).doomed,
  );
}

/**
 * What lives, by its addresses. Where an approved hard deletion refers to the identities, something
 * that lives may refer to what is hard-deleted, and nothing can wait for it.
 */
function restored({ members, clocks }: RecordedReclamation): readonly string[] {
  if (clocks.running.some(({ isHard }) => isHard)) return [];
  const living = members.all.filter(({ target }) => !clocks.fateOf(target).doomed);
  return living.map(({ address }) => address).sort();
}

/** Stands in for `prevent_destroy`, which doomed resources can't have. There is never one. */
function keepWhileSoftDeleted({ scope, members, clocks, identity }: RecordedReclamation): void {
  const touched = [...members.all]
    .filter((member) => isTouched(member, clocks))
    .sort((a, b) => (a.address < b.address ? -1 : 1));
  if (touched.length === 0) return;
  const doomed: readonly IdentifiedMember[] = touched.filter(
    ({ target }) => clocks.fateOf(target).doomed,
  );
  const instances = touched
    .filter(({ resource }) => isMultiple(resource))
    .map(
      (member): KeptInstances => ({
        ...member,
        known: `${identity.address}.input.instances`,
        gone: clocks.goneOf(member.target),
        ends: member.instances.flatMap(({ key, target }) =>
          clocks.fateOf(target).doomed ? [{ key, gone: clocks.goneOf(target) }] : [],
        ),
      }),
    );
  const kept = new StateRecord(scope, 'kept-while-soft-deleted', {});
  kept.addOverride('count', countWhileKept(doomed, instances));
}
