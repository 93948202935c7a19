import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { memberOf } from '../../base/guards.js';
import { inert } from '../../base/inert.js';
import { compareTexts } from '../../base/order.js';
import { rfc3339Seconds } from '../../base/timestamp.js';
import type { Evidence } from '../../certificate/evidence.js';
import type { Seen, StateFacts, VersionFact, VersionFacts } from '../../certificate/facts.js';
import { objectsInStored } from '../../certificate/state-versions.js';
import { stateView } from '../../certificate/state-view.js';
import { pullState } from '../../engine/probe.js';
import { EngineError } from '../../engine/run.js';
import { readState } from '../../engine/state.js';
import { placesOf } from '../../state/address.js';
import { versionsCommand } from '../../state/backend-versions.js';
import { backendOf } from '../evidence/take.js';
import type { Io } from '../terminal/io.js';
import { requireEngine } from '../workspace/stack-state.js';
import type { Stack } from '../workspace/workspace.js';

/** Larger states were never written by this tool. */
const MAX_BYTES = 256 * 2 ** 20;

/** What the state still has of a deletion. */
export async function stateFacts(
  io: Io,
  stack: Stack,
  evidence: Evidence,
): Promise<Seen<StateFacts>> {
  const engine = requireEngine(io);
  const options = { cwd: stack.folder, env: io.env };
  try {
    const { lineage, serial } = await pullState(engine, options);
    const { objects } = stateView(await readState(engine, options));
    const uids = new Set(evidence.objects.flatMap(({ uid }) => uid ?? []));
    const addresses = addressesOf(evidence.objects);
    // Of what nobody knew the uid, a namesake can't be told from it.
    const unknown = addressesOf(evidence.objects.filter(({ uid }) => uid === null));
    const left = objects.filter(({ uid, address }) => {
      const places = placesOf(address);
      const isThere = (all: ReadonlySet<string>) => places.some((it) => all.has(it));
      return uid === undefined ? isThere(addresses) : uids.has(uid) || isThere(unknown);
    });
    const names = left.map(({ address }) => address).sort(compareTexts);
    return { kind: 'seen', is: { backend: backendOf(stack).name, lineage, serial, left: names } };
  } catch (error) {
    if (!EngineError.isEngineError(error) || error.interrupted) throw error;
    const [why = ''] = error.message.split('\n');
    return { kind: 'not known', why: `The state could not be read. ${inert(why)}` };
  }
}

function addressesOf(objects: Evidence['objects']): ReadonlySet<string> {
  return new Set(objects.flatMap(({ address }) => address ?? []));
}

/** Older versions of the state, where the backend is one that shows them to us. */
export function versionFacts(stack: Stack, evidence: Evidence): Seen<VersionFacts> {
  const { name, settings } = backendOf(stack);
  const path = memberOf(settings, 'path');
  if (name === 'local' && typeof path === 'string') {
    return localVersions(isAbsolute(path) ? path : join(stack.folder, path), evidence);
  }
  const command = versionsCommand({ name, settings });
  return {
    kind: 'not checked',
    why: `Reprieve can’t list older versions in the backend \`${name}\`.${command === undefined ? ' Ask whoever runs it.' : ` List them: \`${command}\``}`,
  };
}

/** Terraform keeps the state before the last one, and one from before each `state` command. */
function localVersions(path: string, evidence: Evidence): Seen<VersionFacts> {
  const [folder, name] = [dirname(path), basename(path)];
  if (!existsSync(path)) {
    return {
      kind: 'not known',
      why: `There is no state in \`${name}\` to find older versions beside.`,
    };
  }
  const names = readdirSync(folder)
    .filter((each) => each !== name && each.startsWith(`${name}.`) && each.endsWith('.backup'))
    .sort(compareTexts);
  const versions = names.map((each) => localVersion(join(folder, each), evidence));
  return { kind: 'seen', is: { backend: 'local', where: `${name}.*`, versions } };
}

function localVersion(path: string, evidence: Evidence): VersionFact {
  const name = basename(path);
  const about = statSync(path, { throwIfNoEntry: false });
  if (about === undefined) return { name, at: null, has: null };
  const at = rfc3339Seconds(about.mtime);
  if (!about.isFile() || about.size > MAX_BYTES) return { name, at, has: null };
  try {
    return { name, at, has: objectsInStored(readFileSync(path, 'utf8'), evidence) };
  } catch {
    return { name, at, has: null };
  }
}
