import { compareTexts } from '../../base/order.js';
import { type Part, partOf } from '../shape/part.js';
import { isOfCluster, namespaceOf, type Reference, referencesIn } from './references.js';
import { Selections } from './selections.js';
import { Volumes } from './volumes.js';

/** An object of Kubernetes in a plan, and the pods that it runs. */
export interface HeldObject {
  readonly manifest: Part;
  readonly pods: readonly Part[];
}

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
  stays({ manifest, pods }: HeldObject, address: string): void {
    const { kind, namespace, name } = identityOf(manifest);
    if (kind === undefined) this.refer(ANYTHING, address);
    if (name !== undefined && namespace !== undefined)
      this.there.add(keyOf({ kind, namespace, name }));
    for (const reference of referencesIn(manifest, pods)) this.refer(reference, address);
    this.selections.add(manifest, pods, address);
    this.volumes.add(manifest);
  }

  /** What needs something that is deleted; nothing does where another of its name is there. */
  of({ manifest, pods }: HeldObject): Users {
    const { kind, namespace, name } = identityOf(manifest);
    const key = keyOf({ kind, namespace, name });
    if (this.there.has(key)) return { addresses: [], isOpen: false };
    const selecting = this.selections.of(manifest, pods);
    const users = new Set([...(this.byKey.get(key) ?? []), ...selecting.addresses]);
    return {
      addresses: shown([...users].sort(compareTexts)),
      isOpen: selecting.isOpen || this.mayBeNamed({ kind, namespace, name }),
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

/** What an object is known by in its cluster. */
export function identityOf(manifest: Part): Reference {
  const kind = partOf(manifest, 'kind').value;
  const name = partOf(partOf(manifest, 'metadata'), 'name').value;
  return {
    kind: typeof kind === 'string' ? kind : undefined,
    namespace: isOfCluster(kind) ? '' : namespaceOf(manifest),
    name: typeof name === 'string' && name !== '' ? name : undefined,
  };
}

function shown(addresses: readonly string[]): readonly string[] {
  const more = addresses.length - MOST_USERS;
  return more > 0 ? [...addresses.slice(0, MOST_USERS), `${more} more`] : addresses;
}

/** No name has a line break that an API server takes; one that has finds nothing. */
function keyOf({ kind = '', namespace = '', name = '' }: Reference): string {
  return `${kind}\n${namespace}\n${name}`;
}
