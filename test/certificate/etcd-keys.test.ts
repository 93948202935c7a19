import { expect, it } from 'vitest';
import { KeysOf } from '../../lib/certificate/etcd-keys.js';
import type { Evidence } from '../../lib/certificate/evidence.js';

const keysOf = (...objects: readonly (readonly [string, string | null, string])[]) =>
  new KeysOf(
    {
      objects: objects.map(([resource, namespace, name]) => ({
        object: { resource, namespace, name },
      })),
    } as unknown as Evidence,
    '/registry/',
  );

it('knows an object by its kind, namespace and name', () => {
  const keys = keysOf(
    ['secret', 'billing', 'db'],
    ['networkpolicy', 'billing', 'only'],
    ['widget.v1.example.org', 'billing', 'w'],
  );
  for (const key of [
    '/registry/secrets/billing/db',
    '/registry/networkpolicies/billing/only',
    '/registry/example.org/widgets/billing/w',
  ]) {
    expect([key, keys.includes(key)]).toEqual([key, true]);
  }
  for (const key of [
    '/registry/secrets/billing/db2',
    '/registry/secrets/other/db',
    '/registry/configmaps/billing/db',
    '/registry/events/billing/db.17',
    '/registry/namespaces/billing',
  ]) {
    expect([key, keys.includes(key)]).toEqual([key, false]);
  }
});

it('takes everything in a namespace along, and no other namespace', () => {
  const keys = keysOf(['namespace', null, 'billing']);
  for (const key of [
    '/registry/namespaces/billing',
    '/registry/secrets/billing/any',
    '/registry/services/endpoints/billing/x',
    '/registry/example.org/widgets/billing/w',
  ]) {
    expect([key, keys.includes(key)]).toEqual([key, true]);
  }
  for (const key of ['/registry/namespaces/billing2', '/registry/secrets/other/billing']) {
    expect([key, keys.includes(key)]).toEqual([key, false]);
  }
});
