import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateOf } from '../../lib/certificate/certificate.js';
import type { Evidence } from '../../lib/certificate/evidence.js';
import type { Facts } from '../../lib/certificate/facts.js';
import { renderCertificate } from '../../lib/certificate/html.js';
import { ARTIFACTS, browserMissing, TestBrowser, violationsIn } from '../support/browser.js';
import { HOSTILE } from '../support/reviews.js';

const FILE = join(ARTIFACTS, 'certificate.html');

const objects = HOSTILE.map((name, at) => ({
  ...{ address: `kubernetes_secret_v1.${name}`, target: 'billing', type: 'kubernetes_secret_v1' },
  ...{ object: { resource: 'secret', namespace: 'billing', name }, uid: `uid-${at}` },
  ...{ uidFrom: 'state' as const, inState: true },
}));
const evidence: Evidence = {
  ...{ schemaVersion: 1, stack: 'production', target: 'billing', takenBy: 'deploy', tool: '0.1.0' },
  takenAt: '2026-01-08T00:00:00Z',
  request: {
    ...{ mode: 'soft', reason: 'The contract has ended', requestedBy: 'ann@example.org' },
    ...{ requestedAt: '2026-01-01T00:00:00Z', approvals: [] },
  },
  ...{ deletion: null, hardDeletion: null, objects, images: [], records: [], configuration: null },
  ...{ plan: null, state: null, cluster: { version: 'v1.34.4', id: 'c', revision: '1' } },
  unknown: ['Nobody knew the uid of `x` any more.'],
};
const unseen = { kind: 'not checked', why: 'Nobody looked.' } as const;
const facts: Facts = {
  state: { kind: 'seen', is: { backend: 'local', lineage: 'l', serial: 1, left: [] } },
  cluster: {
    kind: 'seen',
    is: {
      ...{ version: 'v1.34.4', id: 'c' },
      objects: objects.map(({ object }, at) => {
        return { ...object, uid: at === 0 ? 'uid-0' : null, unseen: null };
      }),
    },
  },
  ...{ versions: unseen, etcd: unseen, etcdFiles: unseen, images: unseen },
  encryption: {
    stored: unseen,
    statement: { key: 'aesgcm:v1:old', by: 'Ann', destroyedAt: '2026-01-08T00:00:00Z' },
  },
};

describe.skipIf(browserMissing !== '')(`the certificate in a real browser${browserMissing}`, () => {
  let browser: TestBrowser;

  beforeAll(async () => {
    browser = await TestBrowser.start();
    const file = { file: 'evidence/e.json', sha256: 'a'.repeat(64), evidence };
    const about = { checkedAt: '2026-01-09T00:00:00Z', tool: '0.1.0' };
    writeFileSync(FILE, renderCertificate(certificateOf(file, facts, about)));
  });
  afterAll(() => browser?.stop());

  it.each(['light', 'dark'] as const)('is accessible in %s, and loads nothing', async (scheme) => {
    const page = await browser.open(FILE, { scheme, bypassCSP: true });
    expect(await violationsIn(page)).toEqual([]);
    expect(browser.requests).toEqual([pathToFileURL(FILE).href]);
    expect(await page.locator('img, iframe, object, form, script:not([src])').count()).toBe(1);
  });

  it('is allowed its style by its own policy, and fits on A4', async () => {
    const page = await browser.open(FILE);
    expect(browser.said).toEqual([]);
    const size = 'getComputedStyle(document.body).margin';
    expect(await page.evaluate(size)).toBe('0px');
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 673, height: 971 });
    await page.screenshot({ path: join(ARTIFACTS, 'certificate.png') });
    // What A4 leaves between its margins: nothing is wider.
    const width =
      'Math.max(...[...document.querySelectorAll("table")].map((it) => it.scrollWidth))';
    expect(await page.evaluate(width)).toBeLessThanOrEqual(673);
  });
});
