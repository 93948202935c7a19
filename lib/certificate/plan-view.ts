import { rfc3339 } from '../base/timestamp.js';
import { ends, forgets } from '../plan/change.js';
import type { Plan } from '../plan/plan.js';
import type { ObjectReference } from '../state/object-reference.js';
import type { StateObject } from './state-view.js';

/** What evidence takes from a plan. */
export interface PlanView {
  readonly file: string;
  /** Of the file's bytes. */
  readonly sha256: string;
  readonly plannedAt: string | null;
  /** Objects that it ends, as the state before it had them. */
  readonly ending: readonly (StateObject & {
    /** Whether it is deleted, and not only removed from the state. */
    readonly isDeleted: boolean;
  })[];
}

/** Reads off a plan which objects it ends, with their uids. */
export function planView(plan: Plan, file: string, sha256: string): PlanView {
  const ending = plan.changes.filter((each) => ends(each) && each.before === undefined);
  return {
    file,
    sha256,
    plannedAt: plan.plannedAt === undefined ? null : rfc3339(plan.plannedAt),
    ending: ending.map((change) => {
      const { address, type, uids, images } = change;
      const object = objectIn(type, uids);
      const uid = uidIn(type, uids);
      return {
        address,
        type,
        ...(object === undefined ? {} : { object }),
        ...(uid === undefined ? {} : { uid }),
        images,
        isDeleted: !forgets(change),
      };
    }),
  };
}

/** An object of Kubernetes whose uid isn't known has only its name for an id, which is no uid. */
function uidIn(type: string, [first, ...more]: readonly string[]): string | undefined {
  const isName = type.startsWith('kubernetes_') && type !== 'kubernetes_manifest';
  return isName && more.length === 0 ? undefined : first;
}

/** The provider's id of an object of Kubernetes is `NAMESPACE/NAME`, or `NAME` in no namespace. */
function objectIn(type: string, uids: readonly string[]): ObjectReference | undefined {
  const kind = /^kubernetes_(?!manifest$)(\w+?)(?:_v\d+(?:(?:alpha|beta)\d+)?)?$/.exec(type)?.[1];
  const id = uids[1];
  if (kind === undefined || id === undefined) return undefined;
  const [first = '', second] = id.split('/');
  const resource = kind.replaceAll('_', '');
  return second === undefined
    ? { resource, name: first }
    : { resource, namespace: first, name: second };
}
