import { TerraformResource } from 'cdktf';
import type { Source } from '../base/problem.js';
import { sourceOf } from './call-site.js';
import type { ReprieveStack } from './stack.js';

/** Where the resource at an address was declared. */
export interface ResourceSource extends Partial<Omit<Source, 'column'>> {
  /** The construct's path. */
  readonly path: string;
}

/** By address without an index, in order, so that a finding on a plan can name the line. */
export function sourcesOf(stack: ReprieveStack): Readonly<Record<string, ResourceSource>> {
  const entries = stack.node
    .findAll()
    .filter((construct): construct is TerraformResource =>
      TerraformResource.isTerraformResource(construct),
    )
    .map((resource) => [stack.target.addressOf(resource), describe(resource)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function describe(resource: TerraformResource): ResourceSource {
  const { file, line } = sourceOf(resource) ?? {};
  return {
    path: resource.node.path,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}
