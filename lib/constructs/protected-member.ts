import type { TerraformResource } from 'cdktf';
import type { IdentifiedMember } from '../state/clock.js';
import { addressOfInstance, isMultiple, keysOf, type ProtectedInstance } from './instances.js';
import type { WhileSoftDeleted } from './while-soft-deleted.js';

/** A resource under protection. */
export interface ProtectedMember extends IdentifiedMember {
  readonly resource: TerraformResource;
  /** The attribute by which an approval names its object. */
  readonly uid: string;
  readonly whileSoftDeleted?: WhileSoftDeleted | undefined;
  /** Instances with a target of their own. */
  readonly instances: readonly ProtectedInstance[];
}

/** The expression of an object's uid; of several instances, that of all of them together. */
export function uidOf({ address, resource, uid }: ProtectedMember): string {
  return isMultiple(resource)
    ? `sha256(join(",", [for each in ${address} : each.${uid}]))`
    : `${address}.${uid}`;
}

/** The addresses of its instances: its own where the code doesn't say which there are. */
export function instancesOf({ resource, address }: ProtectedMember): readonly string[] {
  const keys = keysOf(resource);
  return keys === undefined ? [address] : keys.map((key) => addressOfInstance(address, key));
}
