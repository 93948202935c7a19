import type { TerraformResource, TerraformStack } from 'cdktf';

/** A stack as Terraform's JSON syntax has it. */
export type TerraformJson = { [key: string]: unknown };

/** Only this package makes targets: what else has their shape is none. */
export const TARGET = Symbol.for('reprieve/target');

/** Where a stack's projects are made: what `Target.kubernetes` and `Target.sandbox` return. */
export interface Target {
  /** Refuses look-alikes at compile time. */
  readonly [TARGET]: true;
  /** Which one it is. */
  readonly name: 'kubernetes' | 'sandbox' | 'terraform';
  /**
   * Tells clusters apart: two stacks for the same one share its namespaces.
   *
   * @internal
   */
  readonly cluster?: string;
  /**
   * Whether credentials reach the target, so that their variables have to be set.
   *
   * @internal
   */
  readonly takesCredentials: boolean;
  /**
   * Adds what the stack needs before anything is declared in it.
   *
   * @internal
   */
  prepare(stack: TerraformStack): void;
  /**
   * A resource's address in this target's state, without an index.
   *
   * @internal
   */
  addressOf(resource: TerraformResource): string;
  /**
   * The last word on what Terraform gets.
   *
   * @internal
   */
  rewrite(json: TerraformJson): TerraformJson;
}

/** A resource's address as Terraform itself has it. */
export function ownAddress(resource: TerraformResource): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}
