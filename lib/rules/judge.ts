import { quoteName } from '../base/inert.js';
import type { Settings } from '../files/settings.js';
import type { Reason, RuleChange } from '../review/review.js';
import { namesFirstApprovers, needsReview } from './changes.js';

/** What a change of the rules means for a review. */
export interface RulesVerdict {
  readonly why: readonly Reason[];
  readonly notices: readonly Reason[];
}

/** More rules than this are counted, not named. */
const SHOWN = 5;

/**
 * What weakens a rule needs the review of an approver whom the base names.
 *
 * @param reviewer - the approver who has reviewed this very change, if there is one
 */
export function judgeRules(
  changes: readonly RuleChange[],
  { base, head }: { readonly base: Settings; readonly head: Settings },
  reviewer: string | undefined,
): RulesVerdict {
  const weaker = changes.filter((each) => needsReview(each, base));
  const first = namesFirstApprovers(base, head) ? [FIRST_APPROVERS] : [];
  if (weaker.length === 0) return { why: [], notices: first };
  const rules = named(weaker);
  return reviewer === undefined
    ? { why: [weakened(rules, base)], notices: first }
    : {
        why: [],
        notices: [
          ...first,
          whole(
            'rules-weakened',
            `${quoteName(reviewer)} has approved that this change makes rules weaker: ${rules}. It counts once it is merged.`,
          ),
        ],
      };
}

function weakened(rules: string, { approvers }: Settings): Reason {
  const remedy =
    approvers.length === 0
      ? 'The base names no approvers, so nobody can allow that: name the first ones in a change of their own, and make this change after it is merged.'
      : `An approver whom the base names has to approve this change at the forge, and the review has to ask there (\`reprieve github\` or \`reprieve gitlab\`). Or leave the rules as they are.`;
  return whole('rules-weakened', `This change makes rules weaker: ${rules}. ${remedy}`);
}

function named(changes: readonly RuleChange[]): string {
  const names = [...new Set(changes.map(({ rule }) => rule))];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).map(quoteName).join(', ')}${more}`;
}

const FIRST_APPROVERS = whole(
  'first-approvers',
  'This change names the first approvers. They count once it is merged; until then no hard deletion passes.',
);

function whole(code: string, message: string): Reason {
  return { code, address: '', message, stack: '' };
}
