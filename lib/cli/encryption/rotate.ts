import { escapeInvisible } from '../../base/inert.js';
import { plural } from '../../base/plural.js';
import type { Checked } from '../../base/problem.js';
import {
  type EncryptionConfiguration,
  isSameKey,
  type KeyName,
  keysOf,
  nameOf,
  type Provider,
} from '../../encryption/configuration.js';
import { differentSecrets } from '../../encryption/disagreements.js';
import { addKey, dropOthers, promoteKey } from '../../encryption/edits.js';
import type { StoredKind } from '../../encryption/kinds.js';
import { loadedFiles } from '../../encryption/loaded.js';
import { rewriteConfiguration } from '../../encryption/rewrite-configuration.js';
import {
  holdsOthers,
  type RotationStanding,
  type RotationStep,
  rotationOf,
  unlistedNames,
} from '../../encryption/rotation.js';
import type { StoredObject } from '../../encryption/stored-object.js';
import type { EncryptionSpec } from '../../model/encryption.js';
import { EXIT, type ExitCode, type Io, misuse, refuse, say } from '../terminal/io.js';
import { printData } from '../terminal/output.js';
import { type KeyOptions, keyFor, specOf } from './config.js';
import { type EtcdOptions, etcdOf, storedObjects } from './etcd-options.js';
import { replaceFiles } from './key-file.js';
import {
  type ConfigurationFile,
  failuresOf,
  kindsOf,
  knownServers,
  readConfigurations,
  type ServerOptions,
  sayUnasked,
  withApi,
} from './reading.js';
import { rewrite } from './rewriting.js';
import {
  anotherEtcd,
  anotherStep,
  differentKeys,
  unlisted,
  unproved,
  withoutConfig,
} from './rotation-problems.js';
import { printRotation, rotationData } from './rotation-text.js';
import { isSameCluster } from './same-cluster.js';

export interface RotateOptions extends EtcdOptions, ServerOptions, KeyOptions {
  /** The file of each API server. */
  readonly config?: readonly string[];
  /** Does the next step. */
  readonly apply?: boolean;
  /** The step that is expected to be next. */
  readonly step?: RotationStep;
  /** Every API server works with its file, where its metrics don't show it. */
  readonly reloaded?: boolean;
  /** Drops the old key although no stored bytes could be looked at. */
  readonly acceptUnknown?: boolean;
  readonly output?: 'json' | 'yaml';
}

/** All that a rotation looks at, and where it is. */
interface Rotation {
  readonly key: KeyName;
  readonly spec: EncryptionSpec;
  readonly kinds: readonly StoredKind[];
  readonly files: readonly ConfigurationFile[];
  /** What etcd holds, where it was read. */
  readonly objects?: readonly StoredObject[];
  readonly standing: RotationStanding;
}

/** `encryption rotate`: says where a rotation is and what is next; with --apply, does that. */
export async function rotateEncryption(io: Io, options: RotateOptions): Promise<ExitCode> {
  const rotation = await observe(io, options);
  const { standing } = rotation;
  if (options.step === 'rewrite' && options.apply === true && mayRewrite(standing)) {
    // Once the key writes, this does no harm, and a service may have a newer one that nobody shows.
    return writeAgain(io, options, rotation);
  }
  if (options.step !== undefined && options.step !== standing.next) {
    refuse(anotherStep(options.step, standing));
  }
  if (options.apply === true) return apply(io, options, rotation);
  show(io, options, rotation);
  return standing.next === 'done' ? EXIT.ok : EXIT.findings;
}

async function observe(io: Io, options: RotateOptions): Promise<Rotation> {
  const spec = specOf(io, options);
  if (options.config === undefined) return misuse(withoutConfig());
  const files = readConfigurations(io, options.config);
  const different = differentSecrets(files);
  if (different.length > 0) refuse(differentKeys(different));
  const etcd = etcdOf(io, options);
  const kinds = kindsOf(spec.resources);
  const known = await knownServers(io, options);
  for (const failure of failuresOf(known.servers)) say(io, `warning: ${failure}`);
  sayUnasked(io, known);
  const key: KeyName = { provider: spec.provider, name: spec.key ?? '' };
  const objects = etcd === undefined ? undefined : await storedObjects(etcd, 'all', options);
  const standing = rotationOf({
    key,
    files: loadedFiles(files, known, options.reloaded === true),
    resources: kinds.map(({ resource }) => resource),
    objects: objects?.objects,
    servers: known.answered,
  });
  return {
    key,
    spec,
    kinds,
    files,
    standing,
    ...(objects === undefined ? {} : { objects: objects.objects }),
  };
}

