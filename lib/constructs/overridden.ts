import type { TerraformResource } from 'cdktf';
import { template } from '../state/expression.js';
import { ignoredOverride } from './reclamation-problems.js';
import { report } from './report.js';
import { applyOverrides, ignoredOverrides, type WhileSoftDeleted } from './while-soft-deleted.js';

/** Sets what was declared for the time of its deletion, which has begun where there is a deadline. */
export function overrideWhileDeleted(
  {
    resource,
    target,
    whileSoftDeleted,
  }: {
    readonly resource: TerraformResource;
    readonly target: string;
    readonly whileSoftDeleted?: WhileSoftDeleted | undefined;
  },
  deadline: string | undefined,
): void {
  if (deadline === undefined || whileSoftDeleted === undefined) return;
  const overrides = whileSoftDeleted(resource, { target, deadline: template(deadline) });
  const ignored = ignoredOverrides(resource, overrides);
  if (ignored.length > 0) report(resource, ignoredOverride(ignored));
  applyOverrides(resource, overrides);
}
