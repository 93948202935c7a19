import { isRecord, memberOf } from '../base/guards.js';

/**
 * What a state says of a Kubernetes object beyond which one it is, as far as an audit compares it:
 * labels and annotations of ours, and who is let in. Never its content.
 */
export interface LiveValues {
  /** Labels and annotations that begin with `reprieve.dev/`. */
  readonly marks: Readonly<Record<string, string>>;
  /** The rules of a role, the subjects of a binding, the spec of a network policy: Terraform's form. */
  readonly access?: unknown;
}

const OURS = 'reprieve.dev/';
const ACCESS: Readonly<Record<string, string>> = {
  kubernetes_role_v1: 'rule',
  kubernetes_role_binding_v1: 'subject',
  kubernetes_network_policy_v1: 'spec',
};

/** Reads them from a resource's values in state; undefined where it is no object of Kubernetes. */
export function liveValuesOf(type: string, values: unknown): LiveValues | undefined {
  if (!type.startsWith('kubernetes_')) return undefined;
  const list = memberOf(values, 'metadata');
  const metadata = Array.isArray(list)
    ? list[0]
    : memberOf(memberOf(values, 'manifest'), 'metadata');
  const entries = ['labels', 'annotations'].flatMap((key) => {
    const found = memberOf(metadata, key);
    return Object.entries(isRecord(found) ? found : {});
  });
  const key = ACCESS[type];
  return {
    marks: Object.fromEntries(
      entries.filter(
        (each): each is [string, string] => each[0].startsWith(OURS) && typeof each[1] === 'string',
      ),
    ),
    ...(key === undefined ? {} : { access: memberOf(values, key) }),
  };
}
