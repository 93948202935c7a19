/**
 * The Pod Security Standards by version, as Kubernetes' own evaluator has them.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */

/** Its profiles that restrict anything. */
export const POD_SECURITY_PROFILES = ['baseline', 'restricted'] as const;
/** A profile of the Pod Security Standards. */
export type PodSecurityProfile = (typeof POD_SECURITY_PROFILES)[number];

/** The minor versions of Kubernetes whose rules are known. */
const OLDEST_MINOR = 25;
const NEWEST_MINOR = 37;

/** From the oldest to the newest: `1.25`. */
export const POD_SECURITY_VERSIONS: readonly string[] = Array.from(
  { length: NEWEST_MINOR - OLDEST_MINOR + 1 },
  (_, index) => `1.${OLDEST_MINOR + index}`,
);

export const OLDEST_VERSION = `1.${OLDEST_MINOR}`;
export const NEWEST_VERSION = `1.${NEWEST_MINOR}`;

/** Whether a version is the other one, or newer: `1.9` is older than `1.10`. */
export function isAtLeastVersion(version: string, least: string): boolean {
  return minorOf(version) >= minorOf(least);
}

function minorOf(version: string): number {
  return Number(version.slice('1.'.length));
}
