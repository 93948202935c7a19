import { type TerraformResource, Token } from 'cdktf';
import { isRecord, memberOf } from '../base/guards.js';
import type { Problem } from '../base/problem.js';
import { itemTarget, RESOURCES } from '../model/deletion-target.js';
import { checkResourceName } from '../model/names.js';
import { quoteHcl } from '../state/expression.js';
import {
  instanceKey,
  instanceTwice,
  noInstances,
  notTheLast,
  unknownInstance,
} from './reclamation-problems.js';

/** What tells one instance from the others: a key of `for_each`, or an index of `count`. */
export type InstanceKey = string | number;

/** Instances by the names that deletion requests have for them; of a list, each key is its own name. */
export type Instances = readonly InstanceKey[] | Readonly<Record<string, InstanceKey>>;

/** An instance that is a target of its own. */
export interface ProtectedInstance {
  readonly target: string;
  readonly key: InstanceKey;
  /** With the key, as Terraform writes it: `aws_s3_bucket.files["eu"]`. */
  readonly address: string;
}

/** More than that are known by their address alone. */
const MAX_INSTANCES = 1000;

/**
 * A key that is written the same in an address, in JSON and in an expression. Of what can't be seen,
 * engines write all but the space as an escape: a guard would list an address that no plan has.
 */
const PLAIN_KEY = /^(?:(?!["\\$%])[\p{L}\p{M}\p{N}\p{P}\p{S} ]){1,256}$/u;

/** The address of one instance. */
export function addressOfInstance(address: string, key: InstanceKey): string {
  return `${address}[${typeof key === 'number' ? key : quoteHcl(key)}]`;
}

/** Whether the user's own code makes several of it. */
export function isMultiple(resource: TerraformResource): boolean {
  const isOverridden = ['count', 'for_each'].some((key) => overrideOf(resource, key) !== undefined);
  return resource.count !== undefined || resource.forEach !== undefined || isOverridden;
}

/** The keys of its instances, where the code says them without an expression. */
export function keysOf(resource: TerraformResource): readonly InstanceKey[] | undefined {
  return writtenKeys(
    overrideOf(resource, 'count') ?? resource.count,
    overrideOf(resource, 'for_each') ?? iteratedBy(resource),
  );
}

/** The same of what a block says, in code or in JSON. */
export function writtenKeys(count: unknown, each: unknown): readonly InstanceKey[] | undefined {
  if (isNumber(count)) {
    return Array.from({ length: Math.min(count, MAX_INSTANCES) }, (_, at) => at);
  }
  const keys = textsOf(each);
  const isKnown = keys?.every((key) => !Token.isUnresolved(key) && PLAIN_KEY.test(key)) === true;
  return isKnown && keys.length <= MAX_INSTANCES ? [...new Set(keys)].sort() : undefined;
}

/** The instances that are named, each with its target. */
export function instancesNamed(
  target: string,
  address: string,
  named: Instances,
): readonly ProtectedInstance[] {
  const isList = (each: Instances): each is readonly InstanceKey[] => Array.isArray(each);
  const entries = isList(named)
    ? named.map((key) => [String(key), key] as const)
    : Object.entries(named);
  return entries.map(([name, key]) => ({
    target: itemTarget(target, RESOURCES, name),
    key,
    address: addressOfInstance(address, key),
  }));
}

/** What is wrong with instances as targets of their own. */
export function instanceProblems(
  resource: TerraformResource,
  instances: readonly ProtectedInstance[],
  isRequested: (target: string) => boolean,
): readonly Problem[] {
  if (instances.length === 0) return [];
  if (!isMultiple(resource)) return [noInstances()];
  const isCounted = (overrideOf(resource, 'count') ?? resource.count) !== undefined;
  const known = keysOf(resource);
  const count = countOf(resource);
  const seen = new Set<string>();
  return instances.flatMap(({ target, key, address }) => {
    const name = target.slice(target.lastIndexOf('/') + 1);
    const isTwice = seen.has(target) || seen.has(address);
    seen.add(target).add(address);
    if (!isKey(key, isCounted)) return [instanceKey(key, isCounted)];
    const isLost = known !== undefined && !known.includes(key);
    const isInside = isCounted && isRequested(target) && key !== (count ?? Number.NaN) - 1;
    return [
      ...checkResourceName(name),
      ...(isTwice ? [instanceTwice(target, address)] : []),
      ...(isLost ? [unknownInstance(address, known)] : []),
      ...(isInside && !isLost ? [notTheLast(target, address, count)] : []),
    ];
  });
}

function isKey(key: unknown, isCounted: boolean): boolean {
  return isCounted
    ? typeof key === 'number' && Number.isInteger(key) && key >= 0
    : typeof key === 'string' && PLAIN_KEY.test(key) && !Token.isUnresolved(key);
}

function countOf(resource: TerraformResource): number | undefined {
  const count = overrideOf(resource, 'count') ?? resource.count;
  return isNumber(count) ? count : undefined;
}

function isNumber(count: unknown): count is number {
  return typeof count === 'number' && !Token.isUnresolved(count);
}

/** What an iterator of cdktf goes over, where it is written out. */
function iteratedBy({ forEach }: TerraformResource): unknown {
  if (forEach === undefined) return undefined;
  return Reflect.get(forEach, 'list') ?? Reflect.get(forEach, 'map');
}

function textsOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) {
    return value.every((each) => typeof each === 'string') ? value : undefined;
  }
  const isPlain = isRecord(value) && !Token.isUnresolved(value);
  return isPlain ? Object.keys(value) : undefined;
}

function overrideOf(resource: TerraformResource, key: string): unknown {
  return memberOf(Reflect.get(resource, 'rawOverrides'), key);
}
