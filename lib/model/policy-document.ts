import type { PodSecurityProfile } from './pod-security.js';

/** What a policy's file says. What its schema means is the policy room's affair. */
export interface PolicyDocument {
  readonly id: string;
  /** The good condition. */
  readonly title: string;
  readonly category: string;
  readonly why: string;
  readonly remediation: string;
  readonly url?: string;
  /** The control of the Pod Security Standards that it is. @default - none */
  readonly standard?: PodSecurityControl;
  /**
   * A Terraform type, `resource` for all, `manifest`, `pod-template`, `container`, `image`, `docker-config`,
   * `safeguard`, `purge`, `removal`, `stateful-resource`, `deleted-object`, `deleted-volume`, or one of
   * `DECLARED_TARGETS`.
   */
  readonly target: string;
  /** Kubernetes' kinds that a virtual target is looked for in. @default - all */
  readonly kinds?: readonly string[];
  /** What it means that a value is not known before the apply. @default report */
  readonly undecided?: 'report' | 'fail' | 'pass';
  /** JSON Schemas by name, each with a `default`; `{ $parameter: NAME }` stands for the value. */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Which objects the policy is about; the others are skipped. @default - all */
  readonly when?: Readonly<Record<string, unknown>>;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly tests?: readonly PolicyTest[];
}

/** A control of the Pod Security Standards. */
export interface PodSecurityControl {
  /** The profiles that have it in this form. */
  readonly profiles: readonly PodSecurityProfile[];
  /** What the standards' page calls it. */
  readonly control: string;
}

/** What a policy has to say of an object. */
export const TEST_VERDICTS = ['pass', 'fail', 'skip', 'undecided'] as const;
export type TestVerdict = (typeof TEST_VERDICTS)[number];

/** A case that a policy is tried on: an object as the policy sees it, or a whole resource. */
export interface PolicyTest {
  readonly name: string;
  readonly verdict: TestVerdict;
  /** `{ $unknown: true }` stands for a value that isn't known. */
  readonly object?: unknown;
  readonly resource?: {
    readonly type: string;
    readonly values: unknown;
    /** What it was, where the plan updates it; null where the plan creates it. */
    readonly before?: unknown;
  };
  /** Manifests beside it, for a policy that asks for some. */
  readonly others?: readonly unknown[];
  readonly parameters?: Readonly<Record<string, unknown>>;
}
