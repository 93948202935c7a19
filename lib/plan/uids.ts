import { isRecord } from '../base/guards.js';

/** What an object in state may be named by in an approval: the cluster's uid, the resource's id. */
export function uidsOf(values: unknown): readonly string[] {
  if (!isRecord(values)) return [];
  const { id } = values;
  return [...clusterUidsOf(values), ...(typeof id === 'string' ? [id] : [])];
}

/** The uids that a cluster gave an object: in a provider's block, or in the object of a manifest. */
export function clusterUidsOf(values: unknown): readonly string[] {
  if (!isRecord(values)) return [];
  const live = isRecord(values['object']) ? values['object']['metadata'] : undefined;
  const blocks = [values['metadata'], live].flatMap((each) =>
    Array.isArray(each) ? each : [each],
  );
  const uids = blocks.filter(isRecord).map(({ uid }) => uid);
  return uids.filter((each): each is string => typeof each === 'string');
}
