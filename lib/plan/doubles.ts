import { isRecord, memberOf } from '../base/guards.js';
import { oneTypeOf } from '../model/type-aliases.js';
import { marksOf } from './marks.js';
import { clusterUidsOf } from './uids.js';

/** An object that a plan imports although the prior state has it already, or may have it. */
export interface DoubleImport {
  /** Where the plan takes it in. */
  readonly address: string;
  /** Where it is already; undefined where the plan doesn't tell which object it imports. */
  readonly other: string | undefined;
  /** Set where only the ids are the same, of types that may be two names of one object. */
  readonly isAlike?: true;
  /** Whether the object there says about itself that it is protected. */
  readonly isMarked?: true;
}

interface Known {
  readonly address: string;
  readonly type: string;
  /** Its ids among all types of its provider. */
  readonly ids: readonly string[];
  /** In order of their worth: only the first kind that two objects both have is compared. */
  readonly names: readonly (string | undefined)[];
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Finds objects that a plan puts under a second address. Objects are known by the cluster's uid,
 * else by the provider's resource identity, else by their id among those of their type; without any
 * of them, by all their values.
 */
export class DoubleImports {
  private readonly imported: Known[] = [];
  private readonly byName = new Map<string, Known[]>();
  private readonly byId = new Map<string, Known[]>();
  private readonly found: DoubleImport[] = [];
  private hasPrior = false;

  /** Whether the prior state's objects have to be looked at. */
  get isLooking(): boolean {
    return this.imported.length > 0;
  }

  /** Notes an element of `resource_changes` that imports its object. */
  note(address: string, element: unknown): void {
    const change = memberOf(element, 'change');
    const importing = memberOf(change, 'importing');
    if (!isRecord(importing)) return;
    const values = memberOf(change, 'before');
    const identity = memberOf(change, 'before_identity') ?? importing['identity'];
    const ids = [importing['id'], memberOf(values, 'id')];
    const known = {
      address,
      type: typeOf(element),
      names: namesOf(typeOf(element), values, identity),
      ids: [...new Set(ids.flatMap((id) => idOf(element, id)))],
    };
    const isUnknown = known.names.every((name) => name === undefined);
    if (isUnknown || this.hasPrior) {
      this.found.push({ address, other: undefined });
      return;
    }
    this.imported.push(known);
    for (const name of known.names) if (name !== undefined) put(this.byName, name, known);
    for (const id of known.ids) put(this.byId, id, known);
  }

  /** Notes that the prior state has begun: imports that come after it can't be compared. */
  begin(): void {
    this.hasPrior = true;
  }

  /** Compares an object of the prior state, which has what is imported, too. */
  compare(address: string, element: unknown): void {
    const { values, identity } = isRecord(element) ? element : {};
    const names = namesOf(typeOf(element), values, identity);
    const alike = new Set(names.flatMap((name) => this.byName.get(name ?? '') ?? []));
    for (const each of alike) {
      if (each.address === address || !isSame(names, each.names)) continue;
      this.found.push({ address: each.address, other: address });
    }
    this.compareIds({ address, type: typeOf(element), names }, element);
  }

  /** Of different types that nothing better tells apart, one id may well be one object. */
  private compareIds({ address, type, names }: Omit<Known, 'ids'>, element: unknown): void {
    const values = memberOf(element, 'values');
    const alike = idOf(element, memberOf(values, 'id')).flatMap((id) => this.byId.get(id) ?? []);
    for (const each of new Set(alike)) {
      const isTold = names[0] !== undefined && each.names[0] !== undefined;
      if (each.address === address || each.type === type || isTold) continue;
      const isMarked = marksOf(values).isProtected;
      const double = { address: each.address, other: address, isAlike: true } as const;
      this.found.push(isMarked ? { ...double, isMarked } : double);
    }
  }

  all(): readonly DoubleImport[] {
    return this.found;
  }
}

function isSame(some: Known['names'], others: Known['names']): boolean {
  const at = some.findIndex((name, index) => name !== undefined && others[index] !== undefined);
  return at >= 0 && some[at] === others[at];
}

/** An id among all types of a provider; of some clouds, ids are the same in every provider. */
function idOf(element: unknown, id: unknown): readonly string[] {
  if (typeof id !== 'string' || id === '') return [];
  const provider = memberOf(element, 'provider_name');
  return [JSON.stringify(GLOBAL.test(id) ? ['id', id] : ['id', familyOf(provider), id])];
}

const GLOBAL = /^(arn:|crn:|\/subscriptions\/)/;

/** A provider and its beta are for the same objects. */
function familyOf(provider: unknown): unknown {
  return typeof provider === 'string' ? provider.replace(/-beta$/, '') : provider;
}

function put(map: Map<string, Known[]>, name: string, known: Known): void {
  map.set(name, [...(map.get(name) ?? []), known]);
}

/** The one name of an element's type. */
function typeOf(element: unknown): string {
  const type = memberOf(element, 'type');
  return typeof type === 'string' ? oneTypeOf(type) : '';
}

function namesOf(type: string, values: unknown, identity: unknown): Known['names'] {
  const [uid] = clusterUidsOf(values);
  const { id } = isRecord(values) ? values : {};
  const isIdentified = isRecord(identity) && Object.keys(identity).length > 0;
  const names = [
    uid === undefined ? undefined : JSON.stringify(['uid', uid]),
    isIdentified ? JSON.stringify(['identity', type, sorted(identity)]) : undefined,
    typeof id === 'string' ? JSON.stringify(['id', type, id]) : undefined,
  ];
  const isNameless = isRecord(values) && names.every((name) => name === undefined);
  return [...names, isNameless ? JSON.stringify(['values', type, sorted(values)]) : undefined];
}

function sorted(identity: Json): readonly (readonly [string, unknown])[] {
  return Object.entries(identity).sort(([a], [b]) => (a < b ? -1 : 1));
}
