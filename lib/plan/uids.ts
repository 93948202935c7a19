import { isRecord } from '../base/guards.js';

/** What an object in state may be named by in an approval: the cluster's uid, the resource's id. */
export function uidsOf(values: unknown): readonly string[] {
  if (!isRecord(values)) return [];
  const live = isRecord(values['object']) ? values['object']['metadata'] : undefined;
  const blocks = [values['metadata'], live].flatMap((each) =>
    Array.isArray(each) ? each : [each],
  );
  const uids = blocks.filter(isRecord).map(({ uid }) => uid);
  return [...uids, values['id']].filter((each): each is string => typeof each === 'string');
}
