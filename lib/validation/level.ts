import type { PolicyLevel } from '../files/documents.js';
import type { Settings } from '../files/settings.js';

/** How much a policy counts. */
export function levelOf({ policies }: Pick<Settings, 'policies'>, id: string): PolicyLevel {
  return policies.levels.get(id) ?? 'advisory';
}
