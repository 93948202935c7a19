// reprieve/testing: what a unit test of an app needs, without files and without an engine.
export {
  type TestDeletion,
  Testing,
  type TestOptions,
  type TestResult,
  type TestSettings,
} from '../app/testing.js';
export type { Problem, Source } from '../base/problem.js';
export type { TerraformJson } from '../constructs/targets/index.js';
export type {
  Approval,
  ApprovalProof,
  ClusterClock,
  ClusterSection,
  DeletionEntry,
  EvidenceNeed,
  GateSection,
  PeriodsSection,
  PodSecuritySection,
  PoliciesSection,
  PolicyLevel,
  SettingsDocument,
  WaiverEntry,
} from '../files/documents.js';
export type { Approver } from '../files/person.js';
export type { PodSecurityProfile } from '../model/pod-security.js';
