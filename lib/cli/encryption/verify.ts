import { escapeInvisible } from '../../base/inert.js';
import { plural } from '../../base/plural.js';
import { disagreements, withoutEncryption } from '../../encryption/disagreements.js';
import type { KnownServers } from '../../encryption/loaded.js';
import type { StoredObject } from '../../encryption/stored-object.js';
import { judgeObjects, type Verdict, verdictOf } from '../../encryption/verification.js';
import { ClusterError } from '../../engine/cluster.js';
import { EngineError } from '../../engine/run.js';
import { EXIT, type ExitCode, type Io, say } from '../terminal/io.js';
import { printData } from '../terminal/output.js';
import { type DeclarationOptions, declaredEncryption } from './declaration.js';
import { type EtcdOptions, etcdOf, storedObjects } from './etcd-options.js';
import {
  failuresOf,
  keyNameOf,
  kindsOf,
  knownServers,
  readConfigurations,
  type ServerOptions,
  sayUnasked,
} from './reading.js';
import { isSameCluster } from './same-cluster.js';
import { dataOf, printVerification, type Verification } from './verification-text.js';

export interface VerifyOptions extends EtcdOptions, ServerOptions, DeclarationOptions {
  /** Configurations that have to be able to read everything. */
  readonly config?: readonly string[];
  readonly acceptUnknown?: boolean;
  readonly output?: 'json' | 'yaml';
}

/** `encryption verify`: by what each object is encrypted, by the bytes that are stored. */
export async function verifyEncryption(io: Io, options: VerifyOptions): Promise<ExitCode> {
  const done = await verifyCluster(io, options);
  if (options.output !== undefined) printData(io, options, dataOf(done), () => '');
  else printVerification(io, done);
  for (const failure of failuresOf(done.servers)) say(io, `error: ${failure}`);
  say(io, conclusionOf(done));
  // Who names servers wants to hear of each.
  if (options.server !== undefined && failuresOf(done.servers).length > 0) return EXIT.engine;
  if (done.differences.length > 0) return EXIT.findings;
  const isAccepted = done.source === 'metrics' && options.acceptUnknown === true;
  return done.verdict === 'encrypted' || isAccepted ? EXIT.ok : EXIT.findings;
}

/** Looks at what etcd holds, or, without it, at what the API servers say of themselves. */
export async function verifyCluster(io: Io, options: VerifyOptions): Promise<Verification> {
  const spec = declaredEncryption(io, options);
  const kinds = kindsOf(spec?.resources);
  const files = readConfigurations(io, options.config ?? []);
  const etcd = etcdOf(io, options);
  const known = await knownServers(io, options);
  const { servers } = known;
  const answered = servers.flatMap(({ name, metrics }) =>
    metrics === undefined ? [] : [{ name, metrics }],
  );
  const declared = keyNameOf(spec);
  const common = { servers, ...(declared === undefined ? {} : { declared }) };
  sayUnasked(io, known);
  const differing = disagreements(answered, files);
  if (etcd === undefined) {
    if (answered.length === 0) throw new EngineError(failuresOf(servers).join('\n'));
    const differences = [...differing, ...withoutEncryption(answered, declared)];
    return { source: 'metrics', verdict: 'unknown', judged: [], differences, ...common };
  }
  // What a configuration can't read may be of any kind.
  const scope = files.length === 0 ? kinds : 'all';
  const { revision, objects } = await storedObjects(etcd, scope, options);
  const judged = judgeObjects(objects, {
    key: declared,
    resources: kinds.map(({ resource }) => resource),
    configurations: files.map(({ configuration }) => configuration),
    servers: answered.map(({ metrics }) => metrics),
  });
  const differences = [...differing, ...(await anotherCluster(io, options, known, objects))];
  return { source: 'etcd', verdict: verdictOf(judged), revision, judged, differences, ...common };
}

/** What is read from one cluster's etcd says nothing of another. */
async function anotherCluster(
  io: Io,
  options: VerifyOptions,
  { answered }: KnownServers,
  objects: readonly StoredObject[],
): Promise<readonly string[]> {
  if (answered.length === 0) return [];
  const isSame = await isSameCluster(io, options, objects).catch((error: unknown) => {
    if (!ClusterError.isClusterError(error) || error.interrupted) throw error;
    const [why = ''] = error.message.split('\n');
    say(io, `warning: Whether this etcd is the API server’s is not known: ${escapeInvisible(why)}`);
    return true;
  });
  return isSame
    ? []
    : ['This etcd does not hold what the API server shows: it is another cluster’s.'];
}

const WORDS: Readonly<Record<Verdict, string>> = {
  encrypted: 'Every object is encrypted.',
  'other-key':
    'Some objects carry another key than the current one: npx reprieve encryption rotate.',
  'plain-text': 'Some objects are stored in plain text: npx reprieve encryption rotate.',
  unreadable: 'Some objects can’t be read with these configurations. Do not install them.',
  unknown: 'Some objects are stored in a form that Kubernetes doesn’t write.',
};

function conclusionOf({ source, verdict, judged, differences }: Verification): string {
  const known =
    source === 'etcd'
      ? `${plural(judged.length, 'object')}. ${WORDS[verdict]}`
      : 'Unknown: these numbers count operations since the server’s start, and prove no single object. Name etcd by --etcd, or pass --accept-unknown.';
  return differences.length === 0 ? known : `${known} But see above: servers.`;
}
