import { TerraformElement, TerraformResource, TerraformStack } from 'cdktf';
import { Construct, type IConstruct, RootConstruct } from 'constructs';
import { isRecord } from '../base/guards.js';
import { withoutIndex } from '../state/address.js';
import type { StackContext } from './context.js';

/** What an item's own move has settled is not moved again with its project. */
const moved = new WeakSet<IConstruct>();

/**
 * Declares that everything below a construct used to be at another path, so that its objects and
 * their clocks are kept. A resource that says itself where it was is left as it is.
 *
 * @see https://developer.hashicorp.com/terraform/language/moved
 */
export function moveResources(construct: IConstruct, formerPath: string): void {
  const former = formerPath.split('/').slice(1);
  for (const child of construct.node.findAll()) {
    if (!TerraformResource.isTerraformResource(child) || moved.has(child)) continue;
    moved.add(child);
    if (child.hasResourceMove() !== undefined) continue;
    const below = relativePath(construct, child);
    child.moveFromId(`${child.terraformResourceType}.${logicalId([...former, ...below])}`);
  }
}

/** The `moved` blocks of a stack's resources: from an address to another, without indices. */
export function declaredMoves(stack: StackContext): ReadonlyMap<string, string> {
  const moved = stack.node
    .findAll()
    .filter((it) => TerraformResource.isTerraformResource(it))
    .filter((it) => it.hasResourceMove() !== undefined)
    .flatMap((it): unknown[] => it.toTerraform().moved ?? []);
  const written = stack.target.rewrite({ moved })['moved'];
  const blocks: readonly unknown[] = Array.isArray(written) ? written : [];
  return new Map(
    blocks.flatMap((block) =>
      isRecord(block)
        ? [[withoutIndex(String(block['from'])), withoutIndex(String(block['to']))] as const]
        : [],
    ),
  );
}

/** Whether a resource is there only to say that its object is now another resource's. */
export function isMovedAway(resource: TerraformResource): boolean {
  const move = resource.hasResourceMove();
  if (move === undefined) return false;
  return 'moveTarget' in move || resource.toTerraform().resource === undefined;
}

function relativePath(from: IConstruct, to: IConstruct): readonly string[] {
  return to.node.scopes.slice(from.node.scopes.length).map((scope) => scope.node.id);
}

/** The id that cdktf gives to an element at a path: asked of cdktf itself, in an empty stack. */
function logicalId(path: readonly string[]): string {
  const stack = new TerraformStack(new RootConstruct(), 'former');
  const scope = path
    .slice(0, -1)
    .reduce<Construct>((parent, id) => new Construct(parent, id), stack);
  return new TerraformElement(scope, path.at(-1) ?? '').friendlyUniqueId;
}
