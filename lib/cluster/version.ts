import { quote } from '../base/inert.js';
import type { Problem } from '../base/problem.js';

/** The oldest minor version of Kubernetes 1 that has validating admission policies for good. */
export const OLDEST_MINOR = 30;

/**
 * Whether an API server can enforce the policies. `version` is what it says of itself, such as
 * `v1.34.4`; what can't be read is a problem too.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function versionProblems(
  version: string,
  oldest: number = OLDEST_MINOR,
): readonly Problem[] {
  const [, major, minor] = /^v?(\d{1,4})\.(\d{1,4})(?:[.+-]\S{0,60})?$/.exec(version) ?? [];
  if (major === undefined || minor === undefined) {
    return [
      {
        code: 'cluster/version-syntax',
        message: `${quote(version)} is not a version of Kubernetes.`,
        remedy: 'Give it as `kubectl version` prints it for the server: v1.34.4.',
      },
    ];
  }
  if (Number(major) > 1 || (Number(major) === 1 && Number(minor) >= oldest)) return [];
  return [
    {
      code: 'cluster/version',
      message: `Kubernetes ${quote(version)} can't enforce these policies: that takes 1.${oldest} or newer.`,
      remedy:
        oldest > OLDEST_MINOR
          ? 'Upgrade the cluster, or leave --static out: policies in the API work from 1.30 on.'
          : "Upgrade the cluster. Until then the period is enforced in Terraform's plans only, and kubectl gets past it.",
    },
  ];
}
