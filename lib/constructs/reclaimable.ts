import type { TerraformResource } from 'cdktf';
import { TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import { checkProjectName } from '../model/names.js';
import { rememberSource } from './call-site.js';
import { mark, ownersOf, type PartOptions } from './context.js';
import { Reclamation, reclamationId } from './reclamation.js';
import type { ReclamationOptions } from './reclamation-options.js';
import { nested, targetTaken } from './reclamation-problems.js';
import { report } from './report.js';
import type { ProtectedResource } from './while-soft-deleted.js';

/** What can be said of a group of resources. */
export interface ReclaimableProps extends ReclamationOptions {
  /** What a deletion request names. @default - the id */
  readonly name?: string;
}

/**
 * A scope whose resources are deleted, and restored, together: every resource below it, of any
 * provider, belongs to one target. `Reclamation.protect` gives a resource in it a name of its own.
 *
 * @example
 * const orders = new Reclaimable(stack, 'orders', { period: Duration.days(30) });
 * const database = new DbInstance(orders, 'database', { … });
 * Reclamation.protect(database, { name: 'database' });  // also orders/resources/database
 */
export class Reclaimable extends Construct {
  /** What a deletion request names. */
  readonly target: string;
  private readonly reclamation: Reclamation;

  constructor(scope: Construct, id: string, props: ReclaimableProps = {}) {
    super(scope, id);
    const [outer] = ownersOf(this);
    mark(this, 'owner');
    rememberSource(this);
    const { name = id, ...options } = props;
    this.target = name;
    report(this, ...checkProjectName(name), ...(outer === undefined ? [] : [nested(name, outer)]));
    const stack = TerraformStack.of(this);
    const known = stack.node.tryFindChild(reclamationId(name));
    if (known !== undefined) report(this, targetTaken(name, known));
    // Beside it, so that a move of the code leaves the clocks where they are.
    const [parent, own] =
      known === undefined ? [stack, reclamationId(name)] : [this, 'reclamation'];
    this.reclamation = new Reclamation(parent, own, { name, below: this, ...options });
    rememberSource(this.reclamation);
  }

  /** Whether the deletion of all of it is requested. */
  get isBeingDeleted(): boolean {
    return this.reclamation.fateOf(this.target).doomed;
  }

  /** @internal */
  namePart(resource: TerraformResource, options: PartOptions): ProtectedResource {
    return this.reclamation.namePart(resource, options);
  }
}
