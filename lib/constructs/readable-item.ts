import { quote } from '../base/inert.js';
import type { Problem } from '../base/problem.js';
import { Item } from './item.js';
import type { IGrantable } from './references.js';
import { report } from './report.js';

/** The kinds of item that can be read through the Kubernetes API. */
export type ReadableKind = 'registry-secrets' | 'secrets' | 'config-maps';

/** An item that a service account can be allowed to read. */
export abstract class ReadableItem<K extends ReadableKind = ReadableKind> extends Item<K> {
  /**
   * Lets service accounts of the project read this one object through the Kubernetes API: `get`
   * by name, nothing else. A job template needs no grant for what it names in `environment`,
   * `mounts` or `imageSecret`. There is no grant to write: only a deployment changes an item.
   *
   * @example
   * const api = Secret.generic(billing, 'api', {
   *   data: { API_KEY: Credential.fromVariable('api_key', { revision: 1 }) },
   * });
   * api.grantRead(billing.serviceAccount('reader'));
   */
  grantRead(...grantees: readonly IGrantable[]): void {
    const accounts = grantees.map(({ grantee }) => grantee);
    const isOwn = (project: { readonly node: object }) => project.node === this.project.node;
    const own = accounts.filter(({ project }) => isOwn(project)).map(({ name }) => name);
    const foreign = accounts.filter(({ project }) => !isOwn(project));
    report(this, ...foreign.map(({ name, project }) => otherProject(name, project.name)));
    if (own.includes('none')) report(this, NO_TOKEN);
    this.letRead(own.filter((name) => name !== 'none'));
  }
}

const NO_TOKEN: Problem = {
  code: 'grant/none',
  message: 'The service account `none` has no token, so it can use no permission.',
  remedy: 'Grant it to another account, such as reader.',
};

function otherProject(account: string, project: string): Problem {
  return {
    code: 'reference/other-project',
    message: `The service account ${quote(account)} belongs to the project ${quote(project)}, not to the one that this is in.`,
    remedy: 'Grant it to a service account of the same project.',
  };
}
