import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadedFiles, unaskedServers } from '../../lib/encryption/loaded.js';
import type { ServerMetrics } from '../../lib/encryption/metrics.js';

const file = (name: string, hash = name) => ({ name, hash, configuration: { entries: [] } });
const server = (configurationHash?: string, serverHash?: string): ServerMetrics => ({
  operations: [],
  keyIdHashes: new Map(),
  reloadFailed: false,
  pluginFailures: [],
  ...(configurationHash === undefined ? {} : { configurationHash }),
  ...(serverHash === undefined ? {} : { serverHash }),
});
const hashOf = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('whether the API servers work with their files', () => {
  const loaded = (
    files: readonly ReturnType<typeof file>[],
    answered: readonly ServerMetrics[],
    {
      reloaded = false,
      ...others
    }: { silent?: number; unasked?: number | undefined; reloaded?: boolean } = {},
  ) =>
    loadedFiles(files, { answered, silent: 0, unasked: 0, ...others }, reloaded).map(
      ({ loaded: it }) => it,
    );

  it('is so where each shows one of the files, and each file is shown', () => {
    expect(loaded([file('a')], [server('a')])).toEqual(['yes']);
    expect(loaded([file('a'), file('b')], [server('a'), server('b')])).toEqual(['yes', 'yes']);
    expect(loaded([file('a'), file('b')], [server('a')])).toEqual(['yes', 'no']);
  });

  it('is not so while one of several servers works with something else', () => {
    // All have the same file, and one has not loaded it yet.
    expect(loaded([file('a')], [server('a'), server('old')])).toEqual(['no']);
    expect(loaded([file('a'), file('b', 'a')], [server('a'), server('old')])).toEqual(['no', 'no']);
    expect(loaded([file('a')], [server('old')], { reloaded: true })).toEqual(['no']);
  });

  it('is not known where a server did not answer, was not asked or does not show it', () => {
    expect(loaded([file('a')], [server('a')], { silent: 1 })).toEqual(['unknown']);
    expect(loaded([file('a')], [server('a')], { unasked: 1 })).toEqual(['unknown']);
    expect(loaded([file('a')], [server('a')], { unasked: undefined })).toEqual(['unknown']);
    expect(loaded([file('a')], [server('a'), server()])).toEqual(['unknown']);
    expect(loaded([file('a')], [])).toEqual(['unknown']);
    expect(loaded([file('a')], [server('a')], { unasked: 1, reloaded: true })).toEqual(['yes']);
  });
});

describe('the API servers of a cluster', () => {
  const lease = (name: string, renewTime?: string) => ({
    metadata: { name },
    spec: renewTime === undefined ? {} : { renewTime },
  });
  const NOW = '2026-11-26T10:00:00.000000Z';
  const unasked = (leases: unknown, ...answered: readonly ServerMetrics[]) =>
    unaskedServers(leases, answered);

  it('are those whose leases are renewed', () => {
    const items = [lease('one', NOW), lease('two', '2026-11-26T09:59:50.000000Z')];
    const [one, two] = [server('a', hashOf('one')), server('a', hashOf('two'))];
    expect(unasked({ items }, one)).toBe(1);
    expect(unasked({ items }, one, one)).toBe(1);
    expect(unasked({ items }, one, two)).toBe(0);
    const ended = lease('three', '2026-11-26T09:00:00.000000Z');
    expect(unasked({ items: [...items, ended] }, one, two)).toBe(0);
  });

  it('are counted where a server does not show who it is', () => {
    const items = [lease('one', NOW), lease('two', NOW)];
    expect(unasked({ items }, server())).toBe(1);
    expect(unasked({ items }, server(), server())).toBe(0);
  });

  it('are taken for live where a time can’t be read, and are not known without leases', () => {
    expect(unasked({ items: [lease('one', NOW), lease('two')] }, server('a', hashOf('one')))).toBe(
      1,
    );
    expect(unasked({ items: [lease('one', 'soon')] }, server('a', hashOf('x')))).toBe(1);
    expect(unasked(undefined, server('a', hashOf('one')))).toBeUndefined();
    expect(unasked({ items: [] }, server())).toBe(0);
  });
});
