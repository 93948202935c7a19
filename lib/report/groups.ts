import { projectOf } from '../model/deletion-target.js';
import type { MemberGroup, Review, Subject } from '../review/review.js';

/** Finds the members of a target. */
export class Groups {
  private readonly byTarget: ReadonlyMap<string, MemberGroup>;
  /** Targets with a single member are no groups for people: it is the object that is shown already. */
  readonly shown: readonly MemberGroup[];
  private readonly subjects: ReadonlyMap<string, Subject | undefined>;
  private readonly places: ReadonlyMap<MemberGroup, number>;

  constructor({ groups }: Pick<Review, 'groups'>) {
    this.byTarget = new Map(groups.map((group) => [keyOf(group), group]));
    this.shown = groups.filter(({ members }) => members.length > 1);
    this.subjects = new Map(
      groups.map(({ stack, target, subject }) => [
        keyOf({ stack, target: projectOf(target) }),
        subject,
      ]),
    );
    this.places = new Map(this.shown.map((group, at) => [group, at]));
  }

  /** How many members a target has. */
  sizeOf(named: Named): number {
    return this.byTarget.get(keyOf(named))?.members.length ?? 0;
  }

  /** What a whole target is; undefined where nobody knows. */
  subjectOf({ stack, target }: Named): Subject | undefined {
    return target === null
      ? undefined
      : this.subjects.get(keyOf({ stack, target: projectOf(target) }));
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
