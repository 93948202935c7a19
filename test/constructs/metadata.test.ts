import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import type { TerraformResource } from 'cdktf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLock } from '../../lib/files/projects-lock.js';
import {
  ConfigMap,
  type Item,
  JobTemplate,
  type MetadataProps,
  Project,
  RegistrySecret,
  Secret,
} from '../../lib/index.js';
import { softDeletions, synthesizeApp } from '../support/app.js';
import { cluster, declaring, TOKEN, withResources } from '../support/declaring.js';

/** One item of each kind, and the type of its object. */
const ITEMS: readonly (readonly [string, (project: Project, own: MetadataProps) => Item])[] = [
  [
    'secret_v1',
    (project, own) =>
      RegistrySecret.dockerHub(project, 'it', { username: 'x', password: TOKEN, ...own }),
  ],
  ['secret_v1', (project, own) => Secret.generic(project, 'it', { data: { a: TOKEN }, ...own })],
  ['config_map_v1', (project, own) => new ConfigMap(project, 'it', { data: { A: 'b' }, ...own })],
  ['cron_job_v1', (project, own) => new JobTemplate(project, 'it', { image: 'x', ...own })],
];
const OWN = {
  labels: { 'example.org/team': 'finance', plain: '' },
  annotations: { 'example.org/note': '${not} a "template"' },
};

describe.each(ITEMS)('labels and annotations of a %s', (type, declare) => {
  it('are on the object beside ours, on the construct, and in the lock', () => {
    let item: Item | undefined;
    const declared = declaring((billing) => {
      item = declare(billing, OWN);
    });
    const [metadata] = [declared.resource(type)['metadata']].flat();
    expect(metadata).toMatchObject({
      labels: { ...OWN.labels, 'reprieve.dev/protected': 'true' },
      annotations: { 'example.org/note': '$${not} a "template"', 'reprieve.dev/period': '168h' },
    });
    expect(item).toMatchObject(OWN);
    expect(formatLock(declared.lock)).toContain('example.org/team: finance');
  });

  it('come back from the lock once the code is gone', () => {
    const declareAll = (billing: Project) => {
      declare(billing, OWN);
    };
    const deletions = softDeletions('billing');
    const kept = declaring(declareAll, { deletions }, OWN);
    const lock = formatLock(declaring(declareAll, {}, OWN).lock);
    const back = withResources(synthesizeApp((app) => void cluster(app), { deletions, lock }));
    expect(back.codes).toEqual([]);
    expect(back.resource(type)).toEqual(kept.resource(type));
    expect(back.resource('namespace_v1')).toEqual(kept.resource('namespace_v1'));
    expect(formatLock(back.lock)).toBe(formatLock(kept.lock));
  });

  it('cannot be ours, nor what Kubernetes refuses', () => {
    const codes = (own: MetadataProps) => declaring((billing) => void declare(billing, own)).codes;
    expect(codes({ labels: { 'reprieve.dev/protected': 'false' } })).toEqual(['metadata/reserved']);
    expect(codes({ annotations: { 'x.reprieve.dev/y': 'z' } })).toEqual(['metadata/reserved']);
    expect(codes({ labels: { 'Reprieve.dev/state': 'x', 'a b': 'c', d: 'e f' } })).toEqual([
      ...['metadata/reserved', 'metadata/key', 'metadata/value'],
    ]);
    expect(codes({ annotations: { a: 'x'.repeat(2 ** 18) } })).toEqual(['metadata/size']);
    const list: unknown = ['a'];
    expect(codes({ labels: list as Record<string, string> })).toEqual(['metadata/shape']);
  });
});

describe('the default child', () => {
  it.each(ITEMS)('is the object itself: %s', (type, declare) => {
    let child: TerraformResource | undefined;
    declaring((billing) => {
      const item = declare(billing, {});
      expect(item.node.defaultChild).toBe(item.resource);
      child = item.resource;
      expect(billing.node.defaultChild).toBe(billing.namespace);
    });
    expect(child?.terraformResourceType).toBe(`kubernetes_${type}`);
  });

  it('lets through what the typed properties do not reach', () => {
    const declared = declaring((billing) => {
      const map = new ConfigMap(billing, 'settings', { data: { A: 'b' } });
      map.resource?.addOverride('immutable', true);
    });
    expect(declared.resource('config_map_v1')).toMatchObject({ immutable: true });
  });
});

