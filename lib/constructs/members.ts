import type { LockedReclaimable } from '../files/projects-lock.js';
import { itemTarget, RESOURCES } from '../model/deletion-target.js';
import type { Member } from '../state/records.js';
import { isMultiple } from './instances.js';
import { instancesOf, type ProtectedMember } from './protected-member.js';

/** What one reclamation watches over. */
export class Members {
  private readonly list: ProtectedMember[] = [];
  private readonly rootOf = new Map<string, ProtectedMember>();

  /** @param target - what takes everything along */
  constructor(private readonly target: string) {}

  get all(): readonly ProtectedMember[] {
    return this.list;
  }

  /** The first resource of each target: the object that an approval of a hard deletion names. */
  get roots(): ReadonlyMap<string, ProtectedMember> {
    return this.rootOf;
  }

  add(member: ProtectedMember): void {
    this.list.push(member);
    if (!this.rootOf.has(member.target)) this.rootOf.set(member.target, member);
  }

  has(address: string): boolean {
    return this.list.some((member) => member.address === address);
  }

  /** What the guard lists: the resources, and the instances that go with a target of their own. */
  get listed(): readonly Member[] {
    const listed = this.list.flatMap(({ address, target, instances }) => [
      { address, target },
      ...instances.map((each) => ({ address: each.address, target: each.target })),
    ]);
    return listed.sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  /** The addresses of what goes with a target. */
  addressesOf(target: string): readonly string[] {
    return this.listed
      .filter((each) => (target === this.target ? this.has(each.address) : each.target === target))
      .map(({ address }) => address);
  }

  /** The addresses of everything, with an index or a key; `[*]` where only an expression says it. */
  get withInstances(): readonly string[] {
    return this.list.flatMap((member) => {
      const { resource, address } = member;
      const instances = instancesOf(member);
      return instances[0] === address && isMultiple(resource) ? [`${address}[*]`] : instances;
    });
  }

  /**
   * What projects.lock.yaml is to know of the resources that it can't rebuild.
   *
   * @param path - the construct's path
   */
  lockedAt(path: string): LockedReclaimable {
    const parts = new Map<string, string[]>();
    const own: string[] = [];
    for (const member of this.list) {
      const named = new Set(member.instances.map(({ address }) => address));
      for (const { address, target } of member.instances) {
        note(parts, this.partOf(target) ?? target, [address]);
      }
      const rest = instancesOf(member).filter((address) => !named.has(address));
      const part = this.partOf(member.target);
      if (part !== undefined) note(parts, part, rest);
      else if (member.target === this.target) own.push(...rest);
    }
    const filled = [...parts].filter(([, list]) => list.length > 0);
    const sorted = filled.map(([name, list]) => [name, list.sort()] as const);
    return {
      path,
      resources: own.sort(),
      ...(sorted.length === 0 ? {} : { parts: Object.fromEntries(sorted) }),
    };
  }

  /** The name of a part's target within the whole; undefined for the whole and for items. */
  private partOf(target: string): string | undefined {
    const prefix = itemTarget(this.target, RESOURCES, '');
    return target.startsWith(prefix) ? target.slice(prefix.length) : undefined;
  }
}

function note(map: Map<string, string[]>, key: string, values: readonly string[]): void {
  map.set(key, [...(map.get(key) ?? []), ...values]);
}
