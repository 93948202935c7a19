import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkJobTemplate, type JobTemplateProps } from '../../lib/model/job-template.js';
import { DEFAULT_QUOTA } from '../../lib/model/limits.js';
import { checkQuota, checkQuotaUse, checkReferences } from '../../lib/model/project.js';
import { codes } from '../support/codes.js';

const check = (props: object = {}) => {
  const whole: JobTemplateProps = { image: 'busybox', ...props };
  return checkJobTemplate('nightly', whole);
};

describe('a job template', () => {
  it('has the platform’s defaults', () => {
    expect(check().value).toEqual({
      image: 'docker.io/library/busybox:latest',
      command: [],
      arguments: [],
      environment: [],
      mounts: [],
      mode: 'task',
      serviceAccount: 'default',
      runAsUser: 0,
      arrayIndices: '0',
      cpu: '1',
      memory: '4G',
      ephemeralStorage: '400M',
      maxExecutionTime: 7200,
      retryLimit: 3,
    });
  });

  it('keeps the five kinds of environment in their order', () => {
    const environment = {
      B: 'text',
      A: { secret: 'db', key: 'password' },
      C: { configMap: 'settings', key: 'x.y' },
    };
    const environmentFrom = [{ secret: 'db', prefix: 'DB_' }, { configMap: 'settings' }];
    expect(check({ environment, environmentFrom }).value?.environment).toEqual([
      { name: 'B', value: 'text' },
      { name: 'A', secret: 'db', key: 'password' },
      { name: 'C', configMap: 'settings', key: 'x.y' },
      { secret: 'db', prefix: 'DB_' },
      { configMap: 'settings' },
    ]);
  });

  it('refuses environment that the platform sets, and other shapes', () => {
    const one = (name: string, value: unknown) => codes(check({ environment: { [name]: value } }));
    expect(one('JOB_INDEX', 'x')).toEqual(['environment/injected']);
    expect(one('CE_SUBDOMAIN', 'x')).toEqual(['environment/injected']);
    expect(one('1A', 'x')).toEqual(['environment/name']);
    for (const value of [1, null, {}, { secret: 's' }, { secret: 's', configMap: 'c', key: 'k' }]) {
      expect(one('A', value)).toEqual(['environment/value']);
    }
    expect(codes(check({ environmentFrom: [{ secret: 's', key: 'k' }] }))).toEqual([
      'environment/value',
    ]);
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`A${at}`, '']));
    expect(codes(check({ environment: many }))).toEqual(['environment/too-many']);
  });

  it('mounts secrets and config maps at absolute paths, each once', () => {
    const mounts = [
      { path: '/etc/db', secret: 'db' },
      { path: '/etc/app', configMap: 'settings' },
    ];
    expect(check({ mounts }).value?.mounts).toEqual(mounts);
    for (const path of ['etc', '/', '/a/../b', '/a//b', `/${'a'.repeat(256)}`, '/a:b', 7]) {
      expect(codes(check({ mounts: [{ path, secret: 'db' }] }))).toEqual(['job-template/mount']);
    }
    expect(codes(check({ mounts: [mounts[0], mounts[0]] }))).toEqual(['job-template/mount']);
    expect(codes(check({ mounts: Array.from({ length: 1001 }) }))).toEqual(['job-template/mount']);
  });

  it('as a daemon has neither timeout nor retries', () => {
    const daemon = check({ mode: 'daemon' }).value;
    expect(daemon).not.toHaveProperty('maxExecutionTime');
    expect(daemon).not.toHaveProperty('retryLimit');
    expect(codes(check({ mode: 'daemon', maxExecutionTime: 1, retryLimit: 0 }))).toEqual([
      'job-template/daemon',
      'job-template/daemon',
    ]);
  });

  it('has numbers in their ranges', () => {
    const ranges = {
      maxExecutionTime: [1, 2_147_483_647],
      retryLimit: [0, 21_474],
      runAsUser: [0, 2 ** 31 - 1],
    };
    for (const [field, [min = 0, max = 0]] of Object.entries(ranges)) {
      for (const value of [min, max]) expect(codes(check({ [field]: value }))).toEqual([]);
      for (const value of [min - 1, max + 1, 1.5, '1', Number.NaN]) {
        expect(codes(check({ [field]: value }))).toEqual(['job-template/number']);
      }
    }
  });

  it('names every problem at once, and what was probably meant', () => {
    const { problems } = check({ image: 'A', cpu: 3, mode: 'tusk', retries: 1, arraySize: 0 });
    expect(codes({ problems })).toEqual([
      'item/unknown-property',
      'image/reference',
      'job-template/choice',
      'job-template/array-size',
      'size/cpu',
    ]);
    expect(problems[2]?.remedy).toContain('Did you mean `task`?');
    expect(codes(check({ arraySize: 2, arrayIndices: '0-1' }))).toEqual([
      'job-template/array-both',
    ]);
  });

  it('fits into an object', () => {
    const ofBytes = (text: string, bytes: number) =>
      codes(check({ arguments: [text.repeat(bytes / Buffer.byteLength(text))] }));
    for (const text of ['x', 'ü']) {
      expect(ofBytes(text, 2 ** 19 - 1000)).toEqual([]);
      expect(ofBytes(text, 2 ** 19)).toEqual(['job-template/size']);
    }
    const texts = (count: number) => check({ command: Array.from({ length: count }, () => '') });
    expect(codes(texts(1000))).toEqual([]);
    expect(codes(texts(1001))).toEqual(['job-template/texts']);
  });

  it('survives any properties', () => {
    const key = fc.constantFrom(
      'image',
      'command',
      'environment',
      'environmentFrom',
      'mounts',
      'cpu',
      'memory',
      'mode',
      'arrayIndices',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.anything()), (props) => {
        const { value, problems } = check(props);
        expect(value === undefined).toBe(problems.length > 0);
      }),
    );
  });
});

