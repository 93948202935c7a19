/**
 * What a policy can be about besides resources: things that the project's own files describe, and
 * credentials wherever they occur in them. `lib/schemas/declared.schema.json` has their fields.
 */
export const DECLARED_TARGETS = [
  'stack',
  'project',
  'registry-secret',
  'secret',
  'config-map',
  'job-template',
  'credential',
  'deletion',
] as const;
export type DeclaredTarget = (typeof DECLARED_TARGETS)[number];

/** One such thing, the same at synthesis, beside cdk.tf.json and beside a plan. */
export interface Declared {
  readonly target: DeclaredTarget;
  /** The deletion target that it is, or is part of, such as `billing/job-templates/nightly`. */
  readonly address: string;
  /** The construct's path. */
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** `true` where a value isn't known before a plan is made. */
  readonly unknown?: Readonly<Record<string, true>>;
  /** Where it stands, if that is not code. */
  readonly source?: { readonly file: string; readonly line?: number };
}

/** Whether a policy's target is something declared. */
export function isDeclaredTarget(target: string): target is DeclaredTarget {
  return DECLARED_TARGETS.some((each) => each === target);
}