async function apply(io: Io, options: RotateOptions, rotation: Rotation): Promise<ExitCode> {
  const { key, standing } = rotation;
  switch (standing.next) {
    case 'add': {
      const added = knownKey(rotation) ?? keyFor(rotation.spec);
      const resources = rotation.kinds.map(({ resource }) => resource);
      return change(io, options, rotation, (it) => addKey(it, resources, added));
    }
    case 'promote':
      return change(io, options, rotation, (it) => sound(promoteKey(it, key)));
    case 'drop':
      await checkEtcd(io, options, rotation);
      return change(io, options, rotation, (it) => sound(dropOthers(it, key)));
    case 'rewrite':
      return writeAgain(io, options, rotation);
    default:
      show(io, options, rotation);
      return standing.next === 'done' ? EXIT.ok : EXIT.findings;
  }
}

/** Changes the files that the step is about: all of them, or none. */
async function change(
  io: Io,
  options: RotateOptions,
  { files, standing }: Rotation,
  edit: (configuration: EncryptionConfiguration) => Checked<EncryptionConfiguration>,
): Promise<ExitCode> {
  const edited = files
    .filter(({ name }) => standing.files.includes(name))
    .map(({ name, hash, text, configuration }) => ({ name, hash, text, ...edit(configuration) }));
  const problems = edited.flatMap((each) => each.problems);
  if (problems.length > 0) return misuse(...problems);
  replaceFiles(
    io,
    edited.flatMap(({ name, hash, text, value }) =>
      value === undefined ? [] : [{ name, hash, text: rewriteConfiguration(text, value) }],
    ),
  );
  for (const { name } of edited) say(io, `Wrote ${name}.`);
  show(io, options, await observe(io, { ...options, reloaded: false }));
  return EXIT.ok;
}

async function writeAgain(io: Io, options: RotateOptions, rotation: Rotation): Promise<ExitCode> {
  const { standing } = rotation;
  const first = await rewriteAll(io, options, rotation);
  if (first.failures.length > 0) {
    show(io, options, await observe(io, options));
    return first.failures.some(({ status }) => status >= 500) ? EXIT.engine : EXIT.findings;
  }
  if (standing.stale !== undefined) {
    show(io, options, await observe(io, options));
    return EXIT.ok;
  }
  // The API server writes only what is stale: a second time, that has to be nothing.
  const again = await rewriteAll(io, options, rotation);
  const isCurrent = again.written === 0 && again.failures.length === 0;
  if (isCurrent && standing.next === 'done') {
    show(io, options, rotation);
    return EXIT.ok;
  }
  if (!isCurrent || options.acceptUnknown !== true) return refuse(unproved(isCurrent));
  const { key, files: all } = rotation;
  const wide = all.flatMap(({ configuration }) => unlistedNames(configuration, rotation.kinds));
  if (wide.length > 0) return refuse(unlisted([...new Set(wide)]));
  const holding = all.filter(({ configuration }) => holdsOthers(configuration, key));
  const files = holding.map(({ name }) => name);
  const next = { ...rotation, standing: { ...standing, files } };
  return change(io, options, next, (it) => sound(dropOthers(it, key)));
}

async function rewriteAll(io: Io, options: RotateOptions, { kinds, standing }: Rotation) {
  const done = await withApi(io, options, (api) => rewrite(io, api, kinds, standing.stale));
  const counts = `${done.written} written, ${done.current} already current, ${done.gone} deleted meanwhile`;
  say(io, `${counts}, ${plural(done.failures.length, 'failure')}.`);
  for (const { name, message, status } of done.failures.slice(0, 20)) {
    say(io, `error: ${escapeInvisible(name)}: ${status === 0 ? '' : `${status} `}${message}`);
  }
  return done;
}

function mayRewrite({ next }: RotationStanding): boolean {
  return next === 'rewrite' || next === 'drop' || next === 'done';
}

/** Another cluster's etcd could need nothing, and this one everything. */
async function checkEtcd(
  io: Io,
  options: RotateOptions,
  { objects = [] }: Rotation,
): Promise<void> {
  if (!(await isSameCluster(io, options, objects))) refuse(anotherEtcd());
}

/** The new key, where one of the files has it already: it has to be the same in all of them. */
function knownKey({ files, key }: Rotation): Provider | undefined {
  return files
    .flatMap(({ configuration }) => keysOf(configuration))
    .find((each) => isSameKey(nameOf(each), key));
}

function show(io: Io, options: RotateOptions, { key, standing }: Rotation): void {
  if (options.output === undefined) printRotation(io, key, standing);
  else printData(io, options, rotationData(key, standing), () => '');
}

function sound<T>(value: T): Checked<T> {
  return { value, problems: [] };
}
