import {
  ConfigMapV1,
  configMapV1MetadataToTerraform,
} from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import {
  CronJobV1,
  cronJobV1MetadataToTerraform,
  cronJobV1SpecToTerraform,
} from '@cdktf/provider-kubernetes/lib/cron-job-v1/index.js';
import {
  LimitRangeV1,
  limitRangeV1MetadataToTerraform,
  limitRangeV1SpecToTerraform,
} from '@cdktf/provider-kubernetes/lib/limit-range-v1/index.js';
import {
  NamespaceV1,
  namespaceV1MetadataToTerraform,
} from '@cdktf/provider-kubernetes/lib/namespace-v1/index.js';
import {
  NetworkPolicyV1,
  networkPolicyV1MetadataToTerraform,
  networkPolicyV1SpecToTerraform,
} from '@cdktf/provider-kubernetes/lib/network-policy-v1/index.js';
import {
  ResourceQuotaV1,
  resourceQuotaV1MetadataToTerraform,
  resourceQuotaV1SpecToTerraform,
} from '@cdktf/provider-kubernetes/lib/resource-quota-v1/index.js';
import {
  RoleBindingV1,
  roleBindingV1MetadataToTerraform,
  roleBindingV1RoleRefToTerraform,
  roleBindingV1SubjectToTerraform,
} from '@cdktf/provider-kubernetes/lib/role-binding-v1/index.js';
import {
  RoleV1,
  roleV1MetadataToTerraform,
  roleV1RuleToTerraform,
} from '@cdktf/provider-kubernetes/lib/role-v1/index.js';
import {
  SecretV1,
  secretV1MetadataToTerraform,
} from '@cdktf/provider-kubernetes/lib/secret-v1/index.js';
import {
  ServiceAccountV1,
  serviceAccountV1MetadataToTerraform,
} from '@cdktf/provider-kubernetes/lib/service-account-v1/index.js';
import { leanType } from '../lean-type.js';

/**
 * What a project consists of, by the provider's own classes and mappers. A part of a configuration that is
 * not named here can't be used: name it with its mapper, as the class's `synthesizeAttributes` does.
 */

export const CONFIG_MAP = leanType(ConfigMapV1, {
  metadata: configMapV1MetadataToTerraform,
  data: asItIs,
});

export const CRON_JOB = leanType(CronJobV1, {
  metadata: cronJobV1MetadataToTerraform,
  spec: cronJobV1SpecToTerraform,
});

export const LIMIT_RANGE = leanType(LimitRangeV1, {
  metadata: limitRangeV1MetadataToTerraform,
  spec: limitRangeV1SpecToTerraform,
});

export const NAMESPACE = leanType(NamespaceV1, { metadata: namespaceV1MetadataToTerraform });

export const NETWORK_POLICY = leanType(NetworkPolicyV1, {
  metadata: networkPolicyV1MetadataToTerraform,
  spec: networkPolicyV1SpecToTerraform,
});

export const RESOURCE_QUOTA = leanType(ResourceQuotaV1, {
  metadata: resourceQuotaV1MetadataToTerraform,
  spec: resourceQuotaV1SpecToTerraform,
});

export const ROLE = leanType(RoleV1, {
  metadata: roleV1MetadataToTerraform,
  rule: (rules) => listOf(rules, roleV1RuleToTerraform),
});

export const ROLE_BINDING = leanType(RoleBindingV1, {
  metadata: roleBindingV1MetadataToTerraform,
  roleRef: roleBindingV1RoleRefToTerraform,
  subject: (subjects) => listOf(subjects, roleBindingV1SubjectToTerraform),
});

export const SECRET = leanType(SecretV1, {
  metadata: secretV1MetadataToTerraform,
  type: asItIs,
  dataWo: asItIs,
  dataWoRevision: asItIs,
});

export const SERVICE_ACCOUNT = leanType(ServiceAccountV1, {
  metadata: serviceAccountV1MetadataToTerraform,
  automountServiceAccountToken: asItIs,
});

function asItIs(value: unknown): unknown {
  return value;
}

function listOf<T>(list: readonly T[] | object, map: (value: T) => unknown): unknown {
  return Array.isArray(list) ? list.map(map) : list;
}
