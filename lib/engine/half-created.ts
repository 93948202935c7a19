import { isRecord } from '../base/guards.js';
import { isMarkedAtAll } from './candidates.js';
import type { RawResource, RawState } from './raw-state.js';

/** An object of ours in the state that the engine takes for broken. */
export interface HalfCreated {
  readonly address: string;
  readonly id: string;
}

type Instance = RawResource['instances'][number];

/**
 * Objects that were created, and then couldn't be read. The provider creates each in one request,
 * so they are whole; but Terraform taints them, and a plan that would replace them is refused. It
 * also keeps an identity without values, with which version 2 of the provider fails on every read.
 *
 * @see https://developer.hashicorp.com/terraform/cli/state/taint
 */
export function halfCreated(state: RawState): readonly HalfCreated[] {
  return state.resources
    .filter(isOwn)
    .flatMap((resource) =>
      resource.instances
        .filter(isHalfCreated)
        .map((instance) => ({ address: addressOf(resource, instance), id: idOf(instance) })),
    );
}

/** The same state, in which those are what they are: created. */
export function withCreated(state: RawState): RawState {
  return {
    ...state,
    resources: state.resources.map((resource) =>
      isOwn(resource)
        ? {
            ...resource,
            instances: resource.instances.map((each) =>
              isHalfCreated(each) ? created(each) : each,
            ),
          }
        : resource,
    ),
  };
}

function isOwn({ module, mode, type }: RawResource): boolean {
  return module === undefined && mode === 'managed' && type.startsWith('kubernetes_');
}

function isHalfCreated(instance: Instance): boolean {
  if ('deposed' in instance || !isMarkedAtAll(metadataOf(instance))) return false;
  return instance['status'] === 'tainted' || (hasNoIdentity(instance) && !isWriteOnly(instance));
}

/** What the next read finds out by itself is left out. */
function created(instance: Instance): Instance {
  const { status, ...rest } = instance;
  if (!hasNoIdentity(instance)) return rest;
  const { identity: _none, identity_schema_version: _version, ...kept } = rest;
  return kept;
}

/** The provider's older versions never tell the identity of such a secret, and do without. */
function isWriteOnly(instance: Instance): boolean {
  const revision = attributesOf(instance)['data_wo_revision'];
  return revision !== undefined && revision !== null;
}

function hasNoIdentity({ identity }: Instance): boolean {
  return isRecord(identity) && Object.values(identity).every((value) => value === null);
}

function addressOf({ type, name }: RawResource, { index_key: index }: Instance): string {
  return `${type}.${name}${index === undefined ? '' : `[${JSON.stringify(index)}]`}`;
}

function idOf(instance: Instance): string {
  const { id } = attributesOf(instance);
  return typeof id === 'string' ? id : '';
}

function metadataOf(instance: Instance): unknown {
  const { metadata } = attributesOf(instance);
  return Array.isArray(metadata) ? metadata[0] : undefined;
}

function attributesOf({ attributes }: Instance): Readonly<Record<string, unknown>> {
  return isRecord(attributes) ? attributes : {};
}
