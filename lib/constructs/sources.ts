import { TerraformResource } from 'cdktf';
import type { Source } from '../base/problem.js';
import { sourceOf } from './call-site.js';
import type { ReprieveStack } from './stack.js';

/** Where the resource at an address was declared. */
export interface ResourceSource extends Partial<Omit<Source, 'column'>> {
  /** The construct's path. */
  readonly path: string;
  /** What it is on a cluster, where the target has a resource of another type stand for it. */
  readonly standsFor?: string;
}

/** By address without an index, in order, so that a finding on a plan can name the line. */
export function sourcesOf(stack: ReprieveStack): Readonly<Record<string, ResourceSource>> {
  const entries = stack.node
    .findAll()
    .filter((construct): construct is TerraformResource =>
      TerraformResource.isTerraformResource(construct),
    )
    .map((resource) => {
      const address = stack.target.addressOf(resource);
      return [address, describe(resource, address)] as const;
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function describe(resource: TerraformResource, address: string): ResourceSource {
  const { file, line } = sourceOf(resource) ?? {};
  const type = resource.terraformResourceType;
  return {
    path: resource.node.path,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(address.startsWith(`${type}.`) ? {} : { standsFor: type }),
  };
}
