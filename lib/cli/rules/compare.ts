import type { Settings } from '../../files/settings.js';
import { folderTree } from '../../files/tree.js';
import { settingsChanges } from '../../rules/changes.js';
import { strictest } from '../../rules/strictest.js';
import { policyChanges } from '../../validation/policy-changes.js';
import type { BaseRules } from './base.js';
import type { Rules } from './held.js';

/** What holds of a change’s rules and its base’s, and how they differ. */
export function compareRules(folder: string, head: Settings, { tree, settings }: BaseRules): Rules {
  const sides = { base: { tree, settings }, head: { tree: folderTree(folder), settings: head } };
  return {
    head,
    base: settings,
    held: strictest(settings, head),
    tree,
    changes: [...settingsChanges(settings, head), ...policyChanges(sides)],
    from: 'base',
    notices: [],
  };
}
