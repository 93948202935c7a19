import type { Settings } from '../../files/settings.js';
import type { FileTree } from '../../files/tree.js';
import type { Reason, RuleChange, RulesOrigin } from '../../review/review.js';

/** The rules by which something is judged, and where they come from. */
export interface Rules {
  /** What the change says. */
  readonly head: Settings;
  /** What holds whatever the change says. */
  readonly base: Settings;
  /** Of each rule the stricter one. */
  readonly held: Settings;
  /** Where the base’s files are; undefined where only the files under review are there. */
  readonly tree: FileTree | undefined;
  readonly changes: readonly RuleChange[];
  readonly from: RulesOrigin;
  /** Where the rules come from, if that is worth knowing. */
  readonly notices: readonly Reason[];
}
