import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardOf } from '../../lib/notice/dashboard.js';
import { reclamationsOf } from '../../lib/notice/reclamation.js';
import { ROOT } from '../support/built.js';
import { entry, NOW, READING } from '../support/notices.js';
import { HOSTILE } from '../support/reviews.js';

const PROGRAM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const missing = existsSync(PROGRAM) ? '' : ` (skipped: no ${PROGRAM}; install Debian's chromium)`;
const ARTIFACTS = join(ROOT, 'artifacts');
const PAGE = join(ARTIFACTS, 'reclamations.html');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(missing !== '')(`the page of all stacks in a real browser${missing}`, () => {
  let browser: Browser;
  const requests: string[] = [];
  const said: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] });
    mkdirSync(ARTIFACTS, { recursive: true });
    writeFileSync(PAGE, dashboardOf(READING));
  });
  afterAll(() => browser.close());

  async function open(
    file: string,
    options: {
      scheme?: 'light' | 'dark';
      width?: number;
      bypassCSP?: boolean;
      script?: boolean;
    } = {},
  ): Promise<Page> {
    const { scheme = 'light', width = 1280, bypassCSP = false, script = true } = options;
    const viewport = { width, height: 800 };
    const context = await browser.newContext({
      ...{ colorScheme: scheme, viewport, bypassCSP, javaScriptEnabled: script },
    });
    const page = await context.newPage();
    requests.length = 0;
    said.length = 0;
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  it('loads nothing and complains of nothing', async () => {
    const page = await open(PAGE);
    expect(requests).toEqual([pathToFileURL(PAGE).href]);
    expect(said).toEqual([]);
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
    const page = await open(PAGE, { scheme, width });
    const path = join(ARTIFACTS, `reclamations-${width}-${scheme}.png`);
    await page.screenshot({ path, fullPage: true });
    const wide = await page.evaluate(
      `[document.documentElement, ...document.querySelectorAll('body *')]
      .filter((each) => each.scrollWidth > each.clientWidth && getComputedStyle(each).display === 'block')
      .map((each) => each.outerHTML.slice(0, 80))`,
    );
    expect(wide).toEqual([]);
  });

  it.each(SIZES)('is accessible at %i pixels, in %s', async (width, scheme) => {
    const page = await open(PAGE, { scheme, width, bypassCSP: true });
    await page.addScriptTag({ content: AXE });
    const violations = await page.evaluate(
      'axe.run(document).then((found) => found.violations.map((each) => each.id + each.nodes[0].html))',
    );
    expect(violations).toEqual([]);
  });

  it('draws the deadlines to scale, with the coming week set off', async () => {
    const page = await open(PAGE);
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
    const page = await open(PAGE, { width: 400 });
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
    const page = await open(PAGE);
    await page.locator('#filter').fill('staging');
    const rows = page.locator('tr[data-row]:visible');
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBe(2);
    const plain = await open(PAGE, { script: false });
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
    const page = await open(file, { width: 400 });
    expect(await page.locator('tr[data-row]').count()).toBe(2000);
    expect(requests).toHaveLength(1);
    expect(said).toEqual([]);
    expect(await page.locator('img, iframe, object, form').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('a').count()).toBe(1);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(400);
  });
});

it('has the same bytes for the same reading', () => {
  expect(dashboardOf(READING)).toBe(
    dashboardOf({ ...READING, reclamations: [...READING.reclamations] }),
  );
});
