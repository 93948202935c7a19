// reprieve/reclamation: the mechanism by itself, for resources of any provider.
export {
  type DeletionState,
  Reclamation,
  type ReclamationProps,
  type ReclamationSummary,
} from '../constructs/reclamation.js';
export { Duration } from '../constructs/units.js';
export type { Approval, DeletionRequest } from '../files/deletions.js';
export type { DeletionTarget } from '../model/deletion-target.js';
export type { Member } from '../state/records.js';
