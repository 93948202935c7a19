import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardOf } from '../../lib/notice/dashboard.js';
import { reclamationsOf } from '../../lib/notice/reclamation.js';
import {
  ARTIFACTS,
  browserMissing,
  TestBrowser,
  violationsIn,
  wideIn,
} from '../support/browser.js';
import { entry, NOW, READING } from '../support/notices.js';
import { HOSTILE } from '../support/reviews.js';

const PAGE = join(ARTIFACTS, 'reclamations.html');

describe.skipIf(browserMissing !== '')(
  `the page of all stacks in a real browser${browserMissing}`,
  () => {
    let browser: TestBrowser;

    beforeAll(async () => {
      browser = await TestBrowser.start();
      writeFileSync(PAGE, dashboardOf(READING));
    });
    afterAll(() => browser?.stop());

    it('loads nothing and complains of nothing', async () => {
      const page = await browser.open(PAGE);
      expect(browser.requests).toEqual([pathToFileURL(PAGE).href]);
      expect(browser.said).toEqual([]);
      expect(await page.title()).toBe('Deletions that can be restored');
      expect(await page.locator('h1').textContent()).toBe(
        '4 deletions can be restored, 3 due this week',
      );
      expect(await page.locator('li.due').count()).toBe(3);
      expect(await page.locator('li.due.over').count()).toBe(1);
    });

    const SIZES = [400, 1280].flatMap((width) =>
      (['light', 'dark'] as const).map((scheme) => [width, scheme] as const),
    );

    it.each(SIZES)('has nothing wider than a window of %i pixels, in %s', async (width, scheme) => {
      const page = await browser.open(PAGE, { scheme, width });
      const path = join(ARTIFACTS, `reclamations-${width}-${scheme}.png`);
      await page.screenshot({ path, fullPage: true });
      expect(await wideIn(page)).toEqual([]);
    });

    it.each(SIZES)('is accessible at %i pixels, in %s', async (width, scheme) => {
      const page = await browser.open(PAGE, { scheme, width, bypassCSP: true });
      expect(await violationsIn(page)).toEqual([]);
    });

    it('draws the deadlines to scale, with the coming week set off', async () => {
      const page = await browser.open(PAGE);
      const drawn: { points: number[]; from: number; to: number; week: number[] } =
        await page.evaluate(
          `(() => {
        const line = document.querySelector('svg.line line').getBoundingClientRect();
        const week = document.querySelector('svg.line .week').getBoundingClientRect();
        const points = [...document.querySelectorAll('svg.line circle')]
          .map((each) => each.getBoundingClientRect()).map((each) => each.x + each.width / 2);
        return { points, from: line.left, to: line.right, week: [week.left, week.right] };
      })()`,
        );
      const now = NOW.getTime();
      const deadlines = READING.reclamations
        .filter(({ status }) => status === 'soft deleted')
        .map(({ recoverableUntil }) => recoverableUntil.getTime());
      const last = Math.max(...deadlines);
      const at = (instant: number) =>
        drawn.from + (Math.max(0, instant - now) / (last - now)) * (drawn.to - drawn.from);
      expect(drawn.points).toHaveLength(new Set(deadlines).size);
      const step = (drawn.to - drawn.from) / 100;
      for (const [index, each] of drawn.points.entries()) {
        const [deadline = 0] = deadlines.slice(index, index + 1);
        expect(Math.abs(each - at(deadline)), `point ${index}`).toBeLessThanOrEqual(step);
      }
      const end = at(now + 7 * 24 * 3600 * 1000);
      expect(Math.abs((drawn.week[1] ?? 0) - end)).toBeLessThanOrEqual(step);
    });

    it('names each part of a row where rows are cards', async () => {
      const page = await browser.open(PAGE, { width: 400 });
      const heads = await page.evaluate(
        `[...document.querySelectorAll('table.cards')].map((table) =>
        [...table.querySelector('tbody tr').children].map((each) => getComputedStyle(each, '::before').content))`,
      );
      expect(heads).toEqual([
        [
          ...['"Stack"', '"Target"', '"Status"', '"Recoverable until"', '"Time left"', '"Objects"'],
          '"Asked for"',
        ],
        ['"Stack"', '"Soft deleted"', '"Hard deleting"', '"Hard deleted"', '"Nearest deadline"'],
      ]);
    });

    it('can be filtered, and shows everything without scripts', async () => {
      const page = await browser.open(PAGE);
      await page.locator('#filter').fill('staging');
      const rows = page.locator('tr[data-row]:visible');
      await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(2);
      const plain = await browser.open(PAGE, { script: false });
      expect(await plain.locator('#filter').isVisible()).toBe(false);
      expect(await plain.locator('tr[data-row]').count()).toBe(5);
    });

    it('shows thousands of deletions with hostile names, all of them inert', async () => {
      const file = join(ARTIFACTS, 'reclamations-hostile.html');
      const entries = Array.from({ length: 2000 }, (_, at) =>
        entry(
          `${HOSTILE[at % HOSTILE.length]} ${at}`,
          ['2026-01-01T00:00:00Z', '2026-01-12T00:00:00Z'],
          {
            stack: HOSTILE[(at + 1) % HOSTILE.length] ?? '',
            beforeReclaim: HOSTILE[(at + 2) % HOSTILE.length] ?? '',
          },
        ),
      );
      writeFileSync(file, dashboardOf({ ...READING, reclamations: reclamationsOf(entries, []) }));
      const page = await browser.open(file, { width: 400 });
      expect(await page.locator('tr[data-row]').count()).toBe(2000);
      expect(browser.requests).toHaveLength(1);
      expect(browser.said).toEqual([]);
      expect(await page.locator('img, iframe, object, form').count()).toBe(0);
      expect(await page.locator('script').count()).toBe(1);
      expect(await page.locator('a').count()).toBe(1);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
    });
  },
);

it('has the same bytes for the same reading', () => {
  expect(dashboardOf(READING)).toBe(
    dashboardOf({ ...READING, reclamations: [...READING.reclamations] }),
  );
});
