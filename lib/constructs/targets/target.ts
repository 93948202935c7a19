import type { TerraformResource, TerraformStack } from 'cdktf';

/** A stack as Terraform's JSON syntax has it. */
export type TerraformJson = { [key: string]: unknown };

/** Where a stack's projects are made. Said for each stack, never guessed. */
export interface Target {
  readonly name: 'kubernetes' | 'sandbox';
  /** Tells clusters apart: two stacks for the same one share its namespaces. */
  readonly cluster?: string;
  /** Whether credentials reach the target, so that their variables have to be set. */
  readonly takesCredentials: boolean;
  /** Adds what the stack needs before anything is declared in it. */
  prepare(stack: TerraformStack): void;
  /** A resource's address in this target's state, without an index. */
  addressOf(resource: TerraformResource): string;
  /** The expression of an object's unique id. */
  uidOf(resource: TerraformResource): string;
  /** The last word on what Terraform gets. */
  rewrite(json: TerraformJson): TerraformJson;
}
