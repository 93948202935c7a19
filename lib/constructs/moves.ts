import { TerraformElement, TerraformResource, TerraformStack } from 'cdktf';
import { Construct, type IConstruct, RootConstruct } from 'constructs';

/** What an item's own move has settled is not moved again with its project. */
const moved = new WeakSet<IConstruct>();

/**
 * Tells Terraform that everything below a construct used to stand at another path, so that its
 * objects and their clocks are kept.
 *
 * @see https://developer.hashicorp.com/terraform/language/moved
 */
export function moveResources(construct: IConstruct, formerPath: string): void {
  const former = formerPath.split('/').slice(1);
  for (const child of construct.node.findAll()) {
    if (!TerraformResource.isTerraformResource(child) || moved.has(child)) continue;
    moved.add(child);
    const below = relativePath(construct, child);
    child.moveFromId(`${child.terraformResourceType}.${logicalId([...former, ...below])}`);
  }
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
