import { bystanderPolicy, bystanderUpdatesPolicy } from './bystanders.js';
import { clockPolicy, tickManifests, tickPolicies } from './clock.js';
import { creationPolicy, podsPolicy, scalePolicy, startPolicy } from './creation.js';
import { deadlinePolicy } from './deadline.js';
import { definitionPolicies } from './definitions.js';
import { deletionPolicy } from './deletion.js';
import { type AdmissionPolicy, type Manifest, policyManifests } from './manifest.js';
import { mutatorPolicy } from './mutators.js';
import type { ClusterRules } from './rules.js';
import { transitionsPolicy } from './transitions.js';

/**
 * The cluster's last word on every deletion: validating admission policies with their bindings,
 * of stock Kubernetes 1.30 or newer. With `clock: tick`, the first ticks come with them.
 */
export function admissionPolicies(rules: ClusterRules): readonly Manifest[] {
  const tick = rules.clock === 'tick' ? tickManifests() : [];
  return [...tick, ...policies(rules).flatMap(policyManifests)];
}

/**
 * What replaces rules that earlier versions kept in other policies: it is applied before those
 * lose them, so that an upgrade leaves nothing open meanwhile.
 */
export const APPLIED_FIRST: readonly string[] = [
  'tampering.reprieve.dev',
  'bystander-updates.reprieve.dev',
  'creation.reprieve.dev',
  'pods.reprieve.dev',
];

function policies(rules: ClusterRules): readonly AdmissionPolicy[] {
  // In this order: see APPLIED_FIRST.
  return [
    transitionsPolicy(rules),
    bystanderUpdatesPolicy(rules),
    clockPolicy(),
    ...(rules.clock === 'tick' ? tickPolicies(rules) : []),
    deadlinePolicy(rules),
    deletionPolicy(rules),
    creationPolicy(rules),
    podsPolicy(rules),
    startPolicy(rules),
    scalePolicy(),
    bystanderPolicy(rules),
    mutatorPolicy(rules, ['mutatingwebhookconfigurations']),
    ...definitionPolicies(rules),
  ];
}
