import { approvalPolicy } from './approval.js';
import { bystanderPolicy } from './bystanders.js';
import { clockPolicy, tickManifest } from './clock.js';
import { creationPolicy, scalePolicy, startPolicy } from './creation.js';
import { deadlinePolicies } from './deadline.js';
import { deletionPolicy } from './deletion.js';
import { type Manifest, type Policy, policyManifests } from './manifest.js';
import type { ClusterRules } from './rules.js';
import { tamperingPolicy } from './tampering.js';

/**
 * The cluster's last word on every deletion: validating admission policies with their bindings,
 * of stock Kubernetes 1.30 or newer. With `clock: tick`, the first tick comes with them.
 */
export function admissionPolicies(rules: ClusterRules): readonly Manifest[] {
  const tick = rules.clock === 'tick' ? [tickManifest()] : [];
  return [...tick, ...policies(rules).flatMap(policyManifests)];
}

function policies(rules: ClusterRules): readonly Policy[] {
  return [
    clockPolicy(),
    deletionPolicy(rules),
    ...deadlinePolicies(rules),
    tamperingPolicy(rules),
    approvalPolicy(rules),
    creationPolicy(rules),
    startPolicy(),
    scalePolicy(),
    bystanderPolicy(rules),
  ];
}