describe('a project', () => {
  const template = check({
    imageSecret: 'hub',
    environment: { A: { secret: 'db', key: 'k' } },
    mounts: [{ path: '/x', configMap: 'settings' }],
  }).value;
  const spec = {
    quota: DEFAULT_QUOTA,
    ...(template && { 'job-templates': { nightly: template } }),
  };
  const password = { variable: 'x', revision: 1 };
  const hub = { server: 'x', username: 'x', password };
  const db = { format: 'generic' as const, data: { k: password } };

  it('has everything that its job templates name, unless they say otherwise', () => {
    expect(codes(checkReferences(spec))).toEqual(Array(3).fill('job-template/missing-reference'));
    const whole = {
      ...spec,
      'registry-secrets': { hub },
      secrets: { db },
      'config-maps': { settings: { data: {} } },
    };
    expect(checkReferences(whole)).toEqual([]);
    const lenient = { ...template, allowMissingReferences: true as const };
    expect(
      checkReferences({
        ...spec,
        'job-templates': { nightly: { ...template, ...lenient } as never },
      }),
    ).toEqual([]);
  });

  it('can not pull images with a secret that is not for a registry', () => {
    const wrongKind = {
      ...spec,
      secrets: { hub: db, db },
      'config-maps': { settings: { data: {} } },
    };
    expect(codes(checkReferences(wrongKind))).toEqual(['job-template/missing-reference']);
  });

  it('has a quota of numbers and amounts, and stays within it', () => {
    expect(checkQuota(undefined).value).toEqual(DEFAULT_QUOTA);
    expect(checkQuota({ jobs: 5, memory: '64G' }).value).toMatchObject({ jobs: 5, memory: '64G' });
    const wrong: unknown = { jobs: -1, memory: 'lots', job: 1 };
    expect(codes(checkQuota(wrong as object))).toEqual([
      'item/unknown-property',
      'project/quota-value',
      'size/amount',
    ]);
    const secrets = { ...spec, quota: { ...DEFAULT_QUOTA, secrets: 1 }, secrets: { a: db, b: db } };
    expect(codes(checkQuotaUse(secrets))).toEqual(['project/quota']);
  });
});
