/**
 * Types of resources whose deletion loses data, or what other data can't be read without. Each was
 * looked up in its provider's documentation: `documentationOf` has the page.
 */
export const HOLDINGS = [
  'backups',
  'bucket',
  'cluster',
  'database',
  'DNS zone',
  'file system',
  'key',
  'project',
  'queue',
  'registry',
  'secret',
  'service instance',
  'user directory',
  'volume',
] as const;
export type Holding = (typeof HOLDINGS)[number];

type ByHolding = Readonly<Partial<Record<Holding, readonly string[]>>>;

const AWS: ByHolding = {
  database: [
    ...['db_instance', 'rds_cluster', 'docdb_cluster', 'neptune_cluster', 'redshift_cluster'],
    ...['dynamodb_table', 'keyspaces_table', 'memorydb_cluster', 'elasticache_replication_group'],
    ...['opensearch_domain', 'elasticsearch_domain', 'rds_global_cluster', 'dsql_cluster'],
    ...['docdbelastic_cluster', 'redshiftserverless_namespace', 'timestreamwrite_table'],
    'cloudwatch_log_group',
  ],
  bucket: ['s3_bucket', 's3_directory_bucket', 's3tables_table_bucket'],
  volume: ['ebs_volume'],
  'file system': [
    ...['efs_file_system', 'fsx_lustre_file_system', 'fsx_ontap_volume'],
    ...['fsx_openzfs_file_system', 'fsx_windows_file_system'],
  ],
  key: ['kms_key'],
  secret: ['secretsmanager_secret', 'ssm_parameter'],
  queue: ['sqs_queue', 'kinesis_stream', 'msk_cluster', 'mq_broker'],
  'DNS zone': ['route53_zone'],
  registry: ['ecr_repository'],
  cluster: ['eks_cluster'],
  backups: [
    ...['backup_vault', 'db_cluster_snapshot', 'db_snapshot', 'ebs_snapshot', 'glacier_vault'],
  ],
  'user directory': ['cognito_user_pool', 'directory_service_directory'],
};

const GOOGLE: ByHolding = {
  database: [
    ...['alloydb_cluster', 'bigquery_dataset', 'bigquery_table', 'bigtable_instance'],
    ...['bigtable_table', 'firestore_database', 'memorystore_instance', 'redis_cluster'],
    ...['redis_instance', 'spanner_database', 'spanner_instance', 'sql_database'],
    ...['sql_database_instance', 'dataproc_metastore_service', 'healthcare_dataset'],
  ],
  bucket: ['storage_bucket'],
  volume: ['compute_disk', 'compute_region_disk', 'netapp_volume'],
  'file system': ['filestore_instance'],
  key: ['kms_crypto_key', 'kms_key_ring'],
  secret: ['secret_manager_secret'],
  queue: ['pubsub_subscription', 'pubsub_topic'],
  'DNS zone': ['dns_managed_zone'],
  registry: ['artifact_registry_repository'],
  cluster: ['container_cluster'],
  backups: ['backup_dr_backup_vault', 'compute_snapshot'],
};

const AZURE: ByHolding = {
  database: [
    ...['cosmosdb_account', 'managed_redis', 'mongo_cluster', 'mssql_database', 'mssql_server'],
    ...['mssql_managed_instance', 'mysql_flexible_database', 'mysql_flexible_server'],
    ...['postgresql_flexible_server', 'postgresql_flexible_server_database', 'redis_cache'],
    ...['storage_table', 'log_analytics_workspace', 'app_configuration', 'cosmosdb_sql_database'],
    ...['cosmosdb_sql_container', 'kusto_database'],
  ],
  bucket: ['storage_account', 'storage_container', 'storage_data_lake_gen2_filesystem'],
  volume: ['managed_disk', 'netapp_volume'],
  'file system': ['storage_share'],
  key: ['key_vault', 'key_vault_key', 'key_vault_managed_hardware_security_module'],
  secret: ['key_vault_secret', 'key_vault_certificate'],
  queue: [
    ...['eventhub', 'eventhub_namespace', 'servicebus_namespace', 'servicebus_queue'],
    'storage_queue',
  ],
  'DNS zone': ['dns_zone', 'private_dns_zone'],
  registry: ['container_registry'],
  cluster: ['kubernetes_cluster'],
  backups: ['data_protection_backup_vault', 'recovery_services_vault', 'snapshot'],
  project: ['resource_group'],
};

const IBM: ByHolding = {
  database: ['cloudant', 'cloudant_database', 'database'],
  bucket: ['cos_bucket'],
  volume: ['is_volume', 'pi_volume'],
  'file system': ['is_share'],
  key: ['hpcs', 'kms_key'],
  secret: [
    ...['sm_arbitrary_secret', 'sm_imported_certificate', 'sm_kv_secret'],
    'sm_username_password_secret',
  ],
  queue: ['event_streams_topic'],
  'DNS zone': ['cis', 'dns_zone'],
  registry: ['cr_namespace'],
  cluster: ['container_cluster', 'container_vpc_cluster'],
  backups: ['is_snapshot', 'pi_snapshot'],
  project: ['code_engine_project'],
  'service instance': ['resource_instance'],
};

const KUBERNETES: ByHolding = {
  volume: [
    ...['persistent_volume', 'persistent_volume_v1', 'persistent_volume_claim'],
    'persistent_volume_claim_v1',
  ],
  database: ['stateful_set', 'stateful_set_v1'],
};

const DIGITALOCEAN: ByHolding = {
  database: ['database_cluster', 'database_db', 'vector_database'],
  bucket: ['spaces_bucket'],
  volume: ['volume'],
  'file system': ['nfs'],
  backups: ['droplet_snapshot', 'volume_snapshot'],
  'DNS zone': ['domain'],
  registry: ['container_registry'],
  cluster: ['kubernetes_cluster'],
};

const HETZNER: ByHolding = {
  volume: ['volume'],
  'file system': ['storage_box'],
  'DNS zone': ['zone'],
  backups: ['snapshot', 'storage_box_snapshot'],
};

const ATLAS: ByHolding = {
  database: ['advanced_cluster', 'cluster', 'flex_cluster', 'serverless_instance'],
  backups: ['cloud_backup_snapshot'],
  project: ['project'],
};

const CLOUDFLARE: ByHolding = {
  database: ['d1_database', 'workers_kv_namespace'],
  bucket: ['r2_bucket'],
  queue: ['queue'],
  'DNS zone': ['zone'],
};

/** What each type holds, by type. */
export const STATEFUL_TYPES: ReadonlyMap<string, Holding> = new Map([
  ...typesOf('aws', AWS),
  ...typesOf('google', GOOGLE),
  ...typesOf('azurerm', AZURE),
  ...typesOf('ibm', IBM),
  ...typesOf('kubernetes', KUBERNETES),
  ...typesOf('digitalocean', DIGITALOCEAN),
  ...typesOf('hcloud', HETZNER),
  ...typesOf('mongodbatlas', ATLAS),
  ...typesOf('cloudflare', CLOUDFLARE),
]);

function typesOf(provider: string, table: ByHolding): readonly (readonly [string, Holding])[] {
  return HOLDINGS.flatMap((holding) =>
    (table[holding] ?? []).map((name) => [`${provider}_${name}`, holding] as const),
  );
}
