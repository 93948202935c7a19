/**
 * Resources by whose creation something is deleted: they stand for a call, and nothing in the plan's
 * actions says so. Each was read in the provider's documentation: `documentationOf` has the page.
 */
export interface Purge {
  /** What is deleted. */
  readonly deletes: string;
  /** It is only deleted where a member of this name, anywhere in that block, is true. */
  readonly flag?: { readonly within: string; readonly name: string };
}

export const PURGES: ReadonlyMap<string, Purge> = new Map<string, Purge>([
  [
    'ibm_resource_reclamation_delete',
    { deletes: 'a service instance that could still be restored' },
  ],
  [
    'ibm_backup_recovery_update_protection_group_run_request',
    {
      deletes: 'snapshots of a backup',
      flag: { within: 'update_protection_group_run_params', name: 'delete_snapshot' },
    },
  ],
  ['ibm_is_share_delete_accessor_binding', { deletes: 'an accessor binding of a file share' }],
]);
