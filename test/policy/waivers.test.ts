import { describe, expect, it } from 'vitest';
import { type WaivedPlace, type Waiver, Waivers } from '../../lib/policy/waivers.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const DAY = 24 * 3600 * 1000;

function waiver(path: string, until: number | undefined = NOW + DAY): Waiver {
  return { policy: 'p', path, reason: 'For a reason', owner: 'ann', expires: 'then', until };
}

function isWaived(path: string, place: WaivedPlace, until?: number): boolean {
  return new Waivers([waiver(path, until)], NOW).find('p', place) !== undefined;
}

describe('a waiver', () => {
  it.each([
    ['production/billing', true],
    ['production', true],
    ['production/billing/nightly', true],
    ['production/bill', false],
    ['production/kubernetes_job.a', true],
    ['production/kubernetes_job', false],
  ])('for %s covers a construct by its path and its address: %s', (path, covered) => {
    const place = { stack: 'production', address: 'kubernetes_job.a[0]' };
    expect(isWaived(path, { ...place, path: 'production/billing/nightly' })).toBe(covered);
  });

  it.each([
    ['s/aws_s3_bucket.a', true],
    ['s/module.net', true],
    ['s/module.net["eu.west"]', true],
    ['s/module.net["eu"]', false],
    ['s/module', false],
    ['s/module.net["eu.west"].aws_s3_bucket', false],
    ['s/module.net["eu.west"].aws_s3_bucket.a', true],
    ['other/aws_s3_bucket.a', false],
    ['s/aws_s3_bucket.a["x/y"]', true],
    ['s/aws_s3_bucket.a["x', false],
    ['s/module.net["eu.west"].aws_s3_bucket.a["x', false],
  ])('for %s covers a plain resource by its address: %s', (path, covered) => {
    const inModule = 'module.net["eu.west"].aws_s3_bucket.a["x/y"]';
    const address = path.includes('module') ? inModule : 'aws_s3_bucket.a["x/y"]';
    expect(isWaived(path, { stack: 's', address })).toBe(covered);
  });

  it('for a part of a key covers nothing', () => {
    const address = 'module.net["a.module.b.c[1]"].aws_s3_bucket.a';
    for (const path of ['s/module.net["a.module.b', 's/module.net["a.module.b.c'])
      expect(new Waivers([waiver(path, NOW + 1)], NOW).find('p', { stack: 's', address })).toBe(
        undefined,
      );
  });

  it.each([
    [1, true],
    [0, false],
    [366 * DAY, true],
    [366 * DAY + 1, false],
  ])('holds from its day on, for a year at most: %s ms ahead', (ahead, holds) => {
    expect(isWaived('s', { stack: 's', address: 'a.b' }, NOW + ahead)).toBe(holds);
  });
});
