import { TerraformElement, TerraformResource, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { isRecord } from '../base/guards.js';
import { quoteName } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { sourceOf } from './call-site.js';
import type { MemberBlock, ProtectedJson, ProtectedStack, Referrer } from './protected-json.js';
import { StateRecord } from './record.js';
import type { StackView } from './stack-view.js';

/** What is protected in a stack, for its JSON. */
export function protectedIn(stack: StackView): ProtectedStack {
  const members = stack.reclamations.flatMap((each) => each.blocks);
  const isIdle = members.every(({ gone }) => gone.length === 0);
  const records = stack.node.findAll().filter((it) => StateRecord.isStateRecord(it));
  return {
    members,
    followers: isIdle ? [] : stack.reclamations.flatMap((each) => each.followers),
    records: new Set(records.map(({ address }) => address)),
  };
}

/** What stays and refers to what is being deleted, and what can't be counted as it is. */
export function referenceProblems(
  stack: StackView,
  { referrers, moved, enabled }: Omit<ProtectedJson, 'json'>,
): readonly Problem[] {
  if (referrers.length + moved.length + enabled.length === 0) return [];
  const elements = elementsByAddress(stack);
  const at = (problem: Problem, address: string): Problem => {
    const construct = elements.get(address);
    const source = construct === undefined ? undefined : sourceOf(construct);
    return {
      ...problem,
      path: construct?.node.path ?? stack.node.path,
      ...(source === undefined ? {} : { source }),
    };
  };
  return [
    ...referrers.flatMap((each) =>
      isCrossStack(each) ? otherStacks(stack, each) : [at(referrer(each), each.from)],
    ),
    ...moved.map((each) => at(movedWhileDeleting(each), each.address)),
    ...enabled.map((each) => at(ownSwitch(each), each.address)),
  ];
}

/** Where a construct is in Terraform's JSON, as messages name it. */
function elementsByAddress(stack: StackView): ReadonlyMap<string, IConstruct> {
  const elements = stack.node.findAll().filter((it) => TerraformElement.isTerraformElement(it));
  return new Map(elements.map((each) => [addressOf(stack, each), each]));
}

function addressOf(stack: StackView, element: TerraformElement): string {
  if (TerraformResource.isTerraformResource(element)) return stack.target.addressOf(element);
  const type: unknown = Reflect.get(element, '_elementType');
  const id = element.friendlyUniqueId;
  if (typeof type === 'string') return `${type}.${id}`;
  const provider: unknown = Reflect.get(element, 'terraformResourceType');
  return typeof provider === 'string' ? `provider.${provider}` : `output.${id}`;
}

function isCrossStack({ from }: Referrer): boolean {
  return from.startsWith('output.cross-stack-output-');
}

/** What other stacks of the app make of an output that cdktf has made for them. */
function otherStacks(stack: StackView, { from, to, target }: Referrer): readonly Problem[] {
  const reference = `.outputs.${from.slice('output.'.length)}`;
  const others = stack.node.root.node
    .findAll()
    .filter((it) => TerraformStack.isStack(it) && it.node !== stack.node)
    .flatMap((it) => elementsWith(it, reference));
  return others.map((element) => {
    const source = sourceOf(element);
    return {
      code: 'reclamation/referrer',
      message: `Another stack refers to ${quoteName(to)}, and the deletion of ${quoteName(target)} is requested: once it is reclaimed, that stack could not be planned any more.`,
      remedy: `Take the reference out of it and deploy that stack first. To keep ${quoteName(target)}, remove the request.`,
      path: element.node.path,
      ...(source === undefined ? {} : { source }),
    };
  });
}

/** The elements of a stack whose JSON has a text. */
function elementsWith(stack: IConstruct, text: string): readonly TerraformElement[] {
  // Before any of our own rewriting, which may have problems of its own.
  const json: unknown = TerraformStack.prototype.toTerraform.call(stack);
  const ids = new Set<string>();
  const search = (value: unknown, depth: number): void => {
    for (const [id, body] of Object.entries(isRecord(value) ? value : {})) {
      if (!JSON.stringify(body ?? '').includes(text)) continue;
      ids.add(id);
      if (depth > 0) search(body, depth - 1);
    }
  };
  search(json, 2);
  return stack.node
    .findAll()
    .filter((it) => TerraformElement.isTerraformElement(it))
    .filter((it) => ids.has(it.friendlyUniqueId));
}

function referrer({ from, to, target }: Referrer): Problem {
  return {
    code: 'reclamation/referrer',
    message: `${quoteName(from)} stays, and refers to ${quoteName(to)}; the deletion of ${quoteName(target)} is requested, and once it is reclaimed, nothing is left to refer to.`,
    remedy: `Take the reference out of ${from}, delete it too, or declare it below the same Reclaimable or project. To keep ${quoteName(target)}, remove the request.`,
  };
}

function movedWhileDeleting({ address, target }: MemberBlock): Problem {
  return {
    code: 'reclamation/moved-while-deleting',
    message: `A \`moved\` block names ${quoteName(address)}, and ${quoteName(target)} is being deleted: Terraform would not move it to the index that it needs for the time of its deletion, and would delete it instead.`,
    remedy: `Deploy the move first, remove it from the code (.moveFromId, .moveTo, movedFrom), and request the deletion then.`,
  };
}

function ownSwitch({ address, target }: MemberBlock): Problem {
  return {
    code: 'reclamation/enabled',
    message: `${quoteName(address)} has \`lifecycle.enabled\`, which can't be combined with the count that the deletion of ${quoteName(target)} needs.`,
    remedy: 'Use `count` instead of `enabled`: it is kept while the resource is soft-deleted.',
  };
}
