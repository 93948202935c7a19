import { isRecord, memberOf } from '../base/guards.js';

/** Which object of a cluster something is about. */
export interface ObjectReference {
  /** The kind in small letters, as kubectl takes it: `secret`, `cronjob`, `widget.v1.example.org`. */
  readonly resource: string;
  /** Undefined for what is in no namespace. */
  readonly namespace?: string;
  readonly name: string;
  /** Undefined where it isn't known. */
  readonly uid?: string;
}

const PREFIX = 'kubernetes_';

/**
 * Which object a Kubernetes resource of Terraform stands for, by its values in state or by its
 * block. The provider names its types after Kubernetes' kinds: `kubernetes_cron_job_v1`.
 */
export function objectOf(type: string, values: unknown): ObjectReference | undefined {
  if (!type.startsWith(PREFIX)) return undefined;
  if (type === 'kubernetes_manifest') return objectOfManifest(values);
  const kind = type.slice(PREFIX.length).replace(/_v\d+((alpha|beta)\d+)?$/, '');
  const list = memberOf(values, 'metadata');
  return reference(kind.replaceAll('_', ''), Array.isArray(list) ? list[0] : list);
}

function objectOfManifest(values: unknown): ObjectReference | undefined {
  const manifest = memberOf(values, 'manifest');
  const [kind, version] = [memberOf(manifest, 'kind'), memberOf(manifest, 'apiVersion')];
  if (typeof kind !== 'string' || typeof version !== 'string') return undefined;
  const [group, number] = version.split('/');
  const resource = number === undefined ? kind : `${kind}.${number}.${group}`;
  const live = memberOf(memberOf(memberOf(values, 'object'), 'metadata'), 'uid');
  const found = reference(resource.toLowerCase(), memberOf(manifest, 'metadata'));
  return found === undefined || typeof live !== 'string' ? found : { ...found, uid: live };
}

function reference(resource: string, metadata: unknown): ObjectReference | undefined {
  if (!isRecord(metadata)) return undefined;
  const { name, namespace, uid } = metadata;
  if (typeof name !== 'string' || name === '') return undefined;
  return {
    resource,
    name,
    ...(typeof namespace === 'string' && namespace !== '' ? { namespace } : {}),
    ...(typeof uid === 'string' && uid !== '' ? { uid } : {}),
  };
}
