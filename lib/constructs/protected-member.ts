import { type TerraformResource, Token } from 'cdktf';
import { memberOf } from '../base/guards.js';
import type { IdentifiedMember } from '../state/clock.js';
import type { WhileSoftDeleted } from './while-soft-deleted.js';

/** A resource under protection. */
export interface ProtectedMember extends IdentifiedMember {
  readonly resource: TerraformResource;
  /** The attribute by which an approval names its object. */
  readonly uid: string;
  readonly whileSoftDeleted?: WhileSoftDeleted | undefined;
}

/** The expression of an object's uid; of several instances, that of all of them together. */
export function uidOf({ address, resource, uid }: ProtectedMember): string {
  return isMultiple(resource)
    ? `sha256(join(",", [for each in ${address} : each.${uid}]))`
    : `${address}.${uid}`;
}

/** The addresses of its instances: its own where the code doesn't say by a number how many. */
export function instancesOf({ resource, address }: ProtectedMember): readonly string[] {
  const count = overrideOf(resource, 'count') ?? resource.count;
  if (typeof count === 'number' && !Token.isUnresolved(count)) {
    return Array.from({ length: Math.min(count, MAX_INSTANCES) }, (_, at) => `${address}[${at}]`);
  }
  return [address];
}

/** More than that are known by their address alone. */
const MAX_INSTANCES = 1000;

function overrideOf(resource: TerraformResource, key: string): unknown {
  return memberOf(Reflect.get(resource, 'rawOverrides'), key);
}

/** Whether the user's own code makes several of it. */
export function isMultiple(resource: TerraformResource): boolean {
  const isOverridden = ['count', 'for_each'].some((key) => overrideOf(resource, key) !== undefined);
  return resource.count !== undefined || resource.forEach !== undefined || isOverridden;
}
