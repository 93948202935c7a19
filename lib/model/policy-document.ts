/** What a policy's file says. What its schema means is the policy room's affair. */
export interface PolicyDocument {
  readonly id: string;
  /** The good condition. */
  readonly title: string;
  readonly category: string;
  readonly why: string;
  readonly remediation: string;
  readonly url?: string;
  /** A Terraform type, or `resource` for all. */
  readonly target: string;
  /** What it means that a value is not known before the apply. @default report */
  readonly undecided?: 'report' | 'fail' | 'pass';
  readonly schema: Readonly<Record<string, unknown>>;
}