describe('an override', () => {
  it('cannot take our labels and annotations away', () => {
    const overridden = (path: string, value: unknown, on: 'item' | 'project' | 'raw' = 'item') =>
      declaring((billing) => {
        const map = new ConfigMap(billing, 'settings', { data: { A: 'b' } });
        const metadata = { name: 'raw', namespace: 'billing' };
        const raw = new ConfigMapV1(billing, 'raw', { metadata });
        const target = { item: map.resource, project: billing.namespace, raw }[on];
        target?.addOverride(path, value);
      });
    const mine = { 'example.org/team': 'a' };
    const ours = { 'reprieve.dev/protected': 'false' };
    for (const on of ['item', 'project', 'raw'] as const) {
      expect(overridden('metadata.labels', mine, on).codes).toEqual([]);
      expect(overridden('metadata.labels', ours, on).codes).toEqual(['metadata/reserved']);
      expect(overridden('metadata', [{ annotations: ours }], on).codes).toEqual([
        'metadata/reserved',
      ]);
    }
    expect(overridden('metadata.labels', null).codes).toEqual(['metadata/reserved']);
    const { problems } = overridden('metadata', null);
    expect(problems.map(({ code }) => code)).toEqual(['metadata/reserved']);
    expect(problems[0]?.path).toBe('prod/billing/settings/config-map');
    expect(problems[0]?.source).toMatchObject({ file: 'test/constructs/metadata.test.ts' });
  });
});

describe('the labels of a project', () => {
  it('are those of its namespace alone', () => {
    const declared = declaring(() => undefined, {}, OWN);
    const text = (type: string) => JSON.stringify(declared.resources(type));
    expect(text('namespace_v1')).toContain('"example.org/team":"finance"');
    expect(text('resource_quota_v1')).not.toContain('example.org');
    expect(declaring(() => undefined, {}, { labels: { 'reprieve.dev/x': 'y' } }).codes).toEqual([
      'metadata/reserved',
    ]);
  });

  it('can not change while the project is being deleted', () => {
    const { lock } = declaring(() => undefined, {}, OWN);
    const texts = { lock: formatLock(lock), deletions: softDeletions('billing') };
    expect(declaring(() => undefined, texts, OWN).codes).toEqual([]);
    expect(declaring(() => undefined, texts).codes).toEqual(['lock/changed-while-deleting']);
  });

  it('make a frozen lock stale', () => {
    const { lock } = declaring(() => undefined);
    const declare = (labels: Record<string, string>) =>
      synthesizeApp(
        (app) => void new Project(cluster(app), 'billing', { labels }),
        { lock: formatLock(lock) },
        true,
      ).codes;
    expect(declare({})).toEqual([]);
    expect(declare({ a: 'b' })).toEqual(['lock/stale']);
  });
});

describe('whatever passes the check', () => {
  it('passes the schema of the lock, too', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,8}[A-Za-z0-9])?$/);
    const prefix = fc.stringMatching(/^([a-z0-9]([-a-z0-9]{0,5}[a-z0-9])?\.){0,3}[a-z0-9]{1,5}$/);
    const key = fc.oneof(
      part,
      fc.tuple(prefix, part).map((parts) => parts.join('/')),
    );
    fc.assert(
      fc.property(fc.dictionary(key, part), fc.dictionary(key, fc.string()), (labels, texts) => {
        const annotations = Object.fromEntries(
          Object.entries(texts).filter(([, text]) => !/\p{Cs}/u.test(text)),
        );
        const { codes } = declaring(
          (billing) => void new ConfigMap(billing, 'm', { data: {}, labels, annotations }),
          {},
          { labels, annotations },
        );
        expect(codes).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
