import { describe, expect, it } from 'vitest';
import { useOf } from '../../lib/encryption/declared-use.js';
import { disagreements } from '../../lib/encryption/disagreements.js';
import { readMetrics, type ServerMetrics } from '../../lib/encryption/metrics.js';

/** As Kubernetes 1.34 counts: `resource direction prefix count`. */
const metrics = (...counted: readonly string[]): ServerMetrics =>
  readMetrics(
    counted
      .map((each) => {
        const [resource, direction, prefix, count] = each.split(' ');
        return `apiserver_storage_transformation_operations_total{resource="${resource}",status="OK",transformation_type="${direction}",transformer_prefix="${prefix}"} ${count}`;
      })
      .join('\n'),
  );
const shown = ({ operations }: ServerMetrics) =>
  operations.map(({ resource, prefix, count }) => `${resource} ${prefix} ${count}`);
const BOX = 'secrets to_storage k8s:enc:secretbox:v1:';
const GCM = 'secrets to_storage k8s:enc:aesgcm:v1:';
const KEY = (name: string) => ({ provider: 'secretbox', name }) as const;

describe('what a local key does', () => {
  it('is one operation, although it is counted by the provider and by the key', () => {
    const both = metrics(`${BOX} 3`, 'secrets to_storage key-2: 3');
    expect(shown(both)).toEqual(['secrets k8s:enc:secretbox:v1:key-2: 3']);
    const two = metrics(`${BOX} 5`, 'secrets to_storage a: 2', 'secrets to_storage b: 3');
    expect(shown(two)).toEqual([
      'secrets k8s:enc:secretbox:v1:a: 2',
      'secrets k8s:enc:secretbox:v1:b: 3',
    ]);
    expect(shown(metrics(`${BOX} 3`))).toEqual(['secrets k8s:enc:secretbox:v1: 3']);
  });

  it('is of a key that is not known where there are several providers', () => {
    const mixed = metrics(`${BOX} 1`, `${GCM} 1`, 'secrets to_storage a: 1');
    expect(shown(mixed)).toEqual([
      'secrets k8s:enc:secretbox:v1: 1',
      'secrets k8s:enc:aesgcm:v1: 1',
    ]);
    expect(useOf(KEY('a'), mixed).kind).toBe('both');
  });

  it('leaves plugins, plain text and other kinds as they are', () => {
    const other = metrics(
      'secrets to_storage k8s:enc:kms:v2:vault: 2',
      'secrets to_storage  4',
      'configmaps to_storage key-2: 1',
    );
    expect(shown(other)).toEqual([
      'secrets k8s:enc:kms:v2:vault: 2',
      'secrets identity 4',
      'configmaps key-2: 1',
    ]);
  });

  it('is as declared by the declared key alone', () => {
    const used = (...keys: readonly string[]) =>
      useOf(KEY('key-2'), metrics(`${BOX} 9`, ...keys.map((key) => `secrets to_storage ${key}: 1`)))
        .kind;
    expect(used('key-2')).toBe('as-declared');
    // An older server doesn't count keys.
    expect(used()).toBe('as-declared');
    expect(used('key-1')).toBe('otherwise');
    expect(used('key-1', 'key-2')).toBe('both');
    expect(used('key-22')).toBe('otherwise');
    expect(useOf({ provider: 'identity', name: '' }, metrics('secrets to_storage  4')).kind).toBe(
      'as-declared',
    );
  });

  it('is of a managed cluster whatever its key is called', () => {
    const arn = { provider: 'kms', name: 'arn:aws:kms:eu:1:key/2', managed: true } as const;
    const plugin = metrics('secrets to_storage k8s:enc:kms:v2:aws: 2');
    expect(useOf(arn, plugin).kind).toBe('as-declared');
    expect(useOf(arn, metrics(`${BOX} 1`)).kind).toBe('otherwise');
    expect(useOf(arn, metrics('secrets to_storage  1')).kind).toBe('otherwise');
    const local = { provider: 'aesgcm', name: '', managed: true } as const;
    expect(useOf(local, metrics(`${GCM} 1`, 'secrets to_storage 17: 1')).kind).toBe('as-declared');
    expect(useOf(local, plugin).kind).toBe('otherwise');
  });

  it('shows servers that write by different keys of one provider', () => {
    const server = (name: string, ...keys: readonly string[]) => ({
      name,
      metrics: metrics(`${BOX} 9`, ...keys.map((key) => `secrets to_storage ${key}: 1`)),
    });
    expect(disagreements([server('a', 'key-1'), server('b', 'key-2')], [])).toEqual([
      'a writes secrets by k8s:enc:secretbox:v1:key-1:, and b by k8s:enc:secretbox:v1:key-2:.',
    ]);
    expect(disagreements([server('a', 'key-1'), server('b')], [])).toEqual([]);
    expect(disagreements([server('a', 'key-1', 'key-2'), server('b', 'key-2')], [])).toEqual([]);
  });
});
