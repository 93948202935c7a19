import { isRecord } from '../base/guards.js';
import { type Candidate, candidatesOf, marksOf } from './candidates.js';
import type { Engine } from './find.js';
import { type HalfCreated, halfCreated, withCreated } from './half-created.js';
import { probe, pullState, pushState, synthesizedIn } from './probe.js';
import {
  asRecord,
  knownAddresses,
  type RawResource,
  type RecordInput,
  withResources,
} from './raw-state.js';
import {
  asCarried,
  type LostRotation,
  lostRotations,
  revisedSecrets,
  withRevisions,
} from './rotations.js';
import type { EngineOptions } from './run.js';

/** What an interrupted deploy left between a stack's state and the cluster. */
export interface Unnoted {
  /** What carries the stack's own marks. */
  readonly ours: readonly FoundObject[];
  /** What has the name and is not marked as ours: it belongs to somebody else. */
  readonly foreign: readonly Candidate[];
  /** What the state has, and the engine takes for broken. */
  readonly halfCreated: readonly HalfCreated[];
  /** Secrets that don't hold the revision that the state says. */
  readonly lostRotations: readonly LostRotation[];
  /**
   * Writes a state that has ours too, what was half created as created, each secret's revision as the
   * object has it, and records that it does not have yet.
   */
  readonly adopt: (records?: readonly RecordInput[]) => Promise<void>;
}

/** An object with what the cluster says of it, apart from its content. */
export interface FoundObject extends Candidate {
  readonly metadata: unknown;
}

/**
 * Looks for objects that a killed deploy has made without noting them: Terraform writes a remote
 * state at its end, so the next deploy would say that they exist already. The engine itself asks
 * the cluster, in a folder of its own, with the stack's provider and no more of the configuration.
 * A secret's content isn't read.
 *
 * @see https://developer.hashicorp.com/terraform/cli/commands/plan#planning-modes
 */
export async function findUnnoted(engine: Engine, options: EngineOptions): Promise<Unnoted> {
  const state = await pullState(engine, options);
  const stack = synthesizedIn(options.cwd);
  const known = knownAddresses(state);
  const candidates = candidatesOf(stack, known);
  const revised = revisedSecrets(state);
  const there = await probe(engine, stack, [...candidates, ...revised], options);
  const lost = lostRotations(revised, there);
  const found = candidates.flatMap((candidate) => {
    const resource = there.find((each) => isOf(each, candidate));
    return resource === undefined ? [] : [{ candidate, resource }];
  });
  const strangers = found.filter((each) => !isMarked(each)).map(({ candidate }) => candidate.id);
  // Whoever has the namespace has what is in it, whatever that says of itself.
  const isStranger = ({ candidate: { id } }: Found) =>
    strangers.includes(id) || strangers.includes(id.split('/')[0] ?? '');
  const open = found.filter(({ candidate }) => !candidate.isImported);
  const ours = open.filter((each) => !isStranger(each));
  const foreign = open.filter(isStranger);
  return {
    ours: ours.map(({ candidate, resource }) => ({ ...candidate, metadata: metadataOf(resource) })),
    foreign: foreign.map(({ candidate }) => candidate),
    halfCreated: halfCreated(state),
    lostRotations: lost,
    adopt: (records = []) => {
      const unknown = records.filter(({ name }) => !known.has(`terraform_data.${name}`));
      const added = [...ours.map(({ resource }) => asCarried(resource)), ...unknown.map(asRecord)];
      const mended = withRevisions(withCreated(state), lost);
      return pushState(engine, withResources(mended, added), options);
    },
  };
}

function isOf(resource: RawResource, { type, name }: Candidate): boolean {
  return resource.type === type && resource.name === name;
}

interface Found {
  readonly candidate: Candidate;
  readonly resource: RawResource;
}

function isMarked({ candidate: { marks }, resource }: Found): boolean {
  const found = marksOf(metadataOf(resource));
  return Object.entries(marks).every(([mark, value]) => found[mark] === value);
}

function metadataOf(resource: RawResource): unknown {
  const attributes = resource.instances[0]?.['attributes'];
  const metadata = isRecord(attributes) ? attributes['metadata'] : undefined;
  return Array.isArray(metadata) ? metadata[0] : undefined;
}
