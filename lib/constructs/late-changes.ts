import type { TerraformResource } from 'cdktf';
import { isRecord, memberOf } from '../base/guards.js';
import { quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { requestCommand } from '../model/commands.js';
import { sourceOf } from './call-site.js';
import { type InstanceKey, isMultiple, keysOf, writtenKeys } from './instances.js';
import type { ProtectedMember } from './protected-member.js';
import type { TerraformJson } from './targets/index.js';

/** How often a resource is there; _several_ where only an expression says it. */
type Repetition = 'one' | 'several' | readonly InstanceKey[];

/** A protected resource as it was when its guard was written. */
export interface SealedMember {
  readonly address: string;
  readonly target: string;
  readonly resource: TerraformResource;
  readonly repetition: Repetition;
}

/** What the guard and the lock go by. */
export function sealedMember({ address, target, resource }: ProtectedMember): SealedMember {
  const repetition = keysOf(resource) ?? (isMultiple(resource) ? 'several' : 'one');
  return { address, target, resource, repetition };
}

/**
 * What has become of protected resources after their guard was written. Aspects run later, and an
 * override of the stack is seen in its JSON only: neither may end what nobody asked to delete.
 *
 * @param json - as the target has rewritten it, before any protection
 */
export function lateChanges(
  json: TerraformJson,
  members: readonly SealedMember[],
  stack: string,
): readonly Problem[] {
  return members.flatMap((member) => {
    const [type = '', name = ''] = member.address.split('.');
    const body = memberOf(memberOf(json['resource'], type), name);
    const found = [
      ...(isRenamed(member) ? [renamed(member)] : []),
      ...(isRecord(body) ? recounted(member, body, stack) : [notWritten(member, stack)]),
    ];
    const source = sourceOf(member.resource);
    const at = { path: member.resource.node.path, ...(source === undefined ? {} : { source }) };
    return found.map((each) => ({ ...each, ...at }));
  });
}

/** cdktf keeps the id that was read first: a later one has no effect, and no error. */
function isRenamed({ resource }: SealedMember): boolean {
  const wish: unknown = Reflect.get(resource, '_logicalIdOverride');
  return typeof wish === 'string' && wish !== resource.friendlyUniqueId;
}

function recounted(
  member: SealedMember,
  { count, for_each: each }: Readonly<Record<string, unknown>>,
  stack: string,
): readonly Problem[] {
  const { repetition } = member;
  const isOne = [count, each].every((value) => value === undefined || value === null);
  if (repetition === 'one') return isOne ? [] : [otherCount(member, stack)];
  const keys = writtenKeys(count, each);
  const isOther = keys !== undefined && repetition !== 'several' && !isSame(keys, repetition);
  return isOne || isOther ? [otherCount(member, stack)] : [];
}

function isSame(some: readonly InstanceKey[], others: readonly InstanceKey[]): boolean {
  return some.length === others.length && some.every((key, at) => key === others[at]);
}

function renamed({ address, resource }: SealedMember): Problem {
  const wish = String(Reflect.get(resource, '_logicalIdOverride'));
  return {
    code: 'reclamation/late-name',
    message: `\`overrideLogicalId\` gives ${quoteName(address)} the name ${quoteName(wish)} too late: something has read its name before, and Terraform keeps the old one.`,
    remedy: `Call it right after \`new\`, before Reclamation.protect and not in an aspect. If the resource is deployed already, call .moveFromId('${address}') as well; otherwise its object would be deleted.`,
  };
}

function otherCount({ address, target }: SealedMember, stack: string): Problem {
  return {
    code: 'reclamation/late-count',
    message: `An aspect, or an override of the stack, gives ${quoteName(address)} another \`count\` or \`for_each\` than the resource was declared with: the guard and the lock don't know it.`,
    remedy: `Set it on the resource itself. To delete it, request it: ${requestCommand(target, stack)}.`,
  };
}

function notWritten({ address, target }: SealedMember, stack: string): Problem {
  return {
    code: 'reclamation/not-written',
    message: `${quoteName(address)} is protected, and an aspect or an override of the stack takes it out of what Terraform gets: the next deploy would delete its object.`,
    remedy: `Leave it in. To delete it, request it: ${requestCommand(target, stack)}.`,
  };
}
