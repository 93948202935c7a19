import { isRecord } from '../base/guards.js';
import { clusterUidsOf } from './uids.js';

/** An object that a plan imports although the prior state has it already, or may have it. */
export interface DoubleImport {
  /** Where the plan takes it in. */
  readonly address: string;
  /** Where it is already; undefined where the plan doesn't tell which object it imports. */
  readonly other: string | undefined;
}

interface Known {
  readonly address: string;
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
  private readonly found: DoubleImport[] = [];
  private hasPrior = false;

  /** Whether the prior state's objects have to be looked at. */
  get isLooking(): boolean {
    return this.imported.length > 0;
  }

  /** Notes an element of `resource_changes` that imports its object. */
  note(address: string, element: unknown): void {
    const change = memberIn(element, 'change');
    if (!isRecord(change['importing'])) return;
    const { type } = isRecord(element) ? element : {};
    const identity = change['before_identity'] ?? change['importing']['identity'];
    const known = { address, names: namesOf(type, change['before'], identity) };
    const isUnknown = known.names.every((name) => name === undefined);
    if (isUnknown || this.hasPrior) {
      this.found.push({ address, other: undefined });
      return;
    }
    this.imported.push(known);
    for (const name of known.names) {
      if (name !== undefined) this.byName.set(name, [...(this.byName.get(name) ?? []), known]);
    }
  }

  /** Notes that the prior state has begun: imports that come after it can't be compared. */
  begin(): void {
    this.hasPrior = true;
  }

  /** Compares an object of the prior state, which has what is imported, too. */
  compare(address: string, element: unknown): void {
    const { type, values, identity } = isRecord(element) ? element : {};
    const names = namesOf(type, values, identity);
    const alike = new Set(names.flatMap((name) => this.byName.get(name ?? '') ?? []));
    for (const each of alike) {
      if (each.address === address || !isSame(names, each.names)) continue;
      this.found.push({ address: each.address, other: address });
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

function namesOf(typeName: unknown, values: unknown, identity: unknown): Known['names'] {
  const type = typeof typeName === 'string' ? typeName.replace(ALIASES, 'aws_lb$1') : typeName;
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

/**
 * Types of one object under two names: everything of `aws_lb` is there as `aws_alb`, too.
 *
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/lb.html.markdown
 */
const ALIASES = /^aws_alb(_|$)/;

function sorted(identity: Json): readonly (readonly [string, unknown])[] {
  return Object.entries(identity).sort(([a], [b]) => (a < b ? -1 : 1));
}

function memberIn(value: unknown, name: string): Json {
  const member = isRecord(value) ? value[name] : undefined;
  return isRecord(member) ? member : {};
}
