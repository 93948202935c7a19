import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ROOT } from './built.js';

const PROGRAM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Why no page can be opened, for the name of what is skipped; empty where one can. */
export const browserMissing = existsSync(PROGRAM)
  ? ''
  : ` (skipped: no ${PROGRAM}; install Debian's chromium)`;

/** Where pictures and pages are left for people to look at. */
export const ARTIFACTS = join(ROOT, 'artifacts');

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** How a page is opened. */
export interface PageOptions {
  /** @default light */
  readonly scheme?: 'light' | 'dark';
  /** In pixels. @default 1280 */
  readonly width?: number;
  /** Whether the page's own policy is left out, as for a script of the test's. @default false */
  readonly bypassCSP?: boolean;
  /** Whether its scripts run. @default true */
  readonly script?: boolean;
}

/** A real Chromium that opens files. */
export class TestBrowser {
  /** What the last page asked for, and what it said on the console. */
  readonly requests: string[] = [];
  readonly said: string[] = [];

  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<TestBrowser> {
    mkdirSync(ARTIFACTS, { recursive: true });
    return new TestBrowser(
      await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] }),
    );
  }

  async open(file: string, options: PageOptions = {}): Promise<Page> {
    const { scheme = 'light', width = 1280, bypassCSP = false, script = true } = options;
    const context = await this.browser.newContext({
      ...{ colorScheme: scheme, viewport: { width, height: 800 } },
      ...{ bypassCSP, javaScriptEnabled: script },
    });
    const page = await context.newPage();
    this.requests.length = 0;
    this.said.length = 0;
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('console', (message) => this.said.push(message.text()));
    page.on('pageerror', (error) => this.said.push(error.message));
    await page.goto(pathToFileURL(file).href);
    return page;
  }

  stop(): Promise<void> {
    return this.browser.close();
  }
}

/** Elements that are wider than what shows them. */
export function wideIn(page: Page): Promise<unknown> {
  return page.evaluate(
    `[document.documentElement, ...document.querySelectorAll('body *')]
      .filter((each) => each.scrollWidth > each.clientWidth && getComputedStyle(each).display === 'block')
      .map((each) => each.outerHTML.slice(0, 80))`,
  );
}

/** What axe finds wrong with a page that was opened with `bypassCSP`. */
export async function violationsIn(page: Page): Promise<unknown> {
  await page.addScriptTag({ content: AXE });
  return page.evaluate(
    'axe.run(document).then((found) => found.violations.map((each) => each.id + each.nodes[0].html))',
  );
}
