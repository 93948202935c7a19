import { describe, expect, it } from 'vitest';
import { breadthOf, COVERED, kindOf, placeOf } from '../../lib/encryption/kinds.js';

describe('where etcd keeps a kind', () => {
  it.each([
    ['secrets/billing/dockerhub', 'secrets', 'billing', 'dockerhub'],
    ['controllers/billing/old', 'replicationcontrollers', 'billing', 'old'],
    ['cronjobs/billing/nightly', 'cronjobs.batch', 'billing', 'nightly'],
    ['services/specs/default/kubernetes', 'services', 'default', 'kubernetes'],
    ['services/endpoints/default/kubernetes', 'endpoints', 'default', 'kubernetes'],
    ['minions/node-1', 'nodes', '', 'node-1'],
    ['ingress/billing/web', 'ingresses.networking.k8s.io', 'billing', 'web'],
    ['clusterroles/system:node', 'clusterroles.rbac.authorization.k8s.io', '', 'system:node'],
    ['example.org/widgets/billing/w', 'widgets.example.org', 'billing', 'w'],
    [
      'apiregistration.k8s.io/apiservices/v1.apps',
      'apiservices.apiregistration.k8s.io',
      '',
      'v1.apps',
    ],
    ['somethingnew/billing/x', 'somethingnew.?', 'billing', 'x'],
  ])('%s is one of %s', (path, resource, namespace, name) => {
    expect(placeOf(path)).toEqual({ resource, namespace, name });
    const kind = kindOf(resource);
    if (!resource.endsWith('?'))
      expect(`${kind?.folder}/`).toBe(`${path.slice(0, kind?.folder.length)}/`);
  });

  it('has no objects in what API servers keep for themselves', () => {
    for (const path of [
      'masterleases/10.0.0.1',
      'ranges/serviceips',
      'peerserverleases/a',
      'health',
    ])
      expect(placeOf(path)).toBeUndefined();
  });

  it('is the same both ways for all that is covered', () => {
    for (const { resource, folder } of COVERED) {
      expect(placeOf(`${folder}/a/b`)?.resource).toBe(resource);
      expect(kindOf(resource)?.folder).toBe(folder);
    }
    for (const name of ['*.*', '*.', 'Secrets', 'a.b', '']) expect(kindOf(name)).toBeUndefined();
  });
});

describe('how wide a name of a kind is', () => {
  it('is the kind, its group, or all', () => {
    expect(breadthOf('secrets', 'secrets')).toBe('kind');
    expect(breadthOf('secrets', 'secrets.')).toBe('kind');
    expect(breadthOf('secrets', '*.')).toBe('group');
    expect(breadthOf('cronjobs.batch', '*.batch')).toBe('group');
    expect(breadthOf('cronjobs.batch', '*.')).toBeUndefined();
    expect(breadthOf('somethingnew.?', '*.*')).toBe('all');
    expect(breadthOf('secrets', 'configmaps')).toBeUndefined();
  });
});
