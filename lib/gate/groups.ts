import { compareTexts } from '../base/order.js';
import type { Deletion, MemberGroup, ReclamationEvent } from '../review/review.js';
import type { Passage } from './passage.js';

/** The members of every target that is named, each once. */
export function groupsOf(
  { plan, before }: Passage,
  named: readonly Pick<Deletion | ReclamationEvent, 'target'>[],
): readonly MemberGroup[] {
  const targets = new Set(named.flatMap(({ target }) => target ?? []));
  return [...targets].sort(compareTexts).flatMap((target) => {
    const members = [...new Set(before.membersOf(target))];
    return members.length === 0 ? [] : [{ stack: plan.stack, target, members }];
  });
}
