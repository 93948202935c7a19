import { isRecord } from '../base/guards.js';
import type { RawResource, RawState } from './raw-state.js';

/**
 * Addresses of secrets whose content is write-only by now, and whose former content the state still
 * has in clear text. The provider replaces what the cluster has, but neither reads nor clears `data`
 * in the state any more.
 */
export function readableSecrets(state: RawState): readonly string[] {
  return state.resources.flatMap((resource) => {
    const { module, type, name, instances } = resource;
    const isReadable = instances.some((each) => isReadableInstance(resource, each));
    return isReadable ? [[...(module === undefined ? [] : [module]), type, name].join('.')] : [];
  });
}

/** The same state without that content. The next plan shows no change for it. */
export function withoutReadable(state: RawState): RawState {
  return {
    ...state,
    resources: state.resources.map((resource) => ({
      ...resource,
      instances: resource.instances.map((each) =>
        isReadableInstance(resource, each)
          ? { ...each, attributes: { ...Object(each['attributes']), data: {} } }
          : each,
      ),
    })),
  };
}

function isReadableInstance(
  { mode, type }: RawResource,
  { attributes }: Readonly<Record<string, unknown>>,
): boolean {
  if (mode !== 'managed' || !/^kubernetes_secret(_v1)?$/.test(type)) return false;
  if (!isRecord(attributes)) return false;
  const { data, data_wo_revision: revision } = attributes;
  const isWriteOnly = typeof revision === 'number' && revision > 0;
  return isWriteOnly && isRecord(data) && Object.keys(data).length > 0;
}
