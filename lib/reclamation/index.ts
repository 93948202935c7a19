export { MAX_APPROVAL } from './approvals.js';
export {
  type Approval,
  type DeletionRequest,
  effectiveApproval,
  readDeletions,
} from './deletions.js';
export { addRequest, type NewRequest, type RequestKey, removeRequest } from './deletions-edit.js';
export type { PolicyLevel, SchemaName } from './documents.js';
export { type Duration, durationOf, formatTimeLeft, parseDuration } from './duration.js';
export { type ProjectFile, readProjectFile, writeAtomically } from './files.js';
export {
  diffLocks,
  formatLock,
  type Lock,
  type LockedProject,
  type LockedStack,
  type LockFile,
  readLock,
  removeFromLock,
} from './lock.js';
export type { StackPeriods } from './periods.js';
export { type Approver, isSamePerson, personKey } from './person.js';
export {
  checkPeriod,
  type PolicySettings,
  readSettings,
  type Settings,
  stackSettings,
  type Waiver,
} from './settings.js';
export { formatTarget, itemTarget, parseTarget, projectOf, type Target } from './target.js';
export { parseDate, parseTimestamp } from './timestamp.js';
export { parseYamlFile, type YamlFile, type YamlPath } from './yaml-file.js';
