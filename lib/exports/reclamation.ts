// reprieve/reclamation: what protects resources of any provider, without what only projects need.
export { Reclaimable, type ReclaimableProps } from '../constructs/reclaimable.js';
export {
  type ProtectOptions,
  Reclamation,
  type ReclamationOptions,
} from '../constructs/reclamation.js';
export { Duration } from '../constructs/units.js';
export {
  type ProtectedResource,
  SoftDeleted,
  type SoftDeletion,
  type WhileSoftDeleted,
} from '../constructs/while-soft-deleted.js';
