import { parseDuration } from '../base/duration.js';
import { documentationOf } from './resource-docs.js';

/**
 * What providers themselves have against the loss of data: an attribute of a resource that refuses its
 * deletion, keeps a copy of it, or keeps what was deleted for a while. Each was looked up in public
 * documentation: the type's own page, or `url`.
 */
export interface Safeguard {
  /** JSON pointer into the resource's attributes. */
  readonly pointer: string;
  /** Whether the provider or the service refuses to delete the resource while it is on. */
  readonly refuses: boolean;
  /** How strong a value is, compared with others; undefined where nobody can tell. */
  readonly strengthOf: (value: unknown) => number | undefined;
  /** What is said of a value that became weaker. */
  readonly weaker: 'turned off' | 'turned on' | 'lowered' | 'shortened';
  /** Where it is documented, if that is not the type's own page. */
  readonly url?: string;
}

type Level = string | boolean;

/** A flag that protects. */
function on(path: string): Safeguard {
  return { ...levels(path, [false, true]), weaker: 'turned off' };
}

/** A flag, or a level, at which the deletion is refused. */
function refusing(path: string, at: Level = true): Safeguard {
  return { ...levels(path, [false, at]), weaker: 'turned off', refuses: true };
}

/** A flag by which more is deleted, or nothing kept. @param absent what holds where it isn't set */
function off(path: string, absent = false): Safeguard {
  return { ...levels(path, [true, false], absent), weaker: 'turned on' };
}

/** The weakest first; so is whatever isn't named. */
function levels(path: string, order: readonly Level[], absent: Level | undefined = order[0]) {
  return {
    pointer: `/${path}`,
    refuses: false,
    weaker: 'lowered' as const,
    strengthOf: (value: unknown) =>
      Math.max(
        0,
        order.findIndex((each) => each === (value ?? absent)),
      ),
  };
}

/** How many days, hours or copies something is kept. */
function number(path: string, absent = 0): Safeguard {
  return {
    pointer: `/${path}`,
    refuses: false,
    weaker: 'shortened',
    strengthOf: (value) => {
      const count = typeof value === 'string' && value !== '' ? Number(value) : (value ?? absent);
      return typeof count === 'number' && Number.isFinite(count) ? count : undefined;
    },
  };
}

/** How long something is kept, such as `86400s`. */
function duration(path: string): Safeguard {
  return {
    pointer: `/${path}`,
    refuses: false,
    weaker: 'shortened',
    strengthOf: (value) => {
      if (value === null || value === undefined || value === '') return 0;
      return typeof value === 'string' ? parseDuration(value).value?.seconds : undefined;
    },
  };
}

const AWS_DATABASE = [
  refusing('deletion_protection'),
  off('skip_final_snapshot'),
  number('backup_retention_period'),
];
const AWS_DOCS = 'https://docs.aws.amazon.com';
const LOCK = 'default_retention/0';
const AZURE_BLOBS = 'blob_properties/0';
const AZURE_KEEPS = ['Disabled', 'Unlocked', 'Locked'];
const GOOGLE_BACKUPS = 'settings/0/backup_configuration/0';
const IBM_LOCK = `object_lock_configuration/0/object_lock_rule/0/${LOCK}`;

const ATLAS_CLUSTER = [
  refusing('termination_protection_enabled'),
  on('retain_backups_enabled'),
  on('backup_enabled'),
];

