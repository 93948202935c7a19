import { compareTexts } from '../../base/order.js';
import type { Part } from '../shape/part.js';
import { type HeldObject, identityOf, type Reference, referencesIn } from './references.js';
import { Selections } from './selections.js';
import { Volumes } from './volumes.js';

/** What stays and needs an object, by its address in Terraform. */
export interface Users {
  readonly addresses: readonly string[];
  /** Whether there may be more: some of what stays names an object that isn't known. */
  readonly isOpen: boolean;
}

/** Each object that is deleted names no more users than these. */
const MOST_USERS = 20;

/** More of what isn't known than this may be anything. */
const MOST_OPEN = 1000;

const ANYTHING: Reference = { kind: undefined, namespace: undefined, name: undefined };

/** Which of the objects of a plan need which others. */
export class Uses {
  readonly volumes = new Volumes();
  private readonly selections = new Selections();
  private readonly byKey = new Map<string, Set<string>>();
  /** Each once: what isn't known of one thing often isn't known of many. */
  private readonly open = new Map<string, Reference>();
  private readonly there = new Set<string>();

  /** Something that is there after the plan. */
  stays(object: HeldObject, address: string): void {
    const identity = identityOf(object.manifest);
    const { kind, namespace, name } = identity;
    if (kind === undefined) this.refer(ANYTHING, address);
    if (name !== undefined && namespace !== undefined) this.there.add(keyOf(identity));
    for (const reference of referencesIn(object, identity)) this.refer(reference, address);
    this.selections.add(identity, object, address);
    this.volumes.add(identity, object.manifest);
  }

  /** Something that is deleted: what its reclaim policy says may be of others that are. */
  goes(manifest: Part): void {
    this.volumes.add(identityOf(manifest), manifest);
  }

  /** What needs something that is deleted; nothing does where another of its name is there. */
  of(object: HeldObject): Users {
    const identity = identityOf(object.manifest);
    const key = keyOf(identity);
    if (this.there.has(key)) return { addresses: [], isOpen: false };
    const selecting = this.selections.of(identity, object);
    const users = new Set([...(this.byKey.get(key) ?? []), ...selecting.addresses]);
    return {
      addresses: shown([...users].sort(compareTexts)),
      isOpen: selecting.isOpen || this.mayBeNamed(identity),
    };
  }

  private mayBeNamed({ kind, namespace, name }: Reference): boolean {
    return [...this.open.values()].some(
      (each) =>
        (each.kind ?? kind) === kind &&
        (each.namespace ?? namespace) === namespace &&
        (each.name ?? name) === name,
    );
  }

  private refer(reference: Reference, address: string): void {
    const { kind, namespace, name } = reference;
    if (kind === undefined || namespace === undefined || name === undefined) {
      if (this.open.size < MOST_OPEN) this.open.set(JSON.stringify(reference), reference);
      else this.open.set('', ANYTHING);
      return;
    }
    const key = keyOf(reference);
    const known = this.byKey.get(key);
    if (known === undefined) this.byKey.set(key, new Set([address]));
    else known.add(address);
  }
}

function shown(addresses: readonly string[]): readonly string[] {
  const more = addresses.length - MOST_USERS;
  return more > 0 ? [...addresses.slice(0, MOST_USERS), `${more} more`] : addresses;
}

/** No name has a line break that an API server takes; one that has finds nothing. */
function keyOf({ kind = '', namespace = '', name = '' }: Reference): string {
  return `${kind}\n${namespace}\n${name}`;
}
