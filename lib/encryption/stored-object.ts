import { compareTexts } from '../base/order.js';
import type { KeyName } from './configuration.js';
import type { StoredForm } from './stored-value.js';

/** An object in etcd: which, and by what it is encrypted. Never what is in it. */
export interface StoredObject {
  /** `cronjobs.batch`. */
  readonly resource: string;
  /** Empty for what is in no namespace. */
  readonly namespace: string;
  readonly name: string;
  /** The revision that wrote these bytes. */
  readonly revision: string;
  readonly stored: StoredForm;
}

/** `secrets billing/dockerhub`. */
export function objectText({ resource, namespace, name }: StoredObject): string {
  return `${resource} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

/** The key that an object's bytes name: `identity` where they are plain text. */
export function keyOf({ stored }: StoredObject): KeyName | undefined {
  if (stored.form === 'plain') return { provider: 'identity', name: '' };
  return stored.form === 'encrypted' ? { provider: stored.provider, name: stored.key } : undefined;
}

export function byName(one: StoredObject, other: StoredObject): number {
  return (
    compareTexts(one.resource, other.resource) ||
    compareTexts(one.namespace, other.namespace) ||
    compareTexts(one.name, other.name)
  );
}
