import { TerraformDataSource, TerraformModule, TerraformResource } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { itemTarget, RESOURCES } from '../model/deletion-target.js';
import { checkResourceName } from '../model/names.js';
import { isMovedAway } from './moves.js';
import { StateRecord } from './record.js';

/** All resources below a scope, but for the records. */
export function resourcesBelow(scope: Construct | undefined): readonly TerraformResource[] {
  return constructsBelow(scope)
    .filter((it): it is TerraformResource => TerraformResource.isTerraformResource(it))
    .filter((it) => !StateRecord.isStateRecord(it) && !isMovedAway(it));
}

/** The addresses of the data sources below a scope. */
export function dataSourcesBelow(scope: Construct | undefined): readonly string[] {
  return constructsBelow(scope)
    .filter((it): it is TerraformDataSource => TerraformDataSource.isTerraformDataSource(it))
    .map((it) => `data.${it.terraformResourceType}.${it.friendlyUniqueId}`);
}

/** The modules below a scope. */
export function modulesBelow(scope: Construct | undefined): readonly IConstruct[] {
  return constructsBelow(scope).filter((it) => it instanceof TerraformModule);
}

/** In a project, a resource without a name has a target by the place of its code there. */
export function targetByPlace(
  target: string,
  resource: TerraformResource,
  scope: Construct | undefined,
): string {
  const depth = scope?.node.scopes.length ?? 0;
  const name = resource.node.scopes
    .slice(depth)
    .map((it) => it.node.id)
    .join('.');
  return checkResourceName(name).length === 0 ? itemTarget(target, RESOURCES, name) : target;
}

function constructsBelow(scope: Construct | undefined): readonly IConstruct[] {
  return scope?.node.findAll() ?? [];
}
