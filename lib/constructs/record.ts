import { TerraformResource, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import type { Condition } from '../state/clock.js';
import { type Data, render } from '../state/expression.js';
import { lean } from './rendering.js';
import type { TerraformJson } from './targets/index.js';

/** How a record behaves over its life in state. */
export interface RecordOptions {
  /** Keeps the value that was first written, or parts of it, whatever the code says later. */
  readonly frozen?: boolean | readonly string[];
  /**
   * Keeps the record in state until everything that refers to it has been updated. Without this, an
   * engine destroys a record whose block is gone first; with it, not at all where an update fails.
   *
   * @see https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#create_before_destroy
   */
  readonly goesLast?: boolean;
  /** Addresses that a targeted destroy of one has to take this record along with. */
  readonly dependsOn?: readonly string[];
  readonly preconditions?: readonly Condition[];
  readonly postconditions?: readonly Condition[];
}

const RECORD = Symbol.for('reprieve/StateRecord');

/**
 * A fact kept in Terraform's state and nowhere else: a `terraform_data` of the built-in provider.
 * Destroying it is refused at plan; it goes only with its block.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/terraform-data
 */
export class StateRecord extends TerraformResource {
  readonly [RECORD] = true;

  constructor(scope: Construct, id: string, input: Data, options: RecordOptions = {}) {
    super(scope, id, { terraformResourceType: 'terraform_data' });
    this.write(input, options);
  }

  /**
   * Says what the record holds; the last word before synthesis counts. Texts mean themselves, whatever
   * they look like: some come from a user's files.
   */
  write(input: Data, options: RecordOptions = {}): void {
    this.addOverride('input', render(input));
    this.addOverride('lifecycle', {
      prevent_destroy: true,
      ...(options.goesLast === true ? { create_before_destroy: true } : {}),
      ...ignored(options.frozen),
      ...conditions('precondition', options.preconditions),
      ...conditions('postcondition', options.postconditions),
    });
    if (options.dependsOn !== undefined && options.dependsOn.length > 0)
      this.addOverride('depends_on', options.dependsOn);
  }

  /** @internal */
  override toTerraform(): TerraformJson {
    return lean(this, () => super.toTerraform());
  }

  /** Whether a construct is a record of ours, told by shape so that copies of this module agree. */
  static isStateRecord(construct: object): construct is StateRecord {
    return RECORD in construct;
  }

  /** The address that a record of that id would have, without making one. */
  static addressOf(scope: Construct, id: string): string {
    const place = new Construct(scope, id);
    const name = TerraformStack.of(scope).getLogicalId(place.node);
    scope.node.tryRemoveChild(id);
    return `terraform_data.${name}`;
  }

  /** The address, for use in expressions. */
  get address(): string {
    return `terraform_data.${this.friendlyUniqueId}`;
  }
}

function ignored(frozen: RecordOptions['frozen']) {
  if (frozen === undefined || frozen === false) return {};
  const parts = frozen === true ? ['input'] : frozen.map((part) => `input.${part}`);
  return { ignore_changes: parts };
}

function conditions(name: string, list: readonly Condition[] | undefined) {
  return list === undefined || list.length === 0 ? {} : { [name]: list };
}
