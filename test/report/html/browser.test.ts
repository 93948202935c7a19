import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../../lib/report/html/html.js';
import type { Deletion, Review } from '../../../lib/review/review.js';
import {
  ARTIFACTS,
  browserMissing,
  TestBrowser,
  violationsIn,
  wideIn,
} from '../../support/browser.js';
import { HOSTILE } from '../../support/reviews.js';
import { ROOT } from '../../support/scratch.js';

const TOUR = join(ROOT, 'test/fixtures/reviews/tour.html');

function large(count: number): Review {
  const deletions = Array.from(
    { length: count },
    (_, at): Deletion => ({
      stack: 'production',
      address: `terraform_data.object[${JSON.stringify(`${HOSTILE[at % HOSTILE.length]?.slice(0, 60)} ${at}`)}]`,
      kind: 'unprotected',
      actions: ['delete'],
      reason: null,
      cause: 'key-removed',
      recoverableUntil: null,
      target: null,
      images: [],
      attributes: [],
    }),
  );
  return {
    scope: 'deletions',
    verdict: 'pass',
    why: [],
    deletions,
    reclamations: deletions.slice(0, 500).map(({ address, stack }, at) => ({
      stack,
      target: address,
      kind: 'pending',
      recoverableUntil: new Date(Date.UTC(2026, 0, 8 + (at % 40))).toISOString(),
      timeLeft: 86_400_000,
    })),
    groups: [],
    notices: [],
    plans: [],
    reviewedAt: '2026-01-01T00:00:00Z',
    findings: [],
  };
}

describe.skipIf(browserMissing !== '')(`the report in a real browser${browserMissing}`, () => {
  let browser: TestBrowser;

  beforeAll(async () => {
    browser = await TestBrowser.start();
  });
  afterAll(() => browser?.stop());

  it('loads nothing and complains of nothing', async () => {
    const page = await browser.open(TOUR);
    await page.screenshot({ path: join(ARTIFACTS, 'review.png'), fullPage: true });
    expect(browser.requests).toEqual([pathToFileURL(TOUR).href]);
    expect(browser.said).toEqual([]);
    expect(await page.title()).toBe('Review of planned deletions');
  });

  it.each([400, 1280].flatMap((width) => [[width, 'light'] as const, [width, 'dark'] as const]))(
    'has nothing wider than a window of %i pixels, in %s',
    async (width, scheme) => {
      const page = await browser.open(TOUR, { scheme, width });
      const file = join(ARTIFACTS, `review-${width}-${scheme}.png`);
      await page.screenshot({ path: file, fullPage: true });
      expect(await wideIn(page)).toEqual([]);
    },
  );

  it('names each part of a row where rows are cards', async () => {
    const page = await browser.open(TOUR, { width: 400 });
    const said = await page.evaluate(
      `[...document.querySelector('table.ends tbody tr').children]
        .map((each) => getComputedStyle(each, '::before').content)`,
    );
    const heads = ['Stack', 'What', 'Address', 'Why', 'Recoverable until', 'Belongs to'];
    expect(said).toEqual(heads.map((each) => JSON.stringify(each)));
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 400],
  ] as const)('is accessible in %s at %i pixels', async (scheme, width) => {
    const page = await browser.open(TOUR, { scheme, width, bypassCSP: true });
    expect(await violationsIn(page)).toEqual([]);
  });

  it('can be filtered by the keyboard alone, and links to its content', async () => {
    const page = await browser.open(TOUR);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
    await page.locator('#filter').focus();
    await page.keyboard.type('nightly');
    const rows = page.locator('tr[data-row]:visible');
    // Where typing is slow, the filter is first applied to the beginning of the word.
    const others = rows.filter({ hasNotText: 'nightly' });
    await expect.poll(() => others.count(), { timeout: 60_000 }).toBe(0);
    expect(await rows.count()).toBeGreaterThan(0);
  });

  it('shows everything without scripts', async () => {
    const page = await browser.open(TOUR, { script: false });
    expect(await page.locator('#filter').isVisible()).toBe(false);
    expect(await page.locator('tr[data-row]').count()).toBe(
      (readFileSync(TOUR, 'utf8').match(/<tr data-row>/g) ?? []).length,
    );
  });

  it('opens ten thousand deletions with hostile names, all of them inert', async () => {
    const file = join(ARTIFACTS, 'large.html');
    writeFileSync(file, renderHtml(large(10_000)));
    const page = await browser.open(file);
    expect(await page.locator('tr[data-row]').count()).toBe(10_000);
    expect(browser.requests).toHaveLength(1);
    expect(browser.said).toEqual([]);
    expect(await page.locator('img, iframe, object, form').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('a').count()).toBe(1);
  });
});

it('grows with the number of deletions, and no faster', () => {
  const size = (count: number) => renderHtml(large(count)).length;
  expect(size(10_000) / size(1000)).toBeLessThan(10.5);
  expect(size(10_000)).toBeLessThan(10_000_000);
});
