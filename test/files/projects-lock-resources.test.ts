import { describe, expect, it } from 'vitest';
import {
  diffLocks,
  formatLock,
  type ProjectsLock,
  readLock,
  removeFromLock,
} from '../../lib/files/projects-lock.js';
import { DEFAULT_QUOTA } from '../../lib/model/limits.js';

const FILE = 'projects.lock.yaml';
const billing = {
  path: 'prod/billing',
  namespace: 'billing',
  spec: { quota: DEFAULT_QUOTA },
  resources: ['aws_s3_bucket.billing_archive', 'kubernetes_namespace_v1.billing'],
};
const V1: ProjectsLock = {
  version: 1,
  stacks: { prod: { target: 'kubernetes', projects: { billing } } },
};
const V2: ProjectsLock = {
  version: 2,
  stacks: {
    prod: {
      target: 'kubernetes',
      projects: {
        billing: {
          ...billing,
          resources: ['kubernetes_namespace_v1.billing'],
          parts: { archive: ['aws_s3_bucket.billing_archive'] },
        },
      },
      reclaimables: {
        'orders-db': { path: 'prod/db', resources: ['aws_db_instance.db'] },
        shop: {
          path: 'prod/shop',
          resources: ['aws_sqs_queue.q[0]', 'aws_sqs_queue.q[1]'],
          parts: { files: ['aws_s3_bucket.files'], key: ['aws_kms_key.key'] },
        },
      },
    },
  },
};

const tampered = (change: (text: string) => string) =>
  readLock(FILE, change(formatLock(V2))).problems.map(({ code }) => code);

describe('a lock with resources of other libraries', () => {
  it('is read back as it was written, whatever the order', () => {
    const text = formatLock(V2);
    expect(text).toContain('version: 2');
    const { value, problems } = readLock(FILE, text);
    expect(problems).toEqual([]);
    expect(value?.lock).toEqual(V2);
    expect(formatLock(value?.lock ?? V1)).toBe(text);
  });

  it('says where each target is', () => {
    const { value } = readLock(FILE, formatLock(V2));
    const lines = ['billing', 'orders-db', 'shop'].map((name) => value?.at('prod', name).line);
    expect(lines.every((line) => line !== undefined && line > 5)).toBe(true);
    expect(new Set(lines).size).toBe(3);
  });

  it('differs by target and by part', () => {
    expect(diffLocks(V1, V2)).toEqual([
      '~ prod/billing',
      '+ prod/billing/resources/archive',
      '+ prod/orders-db',
      '+ prod/shop',
    ]);
    const closed = removeFromLock(V2, 'prod', 'shop/resources/files');
    expect(diffLocks(V2, closed)).toEqual(['- prod/shop/resources/files']);
  });

  it('is closed by target and by part, and leaves nothing empty', () => {
    const targets = ['shop/resources/files', 'shop/resources/key', 'billing/resources/archive'];
    const without = targets.reduce((lock, target) => removeFromLock(lock, 'prod', target), V2);
    expect(JSON.stringify(without)).not.toContain('parts');
    const rest = ['shop', 'orders-db'].reduce(
      (lock, it) => removeFromLock(lock, 'prod', it),
      without,
    );
    expect(rest.stacks['prod']).not.toHaveProperty('reclaimables');
    expect(Object.keys(rest.stacks['prod']?.projects ?? {})).toEqual(['billing']);
    expect(readLock(FILE, formatLock(rest)).problems).toEqual([]);
  });

  it('keeps addresses and nothing else', () => {
    expect(tampered((text) => text.replace('aws_db_instance.db', '${file("x")}'))).toContain(
      'schema/value',
    );
    expect(
      tampered((text) => text.replace('path: prod/db', 'path: prod/db\n        values: {}')),
    ).toContain('schema/unknown-key');
    expect(tampered((text) => text.replace('archive:', 'a/b:'))).toContain('resource/name');
    expect(tampered((text) => text.replace('orders-db:', 'billing:'))).toContain(
      'lock/shared-name',
    );
  });
});

describe('a lock of version 1', () => {
  it('is read as it was, and says the same as before', () => {
    const { value, problems } = readLock(FILE, formatLock(V1));
    expect(problems).toEqual([]);
    expect(value?.lock).toEqual(V1);
    expect(diffLocks(V1, { ...V1, version: 2 })).toEqual([]);
  });

  it('can not have what only version 2 holds', () => {
    expect(tampered((text) => text.replace('version: 2', 'version: 1'))).toEqual(['lock/version']);
    expect(tampered((text) => text.replace('version: 2', 'version: 3'))).toContain('schema/value');
  });
});
