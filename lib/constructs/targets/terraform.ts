import { ownAddress, TARGET, type Target } from './target.js';

/** No cluster: resources of any provider as they are, and no projects. */
export function terraformTarget(): Target {
  return {
    [TARGET]: true,
    name: 'terraform',
    takesCredentials: false,
    prepare: () => {},
    addressOf: ownAddress,
    rewrite: (json) => json,
  };
}