const BY_TYPE: Readonly<Record<string, readonly Safeguard[]>> = {
  aws_db_instance: [...AWS_DATABASE, off('delete_automated_backups', true)],
  aws_rds_cluster: AWS_DATABASE,
  aws_docdb_cluster: AWS_DATABASE,
  aws_neptune_cluster: AWS_DATABASE,
  aws_redshift_cluster: [
    off('skip_final_snapshot'),
    number('automated_snapshot_retention_period', 1),
  ],
  aws_dynamodb_table: [
    refusing('deletion_protection_enabled'),
    on('point_in_time_recovery/0/enabled'),
  ],
  aws_elasticache_replication_group: [number('snapshot_retention_limit')],
  aws_eks_cluster: [
    {
      ...refusing('deletion_protection'),
      url: `${AWS_DOCS}/eks/latest/userguide/deletion-protection.html`,
    },
  ],
  aws_cognito_user_pool: [
    {
      ...refusing('deletion_protection', 'ACTIVE'),
      url: `${AWS_DOCS}/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html`,
    },
  ],
  aws_s3_bucket: [off('force_destroy'), on('versioning/0/enabled')],
  aws_s3_bucket_versioning: [
    {
      ...levels('versioning_configuration/0/status', ['Suspended', 'Enabled']),
      weaker: 'turned off',
    },
  ],
  aws_s3_bucket_object_lock_configuration: [
    levels(`rule/0/${LOCK}/mode`, ['', 'GOVERNANCE', 'COMPLIANCE']),
    number(`rule/0/${LOCK}/days`),
    number(`rule/0/${LOCK}/years`),
  ],
  aws_kms_key: [number('deletion_window_in_days', 30)],
  aws_secretsmanager_secret: [number('recovery_window_in_days', 30)],
  aws_dsql_cluster: [refusing('deletion_protection_enabled')],
  aws_fsx_windows_file_system: [
    off('skip_final_backup'),
    number('automatic_backup_retention_days', 7),
  ],
  aws_s3tables_table_bucket: [off('force_destroy')],
  aws_route53_zone: [off('force_destroy')],
  aws_ecr_repository: [
    {
      ...off('force_delete'),
      url: `${AWS_DOCS}/AmazonECR/latest/APIReference/API_DeleteRepository.html`,
    },
  ],

  google_alloydb_cluster: [refusing('deletion_protection')],
  google_backup_dr_backup_vault: [duration('backup_minimum_enforced_retention_duration')],
  google_bigquery_dataset: [off('delete_contents_on_destroy'), number('max_time_travel_hours')],
  google_bigquery_table: [refusing('deletion_protection')],
  google_bigtable_instance: [refusing('deletion_protection'), off('force_destroy')],
  google_bigtable_table: [refusing('deletion_protection', 'PROTECTED')],
  google_compute_instance: [refusing('deletion_protection')],
  google_container_cluster: [refusing('deletion_protection')],
  google_dns_managed_zone: [off('force_destroy')],
  google_filestore_instance: [refusing('deletion_protection_enabled')],
  google_firestore_database: [
    refusing('delete_protection_state', 'DELETE_PROTECTION_ENABLED'),
    levels('point_in_time_recovery_enablement', ['', 'POINT_IN_TIME_RECOVERY_ENABLED']),
  ],
  google_kms_crypto_key: [duration('destroy_scheduled_duration')],
  google_memorystore_instance: [refusing('deletion_protection_enabled')],
  google_redis_cluster: [refusing('deletion_protection_enabled')],
  google_redis_instance: [refusing('deletion_protection')],
  google_secret_manager_secret: [refusing('deletion_protection'), duration('version_destroy_ttl')],
  google_spanner_database: [
    refusing('deletion_protection'),
    refusing('enable_drop_protection'),
    duration('version_retention_period'),
  ],
  google_spanner_instance: [off('force_destroy')],
  google_sql_database_instance: [
    refusing('deletion_protection'),
    refusing('settings/0/deletion_protection_enabled'),
    on(`${GOOGLE_BACKUPS}/point_in_time_recovery_enabled`),
    number(`${GOOGLE_BACKUPS}/transaction_log_retention_days`),
    number(`${GOOGLE_BACKUPS}/backup_retention_settings/0/retained_backups`),
  ],
  google_storage_bucket: [
    off('force_destroy'),
    on('versioning/0/enabled'),
    number('soft_delete_policy/0/retention_duration_seconds', 604_800),
    number('retention_policy/0/retention_period'),
  ],

  azurerm_app_configuration: [
    on('purge_protection_enabled'),
    number('soft_delete_retention_days', 7),
  ],
  azurerm_cosmosdb_account: [number('backup/0/retention_in_hours')],
  azurerm_data_protection_backup_vault: [
    levels('soft_delete', ['Off', 'On', 'AlwaysOn'], 'On'),
    levels('immutability', AZURE_KEEPS),
    number('retention_duration_in_days', 14),
  ],
  azurerm_key_vault: [on('purge_protection_enabled'), number('soft_delete_retention_days', 90)],
  azurerm_key_vault_managed_hardware_security_module: [
    on('purge_protection_enabled'),
    number('soft_delete_retention_days', 90),
  ],
  azurerm_mssql_database: [number('short_term_retention_policy/0/retention_days')],
  azurerm_mssql_managed_database: [number('short_term_retention_days')],
  azurerm_mysql_flexible_server: [number('backup_retention_days', 7)],
  azurerm_postgresql_flexible_server: [number('backup_retention_days')],
  azurerm_recovery_services_vault: [levels('immutability', AZURE_KEEPS)],
  azurerm_storage_account: [
    on(`${AZURE_BLOBS}/versioning_enabled`),
    number(`${AZURE_BLOBS}/delete_retention_policy/0/days`),
    off(`${AZURE_BLOBS}/delete_retention_policy/0/permanent_delete_enabled`),
    number(`${AZURE_BLOBS}/container_delete_retention_policy/0/days`),
    number('share_properties/0/retention_policy/0/days'),
  ],

  ibm_container_cluster: [off('force_delete_storage')],
  ibm_container_vpc_cluster: [off('force_delete_storage')],
  ibm_cos_bucket: [
    off('force_delete', true),
    on('object_versioning/0/enable'),
    on('object_lock'),
    number('retention_rule/0/minimum'),
  ],
  ibm_cos_bucket_object_lock_configuration: [
    levels(`${IBM_LOCK}/mode`, ['', 'GOVERNANCE', 'COMPLIANCE']),
    number(`${IBM_LOCK}/days`),
    number(`${IBM_LOCK}/years`),
  ],
  ibm_database: [refusing('deletion_protection')],
  ibm_kms_instance_policies: [on('dual_auth_delete/0/enabled')],
  ibm_kms_key: [off('force_delete')],

  kubernetes_persistent_volume: [keeps('persistent_volume_reclaim_policy', 'Retain')],
  kubernetes_persistent_volume_v1: [keeps('persistent_volume_reclaim_policy', 'Retain')],
  kubernetes_stateful_set: [keeps('persistent_volume_claim_retention_policy/0/when_deleted')],
  kubernetes_stateful_set_v1: [keeps('persistent_volume_claim_retention_policy/0/when_deleted')],

  digitalocean_kubernetes_cluster: [off('destroy_all_associated_resources')],
  digitalocean_spaces_bucket: [off('force_destroy'), on('versioning/0/enabled')],

  // The provider lifts this lock before it deletes: it stops others, and not Terraform.
  hcloud_storage_box: [on('delete_protection')],
  hcloud_volume: [on('delete_protection')],
  hcloud_zone: [on('delete_protection')],

  mongodbatlas_advanced_cluster: ATLAS_CLUSTER,
  mongodbatlas_cluster: ATLAS_CLUSTER,
  mongodbatlas_flex_cluster: [refusing('termination_protection_enabled')],
  mongodbatlas_serverless_instance: [refusing('termination_protection_enabled')],
};

/** What happens to volumes; nothing set means that they are kept. */
function keeps(path: string, absent = 'Retain'): Safeguard {
  return levels(`spec/0/${path}`, ['Delete', 'Recycle', 'Retain'], absent);
}

/** Google's provider has it on nearly every type. */
const GOOGLE_ALL: readonly Safeguard[] = [refusing('deletion_policy', 'PREVENT')];

const NONE: readonly Safeguard[] = [];

/** The safeguards of a type. */
export function safeguardsOf(type: string): readonly Safeguard[] {
  const own = Object.hasOwn(BY_TYPE, type) ? (BY_TYPE[type] ?? NONE) : NONE;
  return type.startsWith('google_') ? [...GOOGLE_ALL, ...own] : own;
}

/** Types that have safeguards of their own. */
export const SAFEGUARDED_TYPES: readonly string[] = Object.keys(BY_TYPE);

/** Where a safeguard is documented. */
export function documentationOfSafeguard(type: string, { url }: Safeguard): string | undefined {
  return url ?? documentationOf(type);
}
