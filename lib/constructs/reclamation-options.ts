import type { Construct } from 'constructs';
import type { Instances } from './instances.js';
import type { Duration } from './units.js';
import type { WhileSoftDeleted } from './while-soft-deleted.js';

/** How a deletion of resources is restored, and until when. */
export interface ReclamationOptions {
  /**
   * How long a deletion can be restored, such as `30d` or `Duration.days(30)`.
   *
   * @default - the stack's period
   */
  readonly period?: string | Duration;
  /**
   * What somebody has to do before the deadline, such as what to back up, and where. Reviews, `reprieve list`,
   * the reminder (`reclamation list --due-within`) and `reclamation get` show it.
   *
   * @default - nothing
   */
  readonly beforeReclaim?: string;
  /**
   * What a resource is like while it is soft-deleted, as overrides that a restore takes away again.
   * `SoftDeleted` has ready ones.
   *
   * @default - as it was
   */
  readonly whileSoftDeleted?: WhileSoftDeleted;
}

/** How one resource is protected. */
export interface ProtectOptions extends ReclamationOptions {
  /**
   * What a deletion request names. Below a `Reclaimable` or a `Project` it is the name in there:
   * `orders/resources/NAME`.
   */
  readonly name: string;
  /**
   * The attribute that the resource has if, and only if, its object exists, such as `arn`.
   *
   * @default - `id`, where the resource is known to have one
   */
  readonly identity?: string;
  /**
   * Instances that are targets of their own, of a resource with `count` or `for_each`: their keys, or
   * a name for each key. `instances: ['eu']` makes `NAME/resources/eu` the target of
   * `aws_s3_bucket.files["eu"]`. Not below a `Reclaimable` or a `Project`.
   *
   * @default - none: all instances are deleted together
   */
  readonly instances?: Instances;
}

/** What a reclamation watches over. */
export interface ReclamationProps extends ReclamationOptions {
  /** The target whose deletion takes everything along, such as `orders-db`. */
  readonly name: string;
  /** The scope whose resources all belong to it. @default - only what is put under protection */
  readonly below?: Construct;
}
