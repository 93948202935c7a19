import type { TerraformResource } from 'cdktf';
import type { Problem } from '../base/problem.js';

/** Types that have no `id`, and what identifies their objects instead. */
const INSTEAD: Readonly<Record<string, string>> = { kubernetes_manifest: 'object.metadata.uid' };

/** Providers all of whose resources have an `id`, for resources without a class of their own. */
const WITH_ID = /^(?:terraform_data|null_resource|(?:kubernetes|random|time|tls|local)_\w+)$/;

/** An attribute, or a place in one: `arn`, `metadata[0].uid`. */
const ATTRIBUTE = /^[a-z_]\w*(?:\.\w+|\[\d+\])*$/i;

/** A resource whose identity is looked for. */
export interface Identified {
  readonly resource: TerraformResource;
  /** Where it is in state: on the sandbox under another type than its own. */
  readonly address: string;
  /** The attribute that the user has named. */
  readonly named?: string | undefined;
}

/**
 * The attribute that a resource has if, and only if, its object exists. The provider's schema isn't
 * there at synthesis: a generated class tells whether there is an `id`, for plain resources a table
 * does, and the user's word counts before both.
 */
export function identityOf({ resource, address, named }: Identified): string | undefined {
  if (named !== undefined) return ATTRIBUTE.test(named) ? named : undefined;
  const [type = ''] = address.split('.');
  const instead = Object.hasOwn(INSTEAD, type) ? INSTEAD[type] : undefined;
  if (instead !== undefined) return instead;
  return 'id' in resource || WITH_ID.test(type) ? 'id' : undefined;
}

/** The attribute by which an approval names the object: Kubernetes' own uid where it has one. */
export function uidAttribute(identified: Identified): string {
  const { address, named } = identified;
  const isKubernetes = /^kubernetes_(?!manifest\.)/.test(address);
  if (isKubernetes && named === undefined) return 'metadata[0].uid';
  return identityOf(identified) ?? 'id';
}

/** What is wrong where no attribute is known. */
export function unidentified({ resource, named }: Identified): Problem {
  const type = resource.terraformResourceType;
  const candidates = ['arn', 'uid', 'uuid', 'self_link', 'name'].filter((it) => it in resource);
  const [candidate = 'arn'] = candidates;
  return named === undefined
    ? {
        code: 'reclamation/no-identity',
        message: `It is not known which attribute of ${type} identifies its object${'id' in resource ? '' : ', and its class has no `id`'}: a plan that replaces it could not be refused.`,
        remedy: `Name one that is only known once the object exists: Reclamation.protect(resource, { name: '…', identity: '${candidate}' }).`,
      }
    : {
        code: 'reclamation/identity',
        message: `\`identity\` is ${JSON.stringify(named)}, which is not an attribute's name.`,
        remedy: "Write the name as Terraform has it, such as 'arn' or 'metadata[0].uid'.",
      };
}
