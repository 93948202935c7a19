import type { Kind } from './kinds.js';
import { isForeign, isInlined, listName, nameOf } from './names.js';

/** What a key of the provider stands for. */
export interface Naming {
  readonly isForeign: boolean;
  readonly isInlined: boolean;
  /** Kubernetes' name as a single value or block. */
  readonly name: string;
  /** Kubernetes' name where it lists such blocks. */
  readonly list: string | undefined;
}

type Names = Map<string, Naming>;

/** A plan's keys are few; those of a hostile one are not remembered without an end. */
const MOST = 10_000;

/** What the keys of a kind's blocks stand for, worked out once for each place. */
export class Namings {
  private static readonly byKind = new Map<string, Namings>();
  private readonly byParent = new Map<string, Names>();
  private count = 0;

  private constructor(private readonly kind: string) {}

  static of({ kind }: Kind): Namings {
    const known = Namings.byKind.get(kind) ?? new Namings(kind);
    Namings.byKind.set(kind, known);
    return known;
  }

  /** @param parent - the key of the block around it */
  at(parent: string, key: string): Naming {
    return this.byParent.get(parent)?.get(key) ?? this.learn(parent, key);
  }

  private learn(parent: string, key: string): Naming {
    const place = { parent, key, kind: this.kind };
    const naming = {
      isForeign: isForeign(place),
      isInlined: isInlined(place),
      name: nameOf(place),
      list: listName(place),
    };
    if (this.count >= MOST) return naming;
    this.count += 1;
    const names: Names = this.byParent.get(parent) ?? new Map();
    this.byParent.set(parent, names.set(key, naming));
    return naming;
  }
}
