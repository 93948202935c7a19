import { isRecord } from '../../base/guards.js';
import { type Part, partOf } from '../shape/part.js';
import type { HeldObject, Reference } from './references.js';

/** A service, and which pods it sends to. */
interface Selecting {
  readonly address: string;
  readonly selector: Labels;
}

type Labels = ReadonlyMap<string, string>;

/** Which services send to which pods, so that none is left without any. */
export class Selections {
  /** By namespace and the first of the labels that they ask for. */
  private readonly services = new Map<string, Selecting[]>();
  /** By namespace, as they come: only a deletion asks for them. */
  private readonly waiting: (readonly [namespace: string | undefined, labels: Part])[] = [];
  /** By namespace and each of their labels. */
  private readonly pods = new Map<string, Labels[]>();
  private isOpen = false;

  /** Something that is there after the plan. */
  add({ kind, namespace }: Reference, { manifest, pods }: HeldObject, address: string): void {
    if (kind === 'Service') this.addService(namespace, manifest, address);
    for (const pod of pods) this.waiting.push([namespace, labelsOf(pod)]);
  }

  /** The services that send to the pods of something, and to nothing else's. */
  of(
    { namespace }: Reference,
    { pods }: HeldObject,
  ): { readonly addresses: readonly string[]; readonly isOpen: boolean } {
    this.index();
    const addresses = pods.flatMap((pod) => {
      const labels = textsIn(labelsOf(pod));
      const services = [...labels].flatMap(
        (pair) => this.services.get(keyOf(namespace, pair)) ?? [],
      );
      return services
        .filter(({ selector }) => fits(selector, labels) && !this.hasPods(namespace, selector))
        .map(({ address }) => address);
    });
    return { addresses, isOpen: this.isOpen && pods.length > 0 };
  }

  private index(): void {
    for (const [namespace, labels] of this.waiting.splice(0)) {
      const texts = labels.unknown === undefined ? textsIn(labels) : new Map<string, string>();
      for (const pair of texts) push(this.pods, keyOf(namespace, pair), texts);
    }
  }

  private addService(namespace: string | undefined, manifest: Part, address: string): void {
    const found = partOf(partOf(manifest, 'spec'), 'selector');
    const selector = textsIn(found);
    if (found.unknown !== undefined || namespace === undefined) this.isOpen = true;
    else if (selector.size > 0) {
      const [first] = selector;
      if (first === undefined) return;
      push(this.services, keyOf(namespace, first), { address, selector });
    }
  }

  private hasPods(namespace: string | undefined, selector: Labels): boolean {
    const [first] = selector;
    const pods = first === undefined ? [] : (this.pods.get(keyOf(namespace, first)) ?? []);
    return pods.some((labels) => fits(selector, labels));
  }
}

function labelsOf(pod: Part): Part {
  return partOf(partOf(pod, 'metadata'), 'labels');
}

/** A map of texts, without what isn't one. */
function textsIn({ value }: Part): Labels {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return new Map(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function fits(selector: Labels, labels: Labels): boolean {
  return [...selector].every(([key, value]) => labels.get(key) === value);
}

function keyOf(namespace: string | undefined, [key, value]: readonly [string, string]): string {
  return `${namespace ?? ''}\n${key}\n${value}`;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
