// reprieve/reclamation: what protects resources of any provider, without what only projects need.
export type { InstanceKey, Instances } from '../constructs/instances.js';
export { Reclaimable, type ReclaimableProps } from '../constructs/reclaimable.js';
export { Reclamation } from '../constructs/reclamation.js';
export type { ProtectOptions, ReclamationOptions } from '../constructs/reclamation-options.js';
export { Duration } from '../constructs/units.js';
export {
  type ProtectedResource,
  SoftDeleted,
  type SoftDeletion,
  type WhileSoftDeleted,
} from '../constructs/while-soft-deleted.js';
