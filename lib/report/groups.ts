import type { MemberGroup, Review } from '../review/review.js';

/** Finds the members of a target. */
export class Groups {
  private readonly byTarget: ReadonlyMap<string, MemberGroup>;
  /** Targets with a single member are no groups for people: it is the object that is shown already. */
  readonly shown: readonly MemberGroup[];
  private readonly places: ReadonlyMap<MemberGroup, number>;

  constructor({ groups }: Pick<Review, 'groups'>) {
    this.byTarget = new Map(groups.map((group) => [keyOf(group), group]));
    this.shown = groups.filter(({ members }) => members.length > 1);
    this.places = new Map(this.shown.map((group, at) => [group, at]));
  }

  /** How many members a target has. */
  sizeOf(named: Named): number {
    return this.byTarget.get(keyOf(named))?.members.length ?? 0;
  }

  /** Which of the shown groups a target's is. */
  placeOf(named: Named): number | undefined {
    const group = this.byTarget.get(keyOf(named));
    return group === undefined ? undefined : this.places.get(group);
  }
}

interface Named {
  readonly stack: string;
  readonly target: string | null;
}

function keyOf({ stack, target }: Named): string {
  return JSON.stringify([stack, target]);
}
