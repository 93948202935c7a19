/** What an API server says of its own encryption; all of it since its start, of no single object. */
export interface ServerMetrics {
  /** Which prefixes it has written and read, by kind. */
  readonly operations: readonly Operation[];
  /** The hash of the name under which it is known in its cluster. @default - not shown */
  readonly serverHash?: string;
  /** SHA-256 of the configuration that it has loaded. @default - this version doesn't show it */
  readonly configurationHash?: string;
  /** The hash of the key that each KMS plugin named last. */
  readonly keyIdHashes: ReadonlyMap<string, string>;
  /** Whether its last automatic reload of the configuration failed. */
  readonly reloadFailed: boolean;
  /** Calls to KMS plugins that failed: `DeadlineExceeded` is one that was too slow. */
  readonly pluginFailures: readonly PluginFailure[];
}

/** How often calls to a KMS plugin failed in one way. */
export interface PluginFailure {
  readonly plugin: string;
  /** As gRPC names it: `Unavailable`. */
  readonly code: string;
  readonly count: number;
}

/** How often objects of a kind were written or read with a prefix. */
export interface Operation {
  readonly resource: string;
  readonly direction: 'to_storage' | 'from_storage';
  /** `k8s:enc:kms:v2:NAME:`, `k8s:enc:secretbox:v1:`, `identity`. */
  readonly prefix: string;
  readonly ok: boolean;
  readonly count: number;
}

const OPERATIONS = 'apiserver_storage_transformation_operations_total';
const LOADED = 'apiserver_encryption_config_controller_last_config_info';
const RELOADED = 'apiserver_encryption_config_controller_automatic_reload_last_timestamp_seconds';
const CALLS = 'apiserver_envelope_encryption_kms_operations_latency_seconds_count';
const KEY_IDS = 'apiserver_envelope_encryption_key_id_hash_status_last_timestamp_seconds';

const READ: ReadonlySet<string> = new Set([OPERATIONS, LOADED, RELOADED, CALLS, KEY_IDS]);

/** No server has more of these lines; a hostile one could. */
const MAX_SAMPLES = 10_000;
/** A line has a handful of labels. */
const MAX_LINE = 4096;

interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/**
 * Reads what an API server's /metrics has about encryption.
 *
 * @see https://kubernetes.io/docs/reference/instrumentation/metrics/
 */
export function readMetrics(text: string): ServerMetrics {
  const samples = samplesIn(text);
  const hash = samples.find(({ name }) => name === LOADED)?.labels.get('hash');
  const server = samples.map(({ labels }) => labels.get('apiserver_id_hash')).find(Boolean);
  return {
    operations: samples.filter(({ name }) => name === OPERATIONS).map(operation),
    ...(hash === undefined || hash === '' ? {} : { configurationHash: hash }),
    ...(server === undefined ? {} : { serverHash: server }),
    keyIdHashes: latestKeys(samples),
    reloadFailed: lastReload(samples, 'failure') > lastReload(samples, 'success'),
    pluginFailures: failedCalls(samples),
  };
}

function samplesIn(text: string): readonly Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line.length > MAX_LINE || !READ.has(line.slice(0, line.indexOf('{')))) continue;
    const [, name, labels = '', value] =
      /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\} (\S+)/.exec(line) ?? [];
    if (name === undefined || !Number.isFinite(Number(value))) continue;
    if (samples.length === MAX_SAMPLES) break;
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)];
    const entries = pairs.map(([, key = '', text = '']) => [key, text] as const);
    samples.push({ name, labels: new Map(entries), value: Number(value) });
  }
  return samples;
}

function operation({ labels, value }: Sample): Operation {
  return {
    resource: labels.get('resource') ?? '',
    direction: labels.get('transformation_type') === 'to_storage' ? 'to_storage' : 'from_storage',
    prefix: labels.get('transformer_prefix') ?? '',
    ok: labels.get('status') === 'OK',
    count: value,
  };
}

function failedCalls(samples: readonly Sample[]): readonly PluginFailure[] {
  const counts = new Map<string, PluginFailure>();
  for (const { name, labels, value } of samples) {
    const [plugin, code] = [
      labels.get('provider_name') ?? '',
      labels.get('grpc_status_code') ?? '',
    ];
    if (name !== CALLS || code === 'OK' || value === 0) continue;
    const key = `${plugin} ${code}`;
    counts.set(key, { plugin, code, count: (counts.get(key)?.count ?? 0) + value });
  }
  return [...counts.values()];
}

function latestKeys(samples: readonly Sample[]): ReadonlyMap<string, string> {
  const latest = new Map<string, { hash: string; at: number }>();
  for (const { name, labels, value } of samples) {
    if (name !== KEY_IDS) continue;
    const [plugin, hash] = [labels.get('provider_name') ?? '', labels.get('key_id_hash') ?? ''];
    if (value >= (latest.get(plugin)?.at ?? 0)) latest.set(plugin, { hash, at: value });
  }
  return new Map([...latest].map(([plugin, { hash }]) => [plugin, hash]));
}

function lastReload(samples: readonly Sample[], status: string): number {
  const of = samples.filter(
    ({ name, labels }) => name === RELOADED && labels.get('status') === status,
  );
  return Math.max(0, ...of.map(({ value }) => value));
}
