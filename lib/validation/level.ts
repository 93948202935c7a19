import type { PolicyLevel } from '../reclamation/documents.js';
import type { Settings } from '../reclamation/settings.js';

/** How much a policy counts. */
export function levelOf({ policies }: Pick<Settings, 'policies'>, id: string): PolicyLevel {
  return policies.levels.get(id) ?? 'advisory';
}
