import { isRecord } from '../base/guards.js';
import { shownText } from '../model/encryption.js';
import type { YamlPath } from '../yaml/path.js';
import { IDENTITY, type KmsKey, type LocalKey, type Provider } from './configuration.js';
import { keyProblems, kmsProblems } from './key-rules.js';
import { fault, onlyKeys, type Reading, report } from './reading.js';

/** One element of `providers`: a plugin, plain text, or the local keys of one kind. */
export function readProvider(
  reading: Reading,
  path: YamlPath,
  value: unknown,
): readonly Provider[] {
  const fields = isRecord(value) ? Object.keys(value) : [];
  const [kind, ...more] = fields;
  if (!isRecord(value) || kind === undefined || more.length > 0) {
    const remedy = 'Give each provider an element of its own.';
    fault(reading, path, 'provider', 'This is not exactly one provider.', remedy);
    return [];
  }
  const inside = value[kind];
  if (kind === 'identity') return [IDENTITY];
  if (kind === 'kms') return kmsIn(reading, [...path, kind], inside);
  if (kind === 'secretbox' || kind === 'aesgcm' || kind === 'aescbc') {
    return keysIn(reading, [...path, kind], kind, inside);
  }
  const message = `There is no provider ${shownText(kind)}.`;
  fault(reading, path, 'provider', message, 'There are secretbox, aesgcm, aescbc, kms, identity.');
  return [];
}

function keysIn(
  reading: Reading,
  path: YamlPath,
  provider: LocalKey['provider'],
  value: unknown,
): readonly LocalKey[] {
  if (isRecord(value)) onlyKeys(reading, path, value, ['keys']);
  const list = isRecord(value) ? value['keys'] : undefined;
  if (!Array.isArray(list) || list.length === 0) {
    fault(reading, path, 'keys', `${provider} has no keys.`, 'List at least one key.');
    return [];
  }
  return list.flatMap((each: unknown, index) => {
    const at = [...path, 'keys', index];
    const { name, secret } = isRecord(each) ? each : {};
    if (isRecord(each)) onlyKeys(reading, at, each, ['name', 'secret']);
    if (typeof name !== 'string' || typeof secret !== 'string') {
      fault(reading, at, 'key', 'A key has a name and a secret.', 'Write both, as text.');
      return [];
    }
    const key: LocalKey = { provider, name, secret };
    const problems = keyProblems(key);
    for (const problem of problems) report(reading, at, problem);
    return problems.length === 0 ? [key] : [];
  });
}

const KMS_FIELDS = ['apiVersion', 'name', 'endpoint', 'timeout', 'cachesize'];

function kmsIn(reading: Reading, path: YamlPath, value: unknown): readonly KmsKey[] {
  const fields = isRecord(value) ? value : {};
  onlyKeys(reading, path, fields, KMS_FIELDS);
  const { name, endpoint, timeout, cachesize, apiVersion = 'v1' } = fields;
  const isVersion = apiVersion === 'v1' || apiVersion === 'v2';
  if (typeof name !== 'string' || typeof endpoint !== 'string' || !isVersion) {
    const remedy = 'Write apiVersion: v2, name and endpoint.';
    fault(reading, path, 'kms', 'A KMS plugin has a version, a name and an endpoint.', remedy);
    return [];
  }
  const key: KmsKey = {
    provider: 'kms',
    name,
    endpoint,
    apiVersion,
    ...(typeof timeout === 'string' ? { timeout } : {}),
    ...(typeof cachesize === 'number' ? { cacheSize: cachesize } : {}),
  };
  const problems = kmsProblems(key, timeout);
  for (const problem of problems) report(reading, path, problem);
  return problems.length === 0 ? [key] : [];
}
