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

it('knows kinds that etcd keeps elsewhere, in no namespace, or under an irregular plural', () => {
  const keys = keysOf(
    ['service', 'billing', 'web'],
    ['replicationcontroller', 'billing', 'old'],
    ['clusterrole', null, 'reader'],
    ['customresourcedefinition', null, 'widgets.example.org'],
    ['gadget.v1.example.org', null, 'g'],
    ['analysis.v1.example.org', 'billing', 'a'],
    ['configmap', null, 'loose'],
  );
  for (const key of [
    '/registry/services/specs/billing/web',
    '/registry/controllers/billing/old',
    '/registry/clusterroles/reader',
    '/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.org',
    '/registry/example.org/gadgets/g',
    '/registry/example.org/analyses/billing/a',
    '/registry/configmaps/default/loose',
  ]) {
    expect([key, keys.includes(key)]).toEqual([key, true]);
  }
  for (const key of [
    '/registry/services/endpoints/billing/web',
    '/registry/roles/billing/reader',
    '/registry/example.org/widgets/billing/a',
    '/registry/other.org/analyses/billing/a',
    '/registry/configmaps/billing/loose',
  ]) {
    expect([key, keys.includes(key)]).toEqual([key, false]);
  }
});
