import type { PolicyLevel } from '../files/documents.js';
import { type Levelled, levelIn } from '../files/policy-levels.js';
import type { Settings } from '../files/settings.js';

/** How much a policy counts. */
export function levelOf({ policies }: Pick<Settings, 'policies'>, policy: Levelled): PolicyLevel {
  return levelIn(policies.levels, policy);
}
