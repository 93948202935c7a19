import { quoteName } from '../base/inert.js';
import type { HidingSetting } from '../plan/provider-settings.js';
import type { Passage } from './passage.js';
import type { PlanReason } from './whole-plan.js';

/** Where a provider doesn't read the marks of objects, nobody can see what is protected. */
export function judgeHiddenMarks({ plan }: Passage): readonly PlanReason[] {
  return plan.hiding.map(({ provider, setting, pattern }: HidingSetting) => ({
    code: 'marks-hidden',
    address: '',
    message:
      pattern === undefined
        ? `The plan doesn’t tell what ${quoteName(setting)} of the provider ${quoteName(provider)} hides: it could be the labels and annotations by which objects are protected. Write its patterns as constants.`
        : `The pattern ${quoteName(pattern)} in ${quoteName(setting)} of the provider ${quoteName(provider)} hides labels or annotations by which objects are protected, so nobody could see what this plan ends. Narrow it so that no name that begins with reprieve.dev/ matches.`,
  }));
}
