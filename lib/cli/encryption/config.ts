import { keyText, nameOf, type Provider } from '../../encryption/configuration.js';
import { newConfiguration } from '../../encryption/edits.js';
import { formatConfiguration } from '../../encryption/write-configuration.js';
import { type EncryptionSpec, encryptionFaults } from '../../model/encryption.js';
import { EXIT, type ExitCode, type Io, misuse, say } from '../terminal/io.js';
import { type DeclarationOptions, declaredEncryption } from './declaration.js';
import { createPrivateFile, newKey } from './key-file.js';
import { kindsOf } from './reading.js';

/** Flags go before what is declared. */
export interface KeyOptions extends DeclarationOptions {
  readonly provider?: EncryptionSpec['provider'];
  readonly key?: string;
  readonly endpoint?: string;
  readonly timeout?: string;
}

export interface ConfigOptions extends KeyOptions {
  readonly out?: string;
  /** For a cluster that holds nothing yet. */
  readonly fresh?: boolean;
  /** For several API servers: all can read before any writes. */
  readonly second?: boolean;
}

/** `encryption config`: writes an API server's first EncryptionConfiguration. */
export async function writeEncryptionConfig(io: Io, options: ConfigOptions): Promise<ExitCode> {
  const spec = specOf(io, options);
  if (options.fresh === true && options.second === true) misuse(contradiction());
  const key = keyFor(spec);
  const order = options.fresh === true ? 'alone' : options.second === true ? 'second' : 'first';
  const resources = kindsOf(spec.resources).map(({ resource }) => resource);
  const text = formatConfiguration(newConfiguration(resources, key, order));
  if (options.out !== undefined) createPrivateFile(io, options.out, text);
  else if (key.provider === 'kms') io.stdout.write(text);
  else misuse(withoutFile());
  if (options.out !== undefined) say(io, nextSteps(options.out, key, order));
  return EXIT.ok;
}

/** What is declared, or what the flags say, without a fault. */
export function specOf(io: Io, options: KeyOptions): EncryptionSpec {
  const declared = declaredEncryption(io, options);
  const { provider, key, endpoint, timeout } = options;
  if (declared === undefined && provider === undefined) return misuse(undeclared());
  // Another provider has nothing of what the declared one has.
  const base = provider === undefined || provider === declared?.provider ? declared : undefined;
  const spec: EncryptionSpec = {
    provider: provider ?? declared?.provider ?? 'identity',
    ...without(base, declared),
    ...(key === undefined ? {} : { key }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(timeout === undefined ? {} : { timeout }),
  };
  const faults = encryptionFaults(spec);
  if (faults.length > 0) return misuse(...faults.map(({ problem }) => problem));
  return spec.provider === 'identity' ? misuse(plainText()) : spec;
}

function without(base: EncryptionSpec | undefined, declared: EncryptionSpec | undefined) {
  const { provider: _provider, ...rest } = base ?? {};
  return declared?.resources === undefined ? rest : { ...rest, resources: declared.resources };
}

/** The key that a specification means: a new one, where the API server is to have it. */
export function keyFor({ provider, key = '', endpoint = '', timeout }: EncryptionSpec): Provider {
  if (provider === 'secretbox' || provider === 'aesgcm') return newKey(provider, key);
  return {
    provider: 'kms',
    apiVersion: 'v2',
    name: key,
    endpoint,
    ...(timeout === undefined ? {} : { timeout }),
  };
}

function nextSteps(out: string, key: Provider, order: 'alone' | 'first' | 'second'): string {
  const then = {
    alone: 'Nothing is read in plain text: only for a cluster that holds nothing yet.',
    first: `Objects are still in plain text until they are written again: npx reprieve encryption rotate --config ${out}`,
    second: `It is read before it is written: copy it to every API server, then npx reprieve encryption rotate --config …`,
  }[order];
  return [
    `Wrote ${out} with ${keyText(nameOf(key))}, readable by its owner alone (mode 0600).`,
    `Give each API server the same file: --encryption-provider-config=${out} --encryption-provider-config-automatic-reload`,
    then,
    ...(key.provider === 'kms'
      ? []
      : ['Keep a copy where etcd’s backups are not: without the key, nothing can be read.']),
  ].join('\n');
}

function undeclared() {
  return {
    code: 'encryption/undeclared',
    message: 'Nobody has said how to encrypt.',
    remedy:
      'Write encryption: { provider: secretbox, key: key-1 } into reprieve.yaml, or use flags.',
  };
}

function plainText() {
  return {
    code: 'encryption/plain-text',
    message: 'identity is plain text, which needs no configuration and no key.',
    remedy: 'Choose kms, secretbox or aesgcm.',
  };
}

function withoutFile() {
  return {
    code: 'encryption/out',
    message: 'A key is never printed.',
    remedy: 'Name a file that does not exist yet: --out encryption.yaml.',
  };
}

function contradiction() {
  return {
    code: 'encryption/order',
    message: '--fresh and --second contradict each other.',
    remedy: 'Use --fresh for an empty cluster, --second for several API servers.',
  };
}
