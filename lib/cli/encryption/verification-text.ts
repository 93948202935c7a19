import { escapeInvisible, inert } from '../../base/inert.js';
import { compareTexts } from '../../base/order.js';
import { type KeyName, keyText } from '../../encryption/configuration.js';
import type { ServerMetrics } from '../../encryption/metrics.js';
import { keyOf, objectText } from '../../encryption/stored-object.js';
import type { JudgedObject, ObjectStanding, Verdict } from '../../encryption/verification.js';
import { type Io, print } from '../terminal/io.js';
import { printTable } from '../terminal/table.js';
import type { AskedServer } from './reading.js';

/** What was looked at, and what came of it. */
export interface Verification {
  readonly source: 'etcd' | 'metrics';
  readonly verdict: Verdict;
  /** The revision of etcd that was read. */
  readonly revision?: string;
  /** The key that reprieve.yaml declares. */
  readonly declared?: KeyName;
  readonly judged: readonly JudgedObject[];
  readonly servers: readonly AskedServer[];
  readonly differences: readonly string[];
}

/** So many objects are named; JSON has them all. */
const SHOWN = 20;

export function printVerification(io: Io, done: Verification): void {
  if (done.source === 'etcd') {
    printTable(io, [['Kind', 'Stored As', 'Objects', 'Verdict'], ...summary(done.judged)]);
  } else if (operations(done).length === 0)
    print(io, 'No operations with encryption were counted.');
  else printTable(io, [['Kind', 'Direction', 'Prefix', 'Operations'], ...operations(done)]);
  const bad = done.judged.filter(({ standing }) => standing !== 'encrypted');
  if (bad.length > 0) print(io, '');
  for (const { object, standing } of bad.slice(0, SHOWN)) {
    print(io, `${standing}: ${inert(objectText(object))}`);
  }
  if (bad.length > SHOWN) print(io, `… and ${bad.length - SHOWN} more: --output json.`);
  for (const each of done.differences) print(io, `servers: ${each}`);
  for (const { name, metrics } of done.servers) {
    for (const { plugin, code, count } of metrics?.pluginFailures ?? []) {
      const calls = `${count} calls to the KMS plugin ${inert(plugin)} failed since its start`;
      print(io, `${inert(name)}: ${calls} (${inert(code)}).`);
    }
  }
}

/** How an object's bytes are shown: `kms vault (key id 7)`. */
function storedText({ object }: JudgedObject): string {
  const { stored } = object;
  if (stored.form === 'plain') return 'plain text';
  const key = keyOf(object);
  if (stored.form === 'unknown' || key === undefined) return 'not known';
  const id = stored.keyId === undefined ? '' : ` (key id ${stored.keyId})`;
  return inert(`${keyText(key)}${id}`);
}

function summary(judged: readonly JudgedObject[]): readonly (readonly string[])[] {
  const counts = new Map<string, number>();
  for (const each of judged) {
    const row = JSON.stringify([each.object.resource, storedText(each), each.standing]);
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts]
    .sort(([one], [other]) => compareTexts(one, other))
    .map(([row, count]) => {
      const [kind = '', stored = '', standing = ''] = JSON.parse(row) as readonly string[];
      return [kind, stored, String(count), standing];
    });
}

function operations({ servers }: Verification): readonly (readonly string[])[] {
  return servers.flatMap(({ metrics }) =>
    (metrics?.operations ?? []).map(({ resource, direction, prefix, count, ok }) => [
      inert(resource),
      direction === 'to_storage' ? 'written' : 'read',
      inert(prefix),
      `${count}${ok ? '' : ' failed'}`,
    ]),
  );
}

/** As lib/schemas/encryption.schema.json has it. */
export function dataOf(done: Verification) {
  const { source, verdict, revision, declared, judged, servers, differences } = done;
  return {
    schemaVersion: 1,
    source,
    verdict,
    revision: revision ?? null,
    declared: declared === undefined ? null : { provider: declared.provider, key: declared.name },
    objects: judged.map(objectData),
    servers: servers.map(({ name, metrics, failure }) => ({
      name,
      failure: failure === undefined ? null : escapeInvisible(failure),
      ...(metrics === undefined ? NOTHING : serverData(metrics)),
    })),
    differences,
  };
}

const NOTHING = { configurationHash: null, keyIdHashes: [], pluginFailures: [], operations: [] };

function serverData(metrics: ServerMetrics) {
  const { configurationHash, keyIdHashes, pluginFailures, operations: counted } = metrics;
  return {
    configurationHash: configurationHash ?? null,
    keyIdHashes: [...keyIdHashes].map(([plugin, hash]) => ({ plugin, hash })),
    pluginFailures: pluginFailures.map(({ plugin, code, count }) => ({ plugin, code, count })),
    operations: counted.map(({ resource, direction, prefix, ok, count }) => ({
      resource,
      direction,
      prefix,
      ok,
      count,
    })),
  };
}

function objectData({ object, standing }: JudgedObject) {
  const { resource, namespace, name, revision, stored } = object;
  const key = stored.form === 'encrypted' ? stored : undefined;
  return {
    resource,
    namespace: namespace === '' ? null : namespace,
    name,
    revision,
    form: stored.form,
    provider: key?.provider ?? null,
    key: key?.key ?? null,
    keyId: key?.keyId ?? null,
    verdict: standing satisfies ObjectStanding,
  };
}
