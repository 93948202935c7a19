import { isRecord, memberOf } from '../base/guards.js';
import { REVISION_ANNOTATION } from '../model/marks.js';
import { carriedRevision } from '../model/revisions.js';
import type { Engine } from './find.js';
import { probe, pullState, pushState, synthesizedIn } from './probe.js';
import { type Askable, type RawResource, type RawState, withResources } from './raw-state.js';
import type { EngineOptions } from './run.js';

/** A secret with write-only content, as a state has it. */
export interface RevisedSecret extends Askable {
  readonly address: string;
  /** `NAMESPACE/NAME`. */
  readonly id: string;
  /** The revision that the state says was written. */
  readonly revision: number;
  /** The one that the object carried when the state was written. */
  readonly carried: number | undefined;
}

/** A secret whose object holds another revision than its state says: a write was refused. */
export interface LostRotation {
  readonly type: string;
  readonly name: string;
  readonly address: string;
  readonly id: string;
  readonly inState: number;
  /** Undefined where the object says nothing that can be read. */
  readonly inCluster: number | undefined;
}

/** Lost rotations, and how to have the next plan carry them out. */
export interface LostRotations {
  readonly lost: readonly LostRotation[];
  /** Sets the state's revisions to those of the objects. */
  readonly putBack: () => Promise<void>;
}

/**
 * A revision that no credential has, for an object that doesn't say its own: the next plan writes the
 * content, whatever revision the code has by then. None at all would have the provider copy the
 * content into the state.
 */
const NO_REVISION = Number.MAX_SAFE_INTEGER;

/**
 * Asks the cluster which revision of its content each secret holds. A provider keeps a new revision in
 * state even where the write was refused or broken off; only the object knows.
 */
export async function findLostRotations(
  engine: Engine,
  options: EngineOptions,
): Promise<LostRotations> {
  const state = await pullState(engine, options);
  const revised = revisedSecrets(state);
  const there = await probe(engine, synthesizedIn(options.cwd), revised, options);
  const lost = lostRotations(revised, there);
  return {
    lost,
    putBack: () => pushState(engine, withResources(withRevisions(state, lost), []), options),
  };
}

/** The secrets of a state that say which revision of their content was written. */
export function revisedSecrets(state: RawState): readonly RevisedSecret[] {
  return state.resources.filter(isOwnSecret).flatMap((resource) => {
    const { type, name, provider, instances } = resource;
    const [instance, ...more] = instances.filter((each) => !('deposed' in each));
    const attributes = memberOf(instance, 'attributes');
    const [id, revision] = [memberOf(attributes, 'id'), memberOf(attributes, REVISION)];
    if (more.length > 0 || typeof id !== 'string' || typeof revision !== 'number') return [];
    const alias = /"\]\.([\w-]+)$/.exec(provider)?.[1];
    const index = memberOf(instance, 'index_key');
    return [
      {
        type,
        name,
        ...(alias === undefined ? {} : { alias }),
        attributes: { id, [REVISION]: revision },
        address: `${type}.${name}${index === undefined ? '' : `[${JSON.stringify(index)}]`}`,
        id,
        revision,
        carried: carriedBy(attributes),
      },
    ];
  });
}

const REVISION = 'data_wo_revision';

/** Which of them hold another revision, by the objects that are there. */
export function lostRotations(
  revised: readonly RevisedSecret[],
  there: readonly RawResource[],
): readonly LostRotation[] {
  return revised.flatMap(({ type, name, address, id, revision, carried }) => {
    const object = there.find((each) => each.type === type && each.name === name);
    if (object === undefined) return [];
    const inCluster = carriedBy(attributesOf(object));
    // What never said its revision is told by the next deploy, which adds it.
    const isKnown = inCluster !== undefined || carried !== undefined;
    if (!isKnown || inCluster === revision) return [];
    return [{ type, name, address, id, inState: revision, inCluster }];
  });
}

/** The same state, in which each of these has the revision that its object holds. */
export function withRevisions(state: RawState, lost: readonly LostRotation[]): RawState {
  return {
    ...state,
    resources: state.resources.map((resource) => {
      const found = lost.find(({ type, name }) => isOf(resource, type, name));
      return found === undefined ? resource : revisedTo(resource, found.inCluster ?? NO_REVISION);
    }),
  };
}

/** A secret that was found in the cluster, with the revision that it says. */
export function asCarried(resource: RawResource): RawResource {
  const carried = carriedBy(attributesOf(resource));
  return carried === undefined || !isOwnSecret(resource) ? resource : revisedTo(resource, carried);
}

function revisedTo(resource: RawResource, revision: number): RawResource {
  return {
    ...resource,
    instances: resource.instances.map((instance) => {
      const { attributes } = instance;
      if ('deposed' in instance || !isRecord(attributes)) return instance;
      return { ...instance, attributes: { ...attributes, [REVISION]: revision } };
    }),
  };
}

function isOwnSecret({ module, mode, type }: RawResource): boolean {
  return module === undefined && mode === 'managed' && /^kubernetes_secret(_v1)?$/.test(type);
}

function isOf(resource: RawResource, type: string, name: string): boolean {
  return isOwnSecret(resource) && resource.type === type && resource.name === name;
}

function attributesOf({ instances }: RawResource): unknown {
  return instances[0]?.['attributes'];
}

/** The revision that an object says it holds, as a number that a credential can have. */
function carriedBy(attributes: unknown): number | undefined {
  const metadata = memberOf(memberOf(attributes, 'metadata'), 0);
  return carriedRevision(memberOf(memberOf(metadata, 'annotations'), REVISION_ANNOTATION));
}
