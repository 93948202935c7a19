// reprieve/reclamation: the mechanism by itself, for resources of any provider.
export {
  type Fate,
  Reclamation,
  type ReclamationProps,
  type ReclamationSummary,
} from '../constructs/reclamation.js';
export { Duration } from '../constructs/units.js';
export type { Member } from '../reclamation/clock.js';
export type { Approval, DeletionRequest } from '../reclamation/deletions.js';
export type { Target as DeletionTarget } from '../reclamation/target.js';
